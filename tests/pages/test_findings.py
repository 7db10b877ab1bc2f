"""Change, priorities, answers question by question: what pages and files say, and that nothing hidden is there."""

import csv
import io
import re
from itertools import pairwise
from typing import Any

import httpx
import msgspec
import pytest
from lxml import html

from survey import errors
from survey.core import disclosure
from survey.core.disclosure.release import Cell, Group, Why
from survey.pages import rendering
from survey.pages.reading import changing, downloads, funnel, index, prioritising, questions, views
from survey.pages.reading import findings as pages
from survey.pages.reading.index import Index
from tests import findings, published
from tests.conftest import STANDING, Cluster
from tests.findings import FULL, RESULT

INDEX = Index(RESULT)
ORG, NORTH, ALPHA = (INDEX.groups[name] for name in ("org", "unit:north", "ru:0"))
PAGES: dict[str, tuple[str, msgspec.Struct]] = {
    "round": ("round", views.a_round(INDEX, "Europe/London")),
    "changes": ("changes", pages.changes(INDEX)),
    "priorities": ("priorities", pages.priorities(INDEX)),
    "questions org": ("questions", pages.questions_of(INDEX, ORG)),
    "questions north": ("questions", pages.questions_of(INDEX, NORTH)),
    **{f"unit {group.id}": ("unit", views.a_unit(INDEX, group)) for group in FULL.groups},
}
MARKUP = {name: rendering.render(f"reading/{template}.html", page) for name, (template, page) in PAGES.items()}


def _tree(name: str) -> Any:
    return html.document_fromstring(MARKUP[name])


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


# Change


def test_a_change_says_how_much_how_sure_and_what_it_would_have_taken() -> None:
    one = changing.moved(INDEX.change(ALPHA, INDEX.measure("services")))
    assert (one.change, one.words, one.sign) == ("+14", "Improved", "▲")
    assert (one.margin, one.detectable) == ("between +7 and +21", "11 or more would be clear")
    assert one.sides == "50 then, 64 now"
    assert changing.moved(INDEX.change(ALPHA, INDEX.measure("staff"))).change == "−13"


def test_the_unit_page_has_change_beside_its_division_and_the_organisation() -> None:
    page = views.a_unit(INDEX, ALPHA)
    assert page.since is not None
    assert [column.name for column in page.since.table.columns] == ["Alpha", "North", "Test Hospital Trust"]
    text = _text(_tree("unit ru:0"))
    assert "Change since Autumn 2024" in text
    assert "+14 ▲ Improved between +7 and +21 50 then, 64 now 11 or more would be clear" in text
    assert "same questions only" in text


def test_every_reason_for_no_number_is_explained_and_withheld_has_its_sign() -> None:
    reasons = dict(changing.reasons(INDEX, INDEX.release.groups))
    assert set(reasons) == set(changing.BRIEFLY.values())
    assert all(changing.explained(why) for why in changing.BRIEFLY)
    signed: list[Why] = ["withheld", "withheld_before"]
    assert all(changing.BRIEFLY[why].startswith("[c]") == (why in signed) for why in changing.BRIEFLY)


def test_a_unit_page_explains_only_what_stands_on_it() -> None:
    """Every reason that the legend has is beside a score, and every one that is, is in it."""
    for group in INDEX.release.groups:
        page = views.a_unit(INDEX, group)
        assert page.since is not None
        cells = [cell for section in page.since.table.sections for line in section.rows for cell in line.cells]
        beside = {cell.why for cell in cells if cell.why}
        assert {briefly for briefly, _ in page.since.reasons} == beside, group.id


def test_who_changed_stands_in_the_order_of_the_tree() -> None:
    assert [(name, what) for name, _, what in changing.standing_out(INDEX)] == [
        ("Alpha", "Digital services: improved, +14"),
        ("Alpha", "Empowering staff: declined, −13"),
    ]


