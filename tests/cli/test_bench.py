"""The bench itself: what it reads, how it fills in, what it counts; that it looks for what was sent, and fails when
that is not there."""

import random
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from click.testing import CliRunner, Result

from survey.cli.bench import Amiss, command
from survey.cli.benching import (
    closings,
    console,
    cpu,
    enumeration,
    forms,
    http,
    landing,
    layouts,
    staff_lists,
    witness,
    yardstick,
)
from survey.cli.benching.cpu import Spent, Stat
from survey.cli.benching.forms import Control, Form
from survey.cli.benching.ledger import Ledger, percentile
from survey.core import answers as packing
from survey.core.staff import mapping, table
from survey.errors import Refused
from survey.operations import authoring
from survey.pages.rendering import Shell
from survey.pages.responding import questions

EVERY_KIND = (Path(__file__).parents[1] / "pages" / "every_kind.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("head", "status", "headers"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A:b\r\n\r\n", 200, {"content-length": "12", "x-a": "b"}),
        (b"HTTP/1.1 303 See Other\r\nlocation: /r/a/q/1\r\n\r\n", 303, {"location": "/r/a/q/1"}),
        (b"HTTP/1.1 204\r\n\r\n", 204, {}),
    ],
)
def test_heads_that_are_read(head: bytes, status: int, headers: dict[str, str]) -> None:
    assert http.parse_head(head) == (status, headers)


@pytest.mark.parametrize("head", [b"\r\n\r\n", b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 fine\r\n\r\n", b"<html>\r\n\r\n"])
def test_heads_that_are_none(head: bytes) -> None:
    with pytest.raises(http.Astray):
        http.parse_head(head)


def test_answers_that_time_tells_apart_are_amiss() -> None:
    calm, slow = [1 + n / 1000 for n in range(1000)], [1.5 + n / 1000 for n in range(1000)]
    assert enumeration.Measured(calm[::2], calm[1::2], 1, 1000).amiss == []
    assert enumeration.Measured(slow, calm, 1, 2000).apart == pytest.approx(0.875, abs=0.01)
    (told,) = enumeration.Measured(slow, calm, 1, 2000).amiss
    assert "Time tells" in told
    assert len(enumeration.Measured(calm[::2], calm[1::2], 2, 7).amiss) == 2


@pytest.mark.parametrize(
    ("status", "headers", "length"),
    [(200, {"content-length": "7"}, 7), (303, {"content-length": "0"}, 0), (204, {}, 0), (304, {}, 0)],
)
def test_lengths_of_bodies(status: int, headers: dict[str, str], length: int) -> None:
    assert http.body_length(status, headers) == length


def test_a_body_of_unknown_length_is_not_guessed_at() -> None:
    with pytest.raises(http.Astray):
        http.body_length(200, {"transfer-encoding": "chunked"})


def test_requests_as_they_go_out() -> None:
    assert http.request("GET", "/a", b"host: x\r\n", b"") == b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"
    assert http.request("POST", "/a", b"", b"b=1") == b"POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nb=1"


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        (
            '<input name="A" type="radio" value="1"><input name="A" type="radio" value="na">',
            ("A", "radio", ["1", "na"]),
        ),
        ('<input name="B" type="checkbox" value="2">', ("B", "checkbox", ["2"])),
        (
            '<select name="R.1"><option value="">No</option><option value="3">C</option></select>',
            ("R.1", "select", ["3"]),
        ),
        ('<textarea name="T" rows="5">\n</textarea>', ("T", "textarea", [""])),
        ('Enter a whole number from -2 to 40.<input name="N" type="text" value="">', ("N", "text", ["-2", "40"])),
        ('<input name="E" type="radio" value="a&amp;b">', ("E", "radio", ["a&b"])),
    ],
)
def test_fields_that_are_read(fields: str, control: tuple[str, str, list[str]]) -> None:
    page = f'<form method="post" action="3?a=1&amp;b"><input type="hidden" name="csrf" value="x">{fields}</form><input>'
    assert forms.read(page) == Form("3?a=1&b", [("csrf", "x")], [Control(*control)])


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ('<progress class="state-progress" max="100" value="0" aria-label="Checking">0 %</progress>', True),
        ('<progress class="state-progress" max="100" aria-label="Reading"></progress>', False),
        ('<p>Waiting to begin</p><input value="1">', False),
    ],
)
def test_pages_that_say_how_far_work_is(page: str, says: bool) -> None:
    assert console.says_how_far(page) == says


