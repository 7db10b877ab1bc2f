"""The pages of a release: what they say, in which order, and that nothing hidden is in them (property 1)."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
import structlog
from lxml import html

from survey.core import disclosure
from survey.core.disclosure.release import Cell, Group, Measure
from survey.operations.reading import Edition, Result
from survey.pages import assets, rendering
from survey.pages.reading import cells, findings, handlers, index, tables, texts, views
from survey.pages.reading.index import Index
from survey.pages.rendering import Link
from tests import published
from tests.conftest import STANDING, Cluster
from tests.published import ATTACK, HIDDEN, RELEASE, ROUND, THEIRS, UNPUBLISHED, Stage

EDITION = Edition(ROUND, "Autumn 2025", RELEASE.questionnaire, *published.WHEN, 1, "d" * 64, published.WHEN[1])
INDEX = Index(Result(EDITION, RELEASE, disclosure.encode(RELEASE), published.QUESTIONNAIRE))
PAGES: dict[str, msgspec.Struct] = {
    "round": views.a_round(INDEX, "Europe/London"),
    "method": texts.method(INDEX),
    **{f"vision {measure.id}": views.a_vision(INDEX, measure) for measure in RELEASE.measures},
    **{f"unit {group.id}": views.a_unit(INDEX, group) for group in RELEASE.groups},
    **{f"questions {one.id}": findings.questions_of(INDEX, one) for one in RELEASE.groups if INDEX.answers(one)},
}
CAUTION = (
    "The margin allows for who happened to answer. It does not allow for people with different views being less likely "
    "to answer."
)


def _markup(name: str) -> str:
    return rendering.render(f"reading/{name.partition(' ')[0]}.html", PAGES[name])


MARKUP = {name: _markup(name) for name in PAGES}


def _of(tree: Any, name: str, tag: str = "*") -> list[Any]:
    """The elements of a class, in the document's order."""
    return list(tree.xpath(f"//{tag}[contains(concat(' ', @class, ' '), ' {name} ')]"))


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _rows(markup: str) -> dict[str, list[str]]:
    """By the row's head: what each of its cells says."""
    found: dict[str, list[str]] = {}
    for head in _of(html.document_fromstring(markup), "heat__name"):
        found[_words(head.find("a"))] = [_words(cell) for cell in head.getparent().findall("td")]
    return found


SHOWN = [
    (
        Cell("g", "m", 58, "exact", 52, 66, "20 to 24", "Level 2 to 3", (2, 3)),
        ("58", "Level 2 to 3", "between 52 and 66", "20 to 24 answers", 5, "58 (52 to 66)"),
    ),
    (
        Cell("g", "m", 95, "or_more", 88, 100, "10 to 14", "Level 5", (5, 5)),
        ("95 or more", "Level 5", "between 88 and 100", "10 to 14 answers", 9, "95 or more (88 to 100)"),
    ),
    (
        Cell("g", "m", 5, "or_less", 0, 9, "20 or more", "too few answers to place"),
        ("5 or less", "Too few answers to place", "between 0 and 9", "20 or more answers", 0, "5 or less (0 to 9)"),
    ),
    (Cell("g", "m", 100, "exact", 99, 100, "10 to 14", "Level 5", (5, 5)), ("100", "Level 5", "", "", 9, "")),
    (Cell("g", "m", reason="few_answers"), ("", "", "", "", 0, "[c] too few answers")),
    (Cell("g", "m", reason="protects_others"), ("", "", "", "", 0, "[c] protects others")),
]


@pytest.mark.parametrize(("cell", "said"), SHOWN)
def test_a_cell_in_words(cell: Cell, said: tuple[str, ...]) -> None:
    made = cells.shown(cell)
    told = (made.score, made.level, made.margin, made.answers, made.step, made.short)
    assert all(found == wanted for found, wanted in zip(told, said, strict=True) if wanted != "")