def test_the_change_chart_draws_what_is_told_and_frames_chance() -> None:
    chart = changing.chart(INDEX, [ALPHA], "change")
    drawn = [row for row in chart.rows if row.value is not None]
    assert [(row.value, row.low, row.high, row.zone) for row in drawn] == [
        (14, 7, 21, (-11, 11)),
        (-13, -20, -6, (-11, 11)),
    ]
    assert chart.scale == (-30, 30)
    assert chart.ticks == (-30, -15, 0, 15, 30)


def test_a_first_round_has_no_change() -> None:
    first = Index(
        msgspec.structs.replace(RESULT, before="", release=msgspec.structs.replace(FULL, compared=None, changes=()))
    )
    assert views.a_unit(first, first.groups["ru:0"]).since is None
    with pytest.raises(errors.NotFound):
        pages.changes(first)
    assert all("Change" not in link.text for link in views.a_round(first, "Europe/London").more)


# Priorities


def test_priorities_stand_by_points_with_their_margins() -> None:
    (ranking,) = prioritising.rankings(INDEX, ORG)
    assert [(one.option, one.points, one.margin) for one in ranking.options] == [
        ("Wi-Fi", "71", "between 65 and 77"),
        ("Log-in", "40", "between 34 and 46"),
        ("Tablets", "39", "between 33 and 45"),
    ]


def test_priorities_of_very_many_units_are_those_at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    all_of_them = _tree("priorities").xpath("//ul[@class='results-leading']/li/a/text()")
    monkeypatch.setattr(index, "MOST_WHOLE", 2)
    large = Index(INDEX.result)
    markup = rendering.render("reading/priorities.html", pages.priorities(large))
    shown = html.document_fromstring(markup).xpath("//ul[@class='results-leading']/li/a/text()")
    assert shown == [top.name for top in large.children(large.whole)] and len(shown) < len(all_of_them)
    assert "The page of each division has those below it" in markup


def test_withheld_priorities_stand_as_they_were_asked() -> None:
    (ranking,) = prioritising.rankings(INDEX, INDEX.groups["ru:2"])
    assert [(one.option, one.withheld) for one in ranking.options] == [
        (name, "[c] too few answers") for name in ("Log-in", "Wi-Fi", "Tablets")
    ]


def test_why_something_is_withheld_is_explained_where_it_is() -> None:
    assert "[c] too few answers: Too few people answered this here" in _text(_tree("priorities"))
    assert "[c] nearly all alike: Nearly everybody answered the same" in _text(_tree("questions org"))
    assert "nearly all alike" not in _text(_tree("questions north"))
    assert {prioritising.explained(reason, 10) for reason in prioritising.WITHHELD}


def test_what_leads_in_every_unit_in_the_order_of_the_tree() -> None:
    branches = prioritising.leading(INDEX, "FIRST")
    assert [(branch.heading, branch.groups[0].name) for branch in branches] == [
        ("North", "All of North"),
        ("South", "All of South"),
    ]


# Question by question


def test_answers_in_bands_with_what_they_mean() -> None:
    part = questions.parts(INDEX, ORG)[0]
    first = part.questions[0]
    assert [(line.label, line.share, line.means) for line in first.lines] == [
        ("Strongly disagree or Disagree", "15%", "against the vision"),
        ("Neither", "30%", "in between"),
        ("Agree", "35%", "for the vision"),
        ("Strongly agree", "20%", "for the vision"),
    ]
    assert first.without == "15% do not know; 5% or less say that it does not apply to them; 10% passed it by"
    assert (part.questions[1].withheld, part.questions[1].chart) == ("[c] nearly all alike", None)


def test_other_questions_come_last_and_numbers_in_quarters() -> None:
    part = questions.parts(INDEX, ORG)[-1]
    assert part.heading == "Other questions"
    tools, count = part.questions
    assert [(line.label, line.share) for line in tools.lines] == [("Phone", "80%"), ("Tablet", "5% or less")]
    assert [line.label for line in count.lines] == ["0 to 24", "25 to 49 or 50 to 74 or 75 to 99"]


def test_not_knowing_is_a_finding_and_what_does_not_apply_is_not_compared() -> None:
    assert [(one.text, one.share) for one in questions.unknowing(INDEX, ORG)] == [("Question 1 of services", "15%")]
    assert "Where people do not know" in _text(_tree("questions org"))
    assert "do not set it beside other groups’ answers" in _text(_tree("questions north"))


