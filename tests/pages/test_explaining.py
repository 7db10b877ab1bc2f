"""The method's page says what computes: change a number there and the page says another; none is written on it."""

import re
from collections.abc import Callable

import msgspec
import pytest
from lxml import html

from survey.core.merging import headcount
from survey.core.questionnaire.model import Level, Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD, Method
from survey.operations.proving import Coverage, Table
from survey.pages import explaining, rendering
from survey.pages.explaining import CoverageLine
from survey.pages.notices import MethodNotice
from survey.pages.rendering import Shell
from tests import published

OTHER = {
    name: (value + 1 if isinstance(value, int) else value * 0.8 if isinstance(value, float) else value)
    for name, value in msgspec.structs.asdict(METHOD).items()
} | {"name": "other", "share_answered": (5, 7)}
"""Each of the method's numbers, changed."""


def _page(method: Method = METHOD, plan: Plan | None = None, questionnaire: Questionnaire | None = None) -> str:
    explained = explaining.explain(questionnaire or published.QUESTIONNAIRE, plan or Plan(), method=method)
    return rendering.render("notices/method.html", MethodNotice(Shell("Trust", "Survey"), "Method", explained))


def _text(markup: str) -> str:
    return " ".join(html.document_fromstring(markup).text_content().split())


@pytest.mark.parametrize("name", Method.__struct_fields__)
def test_every_number_of_the_method_is_told(name: str) -> None:
    changed = msgspec.structs.replace(METHOD, **{name: OTHER[name]})
    assert _page(changed) != _page()


PLANS = [Plan(k=12), Plan(expected_response=0.4), Plan(custody="split"), Plan(cells=("organisation",))]


@pytest.mark.parametrize("plan", PLANS)
def test_everything_the_plan_settles_is_told(plan: Plan) -> None:
    assert _page(plan=plan) != _page()


def test_levels_are_the_questionnaires() -> None:
    other = msgspec.structs.replace(
        published.QUESTIONNAIRE, levels=(Level({"en": "Low"}, 0), Level({"en": "High"}, 35))
    )
    text = _text(_page(questionnaire=other))
    assert "Level 1Low0 to under 35" in text
    assert "Level 2High35 to 100" in text


TOLD = [
    ("k", "No score rests on fewer than 10 people", {}),
    ("coalition", "Even if 8 of them put their own answers together", {}),
    ("confidence", "inside it about 19 times out of 20", {}),
    ("confidence", "inside it about 9 times out of 10", {"confidence": 0.9}),
    ("answered", "at least two answers, and answers to at least three in five of the questions", {}),
    ("band", "is told in bands of 5", {}),
    ("certainty", "at least 90% sure", {}),
    ("outliers", "625 n / (n − 1)²", {}),
    ("overlap", "at least 70% of it", {}),
    ("rates", "in steps of 5% or 3 people, whichever is wider, and no further than “under 10%” and “90% or more”", {}),
    ("comments", "at least 30 people answered the same question", {}),
]


@pytest.mark.parametrize(("what", "said", "changed"), TOLD)
def test_in_words(what: str, said: str, changed: dict[str, float]) -> None:
    assert said in _text(_page(msgspec.structs.replace(METHOD, **changed))), what


def test_the_target_of_small_teams_is_computed() -> None:
    plan = Plan(k=8, expected_response=0.4)
    assert f"to at least {headcount.target(8, 0.4)} people" in _text(_page(plan=plan))


MEASURED = Table(
    METHOD.name,
    (
        Coverage(5, 8, "typical", 0.9924, 25.4, 100, 5),
        Coverage(5, 8, "skewed", 0.95559, 24.4, 100, 5),
        Coverage(5, 8, "homogeneous", 1.0, 24.0, 100, 5),
        Coverage(5, 8, "two points", 0.9307, 35.4, 100, 5, is_extreme=True),
        Coverage(12, 20, "typical", 0.97, 18.6, 100, 12),
    ),
)


def test_the_coverage_table_is_what_was_measured() -> None:
    explained = explaining.explain(published.QUESTIONNAIRE, Plan(), coverage=MEASURED)
    assert explained.coverage == (
        CoverageLine("5 of 8", "99.2%", "95.5%", "93%", "24"),
        CoverageLine("12 of 20", "97%", "97%", "not tried", "19"),
    )


def test_what_was_measured_with_other_numbers_is_not_claimed() -> None:
    other = msgspec.structs.replace(MEASURED, method="0")
    assert explaining.explain(published.QUESTIONNAIRE, Plan(), coverage=other).coverage == ()


LONE_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _written(keep: Callable[[str], str]) -> set[str]:
    """The numbers that the template itself has, outside of what it is given."""
    source = (rendering.TEMPLATES / "explaining/method.html").read_text(encoding="utf-8")
    bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.DOTALL)
    formulas = " ".join(re.findall(r'<p class="method-formula">(.*?)</p>', bare))
    rest = re.sub(r'<p class="method-formula">.*?</p>', " ", bare)
    return set(LONE_NUMBER.findall(re.sub(r"<[^>]*>", " ", keep(formulas) or rest)))


def test_no_number_is_written_into_the_text() -> None:
    """But the ends of the scale and of an example, SHA-256, and what formulas are made of."""
    assert _written(lambda formulas: "") <= {"0", "100", "2", "3", "256"}
    assert _written(lambda formulas: formulas) <= {"1", "2", "4", "100"}


def test_what_the_margin_leaves_out_is_said() -> None:
    assert "It does not allow for people with different views being less likely to answer." in _text(_page())


def test_a_release_is_told_by_its_fingerprints() -> None:
    release = published.RELEASE
    explained = explaining.explain(published.QUESTIONNAIRE, Plan(), release=release, digest="d" * 64)
    assert dict(explained.fingerprints) == {
        "The questions": published.QUESTIONNAIRE.hash,
        "The staff list, frozen at launch": release.frame,
        "This release": "d" * 64,
    }