def test_a_page_without_a_form_and_its_way_on() -> None:
    page = '<a class="nhsuk-button" href="q/1" draggable="false">Continue</a>'
    assert forms.read(page) == Form("", [], [])
    assert forms.onward(page) == "q/1"
    assert forms.onward("<p>nothing</p>") is None


@pytest.mark.parametrize("seed", range(25))
def test_every_kind_of_question_is_filled_in_as_the_service_understands_it(seed: int) -> None:
    """Each item of the questionnaire on a real page: read, filled in, and parsed to the answers that were meant."""
    questionnaire, chance = authoring.check(EVERY_KIND), random.Random(seed)
    for number, page in enumerate(questionnaire.pages, 1):
        items = tuple(questionnaire.by_id[item] for item in page.items)
        sheet = questions.Sheet(Shell("Trust", "Survey"), questionnaire, items, {}, number, "back")
        fields, answers = forms.fill(forms.read(questions.page(sheet, "token").decode()), "A remark.", chance)
        sent = parse_qs(urlencode(fields))
        assert sent["csrf"] == ["token"]
        assert packing.parse_page(questionnaire, page, sent, "en") == (answers, {})
        assert answers.keys() == set(page.items)


@pytest.mark.parametrize(
    ("text", "stat"),
    [
        ("7 (python) S 3 7 7 0 -1 0 0 0 0 0 50 25 10 5 20 0 1", Stat(7, 3, 0.75, 0.15)),
        ("8 (a ) b (c) R 7 0 0 0 0 0 0 0 0 0 1 2 0 0 20 0", Stat(8, 7, 0.03, 0.0)),
    ],
)
def test_lines_of_proc(text: str, stat: Stat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "_TICK", 0.01)
    read = cpu.parse(text)
    assert (read.pid, read.parent) == (stat.pid, stat.parent)
    assert (read.own, read.reaped) == pytest.approx((stat.own, stat.reaped))


def test_time_of_a_tree_counts_living_and_outlived_descendants_and_nobody_else() -> None:
    processes = [Stat(1, 0, 100, 100), Stat(2, 1, 1, 10), Stat(3, 2, 2, 0), Stat(4, 3, 4, 20), Stat(5, 1, 100, 0)]
    assert cpu.total(2, processes) == 1 + 10 + 2 + 4 + 20
    assert cpu.total(9, processes) == 0


def test_our_own_time_is_counted_while_we_work() -> None:
    here = cpu.parse(Path("/proc/self/stat").read_text(encoding="utf-8")).pid
    before = cpu.spent(here, here)
    deadline = before.client + 0.05
    while cpu.spent(0, 0).client < deadline:
        pass
    spent = cpu.spent(here, here) - before
    assert spent.app > 0
    assert spent.client > 0
    assert spent.wall > 0
    assert spent.server == spent.app + spent.postgres


def test_differences_of_spent_time() -> None:
    assert Spent(5, 4, 3, 2) - Spent(1, 1, 1, 1) == Spent(4, 3, 2, 1)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([1.0], 0.99, 1.0), ([1.0, 2.0], 0.5, 1.0), ([1.0, 2.0, 3.0, 4.0], 0.95, 4.0), (list(range(1, 101)), 0.95, 95)],
)
def test_percentiles(values: list[float], share: float, found: float) -> None:
    assert percentile(values, share) == found


def test_a_ledger_adds_up() -> None:
    ledger = Ledger()
    ledger.note("question", 0.003, 100, 2000)
    ledger.note("question", 0.001, 100, 3000)
    ledger.note("submit", 0.010, 50, 10)
    assert (ledger.requests, ledger.sent, ledger.received) == (3, 250, 5010)
    assert ledger.latency("question").p50 == pytest.approx(1.0)
    assert ledger.latency("nothing").count == 0


@pytest.mark.parametrize(("name", "pages"), [("three-pages", 3), ("one-page-each", 30)])
def test_layouts_ask_everybody_all_thirty_items(name: str, pages: int) -> None:
    questionnaire = authoring.check(layouts.layout(name))
    assert len(questionnaire.pages) == pages
    assert len(packing.for_audience(questionnaire, "clinical")) == 30
    assert len(packing.for_audience(questionnaire, "non_clinical")) == 30


@pytest.mark.parametrize("people", [1, 61, 2_500])
def test_staff_lists_have_the_people_asked_for_on_five_levels(people: int) -> None:
    sheet = table.read(staff_lists.make(people).encode())
    columns = mapping.recognised(sheet.header)
    assert len(sheet.rows) == people
    assert [columns[f"level_{n}"] for n in range(1, 6)] == [f"Org L{n}" for n in range(2, 7)]  # type: ignore[index]
    assert not {"NI Number", "Basic Pay"} & set(columns.values())
    assert len({row.cells[0] for row in sheet.rows}) == people