def test_of_very_many_units_a_page_tells_those_at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page leads further down, and the tables to take away have all."""
    monkeypatch.setattr(index, "MOST_WHOLE", 2)
    large = Index(INDEX.result)
    for name, page in (
        ("round", views.a_round(large, "Europe/London")),
        ("vision", views.a_vision(large, large.measures[0])),
    ):
        markup = rendering.render(f"reading/{name}.html", page)
        assert "There are 5 units." in markup
        assert "Alpha" not in _rows(markup)
        assert {"North", "South"} <= _rows(markup).keys()
        assert "There are 5 units." not in MARKUP[name if name == "round" else f"vision {large.measures[0].id}"]
    north = next(group for group in RELEASE.groups if group.name == "North")
    assert "Alpha" in _rows(rendering.render("reading/unit.html", views.a_unit(large, north)))


@pytest.mark.parametrize(
    ("band", "said"),
    [("20 to 24", "20 to 24"), ("12835 to 12839", "12,835 to 12,839"), ("1000 or more", "1,000 or more")],
)
def test_large_bands_are_told_as_people_read_them(band: str, said: str) -> None:
    assert cells.grouped(band) == said


def test_every_reason_is_explained() -> None:
    reasons = {cell.reason for cell in RELEASE.cells} - {None}
    assert reasons == cells.BRIEFLY.keys(), "the published round has every reason there is"
    page = _words(_of(html.document_fromstring(MARKUP["round"]), "results-key")[0])
    assert all(f"{cells.BRIEFLY[reason]}: {cells.why(reason, 10)}" in page for reason in reasons if reason)


def test_the_heat_map_says_score_level_margin_and_answers() -> None:
    """The margin is there twice: in words, and shorter for a phone; the style sheet shows one."""
    rows = _rows(MARKUP["round"])
    assert rows["Alpha"][0] == "52 Level 3 between 49 and 5449 to 54 40 to 44 answers"
    assert rows["Delta"] == ["[c] too few answers"] * 3


def test_units_stand_by_name_within_their_division_and_never_by_score() -> None:
    heads = [row.name for section in tables.units(INDEX, "").sections for row in section.rows]
    assert heads == ["All of North", "Alpha", ATTACK, "All of South", "Delta", "Gamma", "Lab"]


def test_the_order_does_not_depend_on_scores() -> None:
    turned = msgspec.structs.replace(RELEASE, groups=RELEASE.groups[::-1], cells=RELEASE.cells[::-1])
    other = Index(msgspec.structs.replace(INDEX.result, release=turned))
    assert tables.units(other, "") == tables.units(INDEX, "")


def test_nested_divisions_and_units_of_none() -> None:
    tree = [
        ("org", None),
        ("unit:b", "org"),
        ("unit:ba", "unit:b"),
        ("ru:0", "unit:ba"),
        ("ru:1", "unit:b"),
        ("ru:2", "org"),
    ]
    kinds = {"org": "organisation", "unit": "division", "ru": "reporting_unit"}
    groups = tuple(Group(g, kinds[g.split(":")[0]], g.upper(), parent, 20) for g, parent in tree)  # type: ignore[arg-type]
    measures = (Measure("overall", {"en": "Overall"}),)
    release = msgspec.structs.replace(
        RELEASE,
        groups=groups,
        measures=measures,
        cells=tuple(Cell(group.id, "overall", reason="few_answers") for group in groups),
    )
    sections = tables.units(Index(msgspec.structs.replace(INDEX.result, release=release)), "").sections
    assert [(s.heading, [(row.name, row.depth) for row in s.rows]) for s in sections] == [
        ("UNIT:B", [("All of UNIT:B", 0), ("RU:1", 1), ("UNIT:BA", 1), ("RU:0", 2)]),
        ("Not in any one division", [("RU:2", 1)]),
    ]


def test_a_plan_without_the_organisation_still_has_a_page() -> None:
    kept = tuple(group for group in RELEASE.groups if group.kind == "reporting_unit")
    told = tuple(cell for cell in RELEASE.cells if cell.group in {group.id for group in kept})
    release = msgspec.structs.replace(RELEASE, groups=kept, cells=told, items=(), levels_held=(), rates=())
    bare = Index(msgspec.structs.replace(INDEX.result, release=release))
    assert views.a_round(bare, "Europe/London").whole is None
    assert [s.heading for s in tables.units(bare, "").sections] == ["Units"]
    assert "Alpha" in rendering.render("reading/unit.html", views.a_unit(bare, kept[0]))


BESIDE = [
    ("ru:0", ["Alpha", "North", "Test Hospital Trust"]),
    ("unit:north", ["North", "Test Hospital Trust"]),
    ("group:Nursing", ["Nursing", "Test Hospital Trust"]),
    ("org", ["Test Hospital Trust"]),
]


@pytest.mark.parametrize(("group", "columns"), BESIDE)
def test_a_unit_stands_beside_what_it_is_part_of(group: str, columns: list[str]) -> None:
    page = views.a_unit(INDEX, INDEX.groups[group])
    assert [column.name for column in page.table.columns] == columns
    assert [row.label for row in page.chart.rows[1 : 1 + len(columns)]] == columns


def test_two_units_of_one_name_have_addresses_of_their_own() -> None:
    groups = tuple(Group(f"ru:{n}", "reporting_unit", "Ward 1", None, 30) for n in range(3))
    twins = Index(msgspec.structs.replace(INDEX.result, release=msgspec.structs.replace(RELEASE, groups=groups)))
    addresses = [twins.unit_address(group) for group in groups]
    assert addresses == [f"/results/{ROUND}/units/{slug}" for slug in ("ward-1", "ward-1~2", "ward-1~3")]
    assert [twins.group(address.rsplit("/")[-1]) for address in addresses] == list(groups)


# Nothing hidden


@pytest.mark.parametrize("name", PAGES)
def test_no_hidden_value_is_on_a_page(name: str) -> None:
    assert not [text for text in HIDDEN if re.search(rf"\b{text}\b", MARKUP[name])]


@pytest.mark.parametrize("name", PAGES)
def test_a_withheld_cell_says_its_sign_and_one_reason(name: str) -> None:
    tree = html.document_fromstring(MARKUP[name])
    for cell in _of(tree, "heat__cell--withheld", "td"):
        assert re.fullmatch(rf"\[c\] ({'|'.join(cells.BRIEFLY.values())})", _words(cell))


def test_charts_mark_shown_scores_and_no_others() -> None:
    for measure in RELEASE.measures:
        tree = html.document_fromstring(MARKUP[f"vision {measure.id}"])
        shown = sum(cell.reason is None for cell in RELEASE.cells if cell.measure == measure.id)
        for layout in ("wide", "narrow"):
            drawings = _of(tree, f"chart__drawing--{layout}")
            assert sum(len(drawing.findall(".//circle")) for drawing in drawings) == shown
            assert sum(len(drawing.xpath(".//rect[@rx]")) for drawing in drawings) == shown


def test_bounds_are_explained_only_where_there_are_any() -> None:
    bounded = msgspec.structs.replace(RELEASE.cells[0], value=95, bound="or_more")
    release = msgspec.structs.replace(RELEASE, cells=(bounded, *RELEASE.cells[1:]))
    page = views.a_round(Index(msgspec.structs.replace(INDEX.result, release=release)), "Europe/London")
    assert "“95 or more”" in rendering.render("reading/round.html", page)


# For everybody


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_what_the_margin_leaves_out(name: str) -> None:
    assert CAUTION in _words(html.document_fromstring(MARKUP[name]))


@pytest.mark.parametrize("name", PAGES)
def test_names_are_text_and_pages_have_neither_scripts_nor_inline_styles(name: str) -> None:
    tree = html.document_fromstring(MARKUP[name])
    assert not list(tree.iter("script", "style"))
    assert not [e for e in tree.iter() if any(a == "style" or a.startswith("on") for a in e.attrib)]


@pytest.mark.parametrize("name", PAGES)
def test_charts_have_a_title_and_a_description_with_ids_of_their_own(name: str) -> None:
    tree = html.document_fromstring(MARKUP[name])
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for drawing in tree.xpath("//svg[@role='img']"):
        named = [tree.get_element_by_id(one) for one in drawing.get("aria-labelledby").split()]
        assert [element.tag for element in named] == ["title", "desc"]
        assert all(_words(element) for element in named)


def test_headings_do_not_skip_a_level() -> None:
    for name, markup in MARKUP.items():
        levels = [int(e.tag[1]) for e in html.document_fromstring(markup).iter("h1", "h2", "h3")]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), name


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_on_every_shade_has_enough_contrast() -> None:
    css = (assets.FOLDER / "results.css").read_text(encoding="utf-8")
    shades = re.findall(r"^\.heat__cell--(\w+) \{ background: (#\w{6}); color: (#\w{6}); \}", css, re.MULTILINE)
    assert [name for name, _, _ in shades] == [
        *(str(step) for step in range(cells.STEPS)),
        "change",
        "withheld",
    ]
    assert min(_contrast(background, text) for _, background, text in shades) >= 4.5


def test_shades_grow_darker_with_the_score() -> None:
    css = (assets.FOLDER / "results.css").read_text(encoding="utf-8")
    found = re.findall(r"^\.heat__cell--\d \{ background: (#\w{6})", css, re.MULTILINE)
    assert [_luminance(colour) for colour in found] == sorted(map(_luminance, found), reverse=True)


# Through the application


@pytest_asyncio.fixture(scope="module")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    async with published.staged(cluster, template, tmp_path_factory.mktemp("reading")) as made:
        yield made


def _client(stage: Stage, whose: str | None) -> httpx.AsyncClient:
    cookies = {"__Host-session": stage.sessions[whose]} if whose else {}
    transport = httpx.ASGITransport(app=stage.app)
    return httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example", cookies=cookies)


async def test_from_the_list_to_a_unit(stage: Stage) -> None:
    async with _client(stage, "own") as client:
        listed = html.document_fromstring((await client.get("/results")).text)
        (address,) = [a.get("href") for a in listed.xpath("//main//a")]
        answer = await client.get(address)
        assert answer.headers["cache-control"] == "no-store"
        for link in html.document_fromstring(answer.text).xpath("//table//a"):
            assert (await client.get(link.get("href"))).status_code == 200, link.get("href")


@pytest.mark.parametrize("path", [THEIRS, UNPUBLISHED, "none0000"])
async def test_other_organisations_rounds_and_unpublished_ones_are_not_there(stage: Stage, path: str) -> None:
    async with _client(stage, "own") as client:
        answers = [await client.get(f"/results/{path}{rest}") for rest in ("", "/visions/staff", "/units/alpha")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("path", ["visions/none", "units/none", "units/delta~2"])
async def test_what_a_round_does_not_have_is_not_found(stage: Stage, path: str) -> None:
    async with _client(stage, "own") as client:
        assert (await client.get(f"/results/{ROUND}/{path}")).status_code == 404


async def test_an_organisation_without_rounds_is_told_what_to_do(stage: Stage) -> None:
    page = views.rounds("Test Hospital Trust", [], "Europe/London", Link("See how far the rounds are", "/rounds"))
    text = _words(html.document_fromstring(rendering.render("reading/rounds.html", page)))
    assert "No round has been published yet." in text
    assert "See how far the rounds are" in text and "python3" not in text


async def test_a_correction_is_shown_from_then_on(stage: Stage) -> None:
    corrected = msgspec.structs.replace(
        RELEASE,
        round="corr0001",
        number=2,
        cells=(msgspec.structs.replace(RELEASE.cells[0], value=77), *RELEASE.cells[1:]),
    )
    whose = STANDING.organisation_id
    async with _client(stage, "own") as client, stage.database.connection() as db:
        await published._publish(db, whose, "corr0001", msgspec.structs.replace(RELEASE, round="corr0001"))
        before = (await client.get("/results/corr0001")).text
        await published.republish(db, whose, "corr0001", corrected)
        after = (await client.get("/results/corr0001")).text
        await db.execute("delete from release where round_id = 'corr0001'")
    assert "Corrected: release 2" in after and "Corrected" not in before
    assert _rows(after)["Test Hospital Trust"][0].startswith("77")


async def test_results_that_somebody_changed_in_the_database_are_not_shown(stage: Stage) -> None:
    """Nor does the API tell them: one digit is enough."""
    whose, headers = STANDING.organisation_id, {"authorization": f"Bearer {stage.keys['own']}"}
    changed = (
        "update release set document = replace(document, '\"number\":1', '\"number\":2') where round_id = 'chan0001'"
    )
    async with _client(stage, "own") as client, stage.database.connection() as db:
        await published._publish(db, whose, "chan0001", msgspec.structs.replace(RELEASE, round="chan0001"))
        assert await db.execute(changed) == "UPDATE 1"
        with structlog.testing.capture_logs() as entries:
            page = await client.get("/results/chan0001")
            told = await client.get("/api/v1/rounds/chan0001/scores", headers=headers)
        await db.execute("delete from release where round_id = 'chan0001'")
    assert page.status_code == told.status_code == 500
    assert "what is stored of them is not what was published" in page.text
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:survey:problem:not-as-published"
    assert [entry["round"] for entry in entries if entry["event"] == "not_as_published"] == ["chan0001"] * 2


async def test_comments_are_what_was_released_and_nothing_else(stage: Stage) -> None:
    """Property 1 for words: what is withheld or taken out is on no page, before and after."""
    async with _client(stage, "own") as client:
        before = (await client.get(f"/results/{ROUND}/comments")).text
        async with stage.database.connection() as db:
            await published.review(db, STANDING.organisation_id, ROUND)
        after = (await client.get(f"/results/{ROUND}/comments")).text
        theirs = await client.get(f"/results/{THEIRS}/comments")
    assert "No comments have been released." in before and "log-in" not in before
    shown = [_words(one) for one in _of(html.document_fromstring(after), "results-comments__item")]
    assert sorted(shown) == sorted(
        [
            "Ask [removed] of [removed], [removed].",
            '<script>alert(2)</script> & "{{7*7}}"',
            *(f"One log-in for all {number} systems." for number in range(2, 29)),
        ]
    )
    assert not [word for word in published.HIDDEN_WORDS if word in before + after]
    assert theirs.status_code == 404


async def test_the_sign_out_form_carries_the_sessions_own_token(stage: Stage) -> None:
    tokens = set()
    for whose in ("own", "owner"):
        async with _client(stage, whose) as client:
            tree = html.document_fromstring((await client.get(f"/results/{ROUND}")).text)
            tokens.add(tree.xpath("//form//input[@name='csrf']/@value")[0])
    assert len(tokens) == 2


def test_every_template_of_results_is_used() -> None:
    folder = Path(rendering.TEMPLATES) / "reading"
    assert {file.stem for file in folder.glob("*.html")} == {
        "layout",
        "key",
        "rounds",
        "round",
        "vision",
        "unit",
        "method",
        "comments",
        "changes",
        "priorities",
        "questions",
        "since",
        "ranking",
        "caution",
    }


def test_order_of_names_ignores_case() -> None:
    groups = [Group(name, "reporting_unit", name, None, 20) for name in ("b", "A", "C")]
    assert [group.name for group in index.alphabetical(groups)] == ["A", "b", "C"]


# Another order than the organisation's


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["All of North", "Alpha", ATTACK, "All of South", "Delta", "Gamma", "Lab"]),
        ("-name", ["All of North", ATTACK, "Alpha", "All of South", "Lab", "Gamma", "Delta"]),
        ("people", None),
        ("-people", None),
        ("on-care", "plain"),
        ("score", "plain"),
        ("-", "plain"),
    ],
)
def test_units_sort_within_their_division_by_name_and_people_and_never_by_score(order: str, names: Any) -> None:
    plain = tables.units(INDEX, "")
    table = tables.units(INDEX, "", order)
    rows = [row for section in table.sections for row in section.rows]
    if names == "plain":
        assert table == plain
    elif names:
        assert [row.name for row in rows] == names
    else:
        for section in table.sections:
            first, *others = [int(row.people.split()[0].replace(",", "")) for row in section.rows]
            assert first >= max(others), "the division's own row stays the first"
            assert others == sorted(others, reverse=order.startswith("-"))
    markup = rendering.render("reading/round.html", views.a_round(INDEX, "Europe/London", order))
    heads = {head.get("aria-sort") for head in html.document_fromstring(markup).xpath("//th[@aria-sort]")}
    assert heads == (set() if names == "plain" else {"descending" if order.startswith("-") else "ascending"})


async def test_an_order_belongs_to_what_is_kept_of_a_page_and_one_that_is_none_does_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    plain = handlers._cut
    monkeypatch.setattr(handlers, "_cut", lambda name, page: made.append(name) or plain(name, page))
    monkeypatch.setattr(handlers, "_pages", rendering.Memo(512))
    monkeypatch.setattr(handlers, "_sorted", rendering.Memo(64))
    vision = f"/results/{ROUND}/visions/{RELEASE.measures[0].id}"
    async with _client(stage, "own") as client:
        for here in (f"/results/{ROUND}", vision):
            texts = {}
            for order in ("", "-name", "people", "score", "nonsense", "-", "x" * 500):
                answer = await client.get(here, params={"order": order})
                assert answer.status_code == 200
                texts[order] = answer.text
            assert len(set(texts.values())) == 3
            assert texts["nonsense"] == texts["score"] == texts[""]
            tree = html.document_fromstring(texts["-name"])
            (back, *_) = tree.xpath("//ul[contains(@class, 'console-order__list')]//a")
            assert (back.text, back.get("href")) == ("Organisation", f"{here}#every-unit")
            assert tree.xpath("//*[@id='every-unit']")
    assert made == ["round"] * 3 + ["vision"] * 3, "unknown orders are the page itself"