def test_a_team_has_no_single_questions() -> None:
    assert views.a_unit(INDEX, ALPHA).questions == ""
    with pytest.raises(errors.NotFound):
        pages.questions_of(INDEX, ALPHA)


# A funnel


def _wide(scores: list[int], half: int = 10) -> Index:
    groups = [Group("org", "organisation", "Trust", None, 1000)]
    groups += [Group(f"ru:{n}", "reporting_unit", f"Unit {n}", "org", 40) for n in range(len(scores))]
    cells = [Cell("org", "services", 50, "exact", 48, 52, "500 to 504", "Level 3", (3, 3))]
    cells += [
        Cell(f"ru:{n}", "services", score, "exact", score - half, score + half, "20 to 24", "Level 3", (3, 3))
        for n, score in enumerate(scores)
    ]
    release = msgspec.structs.replace(FULL, groups=tuple(groups), cells=tuple(cells), measures=FULL.measures[:1])
    return Index(msgspec.structs.replace(RESULT, release=release))


def test_who_differs_is_found_among_many_and_named_in_the_order_of_the_tree() -> None:
    index = _wide([80, 52, 49, 50, 47, 20])
    made = funnel.funnel(index, index.measures[0])
    assert made is not None
    assert [(one.name, one.said) for one in made.standing] == [
        ("Unit 0", "80, above the organisation’s 50"),
        ("Unit 5", "20, below the organisation’s 50"),
    ]
    assert [sum(dot.differs for dot in drawing.dots) for drawing in made.drawings] == [2, 2]


def test_many_who_differ_are_folded_away_and_named_all_the_same() -> None:
    index = _wide([20] * 6 + [80] * 6)
    made = funnel.funnel(index, index.measures[0])
    assert made is not None and made.folded and len(made.standing) == 12
    page = html.document_fromstring(rendering.render("reading/vision.html", views.a_vision(index, index.measures[0])))
    assert len(page.xpath("//details[@class='nhsuk-details']//li")) == 12
    assert "12 units, named beneath" in page.xpath("//desc")[2].text


def test_a_difference_within_its_margin_is_none() -> None:
    index = _wide([58, 52, 49, 50, 47, 42])
    made = funnel.funnel(index, index.measures[0])
    assert made is not None and made.standing == ()


def test_few_units_have_no_funnel_and_one_alone_may_not_stand_out_among_many() -> None:
    assert funnel.funnel(_wide([80, 20]), FULL.measures[0]) is None
    many = _wide([61, *([50] * 60)])
    made = funnel.funnel(many, many.measures[0])
    assert made is not None and made.standing == (), "p = .03 is what the best of sixty gives by chance"


# Files


def _rows(name: str, index: Index = INDEX) -> list[dict[str, str]]:
    text = downloads.make(index, name).body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_files_say_what_pages_say() -> None:
    scores = _rows("scores.csv")
    assert len(scores) == len(FULL.cells)
    alpha = next(row for row in scores if row["group"] == "Alpha")
    assert (alpha["value"], alpha["low"], alpha["high"], alpha["first_level"]) == ("52", "49", "54", "3")
    changes = _rows("changes.csv")
    told = next(row for row in changes if row["group"] == "Alpha")
    assert (told["before"], told["now"], told["difference"], told["smallest_detectable"]) == ("50", "64", "14", "11")
    assert [row["option"] for row in _rows("priorities.csv")][:3] == ["Log-in", "Wi-Fi", "Tablets"]
    assert len(_rows("answers.csv")) == 4 + 1 + 2 + 2 + 4
    assert _rows("unanswered.csv")[0]["dont_know_percent"] == "15"


def test_the_whole_release_is_as_it_is_stored() -> None:
    file = downloads.make(INDEX, "release.json")
    assert file.body == disclosure.encode(FULL)
    assert disclosure.decode(file.body) == FULL
    with pytest.raises(errors.NotFound):
        downloads.make(INDEX, "passwords.csv")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("name", FORMULAS)