def test_pgbench_is_given_the_statement_of_the_service() -> None:
    text = yardstick.script(yardstick.QUERIES.read_text(encoding="utf-8"), 40)
    assert text.startswith("\\set person random(1, 40)\n")
    assert text.rstrip().endswith(";")
    assert "insert into sealed" in text
    assert "insert into answered" in text
    assert ":ciphertext" in text
    assert "$" not in text


def test_the_rate_that_pgbench_reports() -> None:
    assert yardstick.rate("latency average = 1 ms\ntps = 1234.5 (without initial connection time)\n") == 1234.5
    with pytest.raises(Refused):
        yardstick.rate("pgbench: error: connection failed")


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        ([1, 1, 2], [2, 1, 1], []),
        ([1, 2], [1, 1, 2], ["1 responses of 3 are lost or changed."]),
        ([1, 2, 2], [1, 2], ["1 responses were sent by nobody."]),
        ([1, 3], [1, 2], ["1 responses of 2 are lost or changed.", "1 responses were sent by nobody."]),
    ],
)
def test_what_is_lost_changed_or_foreign_is_told(found: list[int], expected: list[int], told: list[str]) -> None:
    def counted(values: list[int]) -> Counter[tuple[int, bytes]]:
        return Counter((value, b"packed") for value in values)

    assert witness.differences("responses", counted(found), counted(expected)) == told


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), env={"SURVEY_NO_BOOTSTRAP": "1"})


def test_a_small_journey_from_the_link_to_the_responses() -> None:
    result = run("journey", "--respondents", "6", "--at-once", "3", "--seconds", "0.1")
    assert result.exit_code == 0, result.output
    assert "6 of 6 responses" in result.stdout
    assert "Every acknowledged submission was found" in result.stdout
    figures = dict(line.rsplit(maxsplit=1) for line in result.stdout.splitlines() if line.startswith("  "))
    assert figures["  requests a response"] == "12.0"
    statements = [line.split() for line in result.stdout.splitlines() if "GET question" in line]
    assert float(statements[0][-1]) == pytest.approx(1, abs=0.1), "a warm question page is one query"


def test_a_small_import() -> None:
    result = run("import", "--rows", "300")
    assert result.exit_code == 0, result.output
    assert "the second time changed nothing" in result.stdout


async def _lose_an_answer(*arguments: Any) -> list[str]:
    """As a witness who finds one response too few."""
    on, round_id, expected = arguments
    await on.db.execute("delete from response where response_id in (select response_id from response limit 1)")
    return await _compare(on, round_id, expected)


_compare = witness.compare


def test_closing_fails_when_an_answer_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    assert closings.witness is witness
    monkeypatch.setattr(witness, "compare", _lose_an_answer)
    result = run("close", "--staff", "60", "--answers", "20")
    assert isinstance(result.exception, Amiss), result.output
    assert str(result.exception) == "1 responses of 20 are lost or changed."
    assert "seconds to score and publish" in result.stdout
    assert "Every answer that was sent" not in result.stdout


def test_scanners_leave_no_trace_and_a_trace_would_be_seen() -> None:
    result = run("scanners", "--requests", "600", "--at-once", "2")
    assert result.exit_code == 0, result.output
    assert "by GET, HEAD, OPTIONS to 50 links" in result.stdout
    assert "No row was written and no cookie set" in result.stdout
    fields = landing.Measured.__struct_fields__
    sound = dict(zip(fields, (600, Spent(1, 0, 1, 1), 0, 0, 0, 1, ("GET",), landing.LINKS, 2000.0), strict=True))
    assert landing.Measured(**sound).amiss == []
    for wrong in ({"written": 1}, {"cookies": 1}, {"kinds": 2}, {"started": 49}):
        assert len(landing.Measured(**(sound | wrong)).amiss) == 1


@pytest.mark.long
@pytest.mark.parametrize("provider", ["notify", "smtp"])
def test_e6_processes_that_are_killed_lose_nothing(provider: str) -> None:
    """The bench itself, small: it fails when somebody got nothing, or got it twice without a mark."""
    done = run("sending", "--provider", provider, "--people", "300", "--kill-every", "2")
    assert done.exception is None, done.output
    assert "Everybody got the message" in done.output