def test_names_stay_text_in_a_spreadsheet(name: str) -> None:
    groups = tuple(msgspec.structs.replace(group, name=name) for group in FULL.groups)
    index = Index(msgspec.structs.replace(RESULT, release=msgspec.structs.replace(FULL, groups=groups)))
    for table in downloads.TABLES:
        assert {row["group"] for row in _rows(table, index)} == {f"'{name}"}


def test_only_what_there_is_is_offered() -> None:
    assert [name for name, _ in downloads.offered(INDEX)] == [*downloads.TABLES, "release.json"]
    bare = Index(
        msgspec.structs.replace(
            RESULT, release=msgspec.structs.replace(FULL, changes=(), priorities=(), items=(), rates=())
        )
    )
    assert [name for name, _ in downloads.offered(bare)] == ["scores.csv", "release.json"]


# Nothing hidden, and for everybody


def test_withheld_cells_are_empty_in_files() -> None:
    for row in _rows("scores.csv"):
        if row["withheld_because"]:
            assert not any(row[name] for name in ("value", "bound", "low", "high", "answers", "level", "first_level"))
    for row in _rows("changes.csv"):
        if row["not_comparable_because"]:
            assert not any(row[name] for name in ("now", "before", "difference", "margin", "smallest_detectable"))


NUMBER = re.compile(r"\d+")


def test_no_number_is_in_a_file_that_the_release_or_the_questions_do_not_have() -> None:
    """Property 1."""
    known = NUMBER.findall((disclosure.encode(FULL) + findings.ASKED.canonical).decode())
    quarters = {"0", "24", "25", "49", "50", "74", "75", "99"}
    for table in downloads.TABLES:
        found = set(NUMBER.findall(downloads.make(INDEX, table).body.decode()))
        assert found <= {*known, *quarters}, table


@pytest.mark.parametrize("name", PAGES)
def test_charts_have_titles_and_tables_and_ids_are_their_own(name: str) -> None:
    tree = _tree(name)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    drawings = tree.xpath("//svg[@role='img']")
    assert drawings and all(len(drawing.get("aria-labelledby").split()) == 2 for drawing in drawings)
    assert tree.xpath("//table") or name == "priorities"
    assert not list(tree.iter("script", "style")) and not tree.xpath("//*[@style]")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_what_the_margin_leaves_out(name: str) -> None:
    assert "It does not allow for people with different views being less likely to answer." in _text(_tree(name))


def test_headings_do_not_skip_a_level() -> None:
    for name in PAGES:
        levels = [int(e.tag[1]) for e in _tree(name).iter("h1", "h2", "h3")]
        assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels)), name


# Through the application


async def test_every_link_of_a_round_leads_somewhere(
    cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with published.staged(cluster, template, tmp_path_factory.mktemp("findings")) as stage:
        async with stage.database.connection() as db:
            await findings.publish(db, STANDING.organisation_id)
        cookies, base = {"__Host-session": stage.sessions["own"]}, "https://survey.trust.example"
        transport = httpx.ASGITransport(app=stage.app)
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
            page = html.document_fromstring((await client.get(f"/results/{findings.WITH_ALL}")).text)
            links = set(page.xpath("//main//a/@href"))
            answers = {link: await client.get(link) for link in links if not link.startswith("#")}
        theirs = httpx.AsyncClient(
            transport=transport, base_url=base, cookies={"__Host-session": stage.sessions["other"]}
        )
        async with theirs as client:
            refused = {(await client.get(link)).status_code for link in links if findings.WITH_ALL in link}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len([link for link in links if "/files/" in link]) == len(downloads.TABLES) + 1
    assert "Change since Autumn 2024" in answers[f"/results/{findings.WITH_ALL}/changes"].text
    file = answers[f"/results/{findings.WITH_ALL}/files/scores.csv"]
    assert file.headers["content-disposition"] == f'attachment; filename="{findings.WITH_ALL}-scores.csv"'
    assert file.headers["cache-control"] == "no-store"
    assert refused == {404}
