"""The way through a questionnaire: it ends, it passes every asked item once, it counts right."""

import pytest
from hypothesis import given, settings

from survey.core import answers, journey
from survey.core.answers import Answers
from survey.core.frame import Audience
from survey.core.journey import Progress
from survey.core.questionnaire.model import Questionnaire
from survey.core.questionnaire.reading import read
from tests.core.makers import CHAIN, DEFAULT, answered

Case = tuple[Questionnaire, Answers, Audience]
IN_PAGES = CHAIN + '[[pages]]\nitems = ["A", "D"]\n[[pages]]\nitems = ["B", "E"]\n[[pages]]\nitems = ["C"]\n'


@pytest.mark.parametrize(
    ("audience", "given_", "pages", "first", "progress"),
    [
        ("clinical", {}, (0,), 0, [(1, 2, 2)]),
        ("clinical", {"A": ("4",), "D": ("1",)}, (0,), None, [(1, 2, 2)]),
        ("clinical", {"A": ("1",), "D": ("1",)}, (0, 1), 1, [(1, 2, 3), (3, 3, 3)]),
        ("clinical", {"A": ("1",), "D": ("2",), "B": ("1",)}, (0, 1, 2), 1, [(1, 2, 5), (3, 4, 5), (5, 5, 5)]),
        (
            "clinical",
            {"A": ("1",), "D": ("2",), "B": ("1",), "E": ("0",)},
            (0, 1, 2),
            2,
            [(1, 2, 5), (3, 4, 5), (5, 5, 5)],
        ),
        ("non_clinical", {"A": ("1",), "B": ("1",), "C": ("x",)}, (0,), 0, [(1, 2, 2)]),
        ("non_clinical", {"D": ("3",)}, (0, 1), 0, [(1, 2, 3), (3, 3, 3)]),
    ],
)
def test_the_way(
    audience: Audience, given_: Answers, pages: tuple[int, ...], first: int | None, progress: list[Progress]
) -> None:
    questionnaire = read(IN_PAGES)
    assert journey.pages(questionnaire, audience, given_) == pages
    assert journey.first_unanswered(questionnaire, audience, given_) == first
    assert [journey.progress(questionnaire, audience, given_, page) for page in pages] == progress


def test_a_page_that_is_not_on_the_way_has_no_items_and_no_number() -> None:
    questionnaire = read(IN_PAGES)
    assert journey.items(questionnaire, "clinical", {}, 2) == ()
    assert journey.items(questionnaire, "clinical", {}, 99) == ()
    with pytest.raises(KeyError):
        journey.progress(questionnaire, "clinical", {}, 2)


def test_from_a_page_that_went_away_the_neighbours_are_still_found() -> None:
    """Someone changes an earlier answer in another tab, then continues from a page that is no longer asked."""
    questionnaire = read(IN_PAGES.replace('items = ["C"]', 'items = ["C"]\n[[pages]]\nitems = ["F"]') + _LAST)
    assert journey.pages(questionnaire, "clinical", {}) == (0, 3)
    assert journey.next_page(questionnaire, "clinical", {}, 1) == 3
    assert journey.previous_page(questionnaire, "clinical", {}, 2) == 0


_LAST = '[[items]]\nid = "F"\nkind = "text"\ntext = "F?"\n'


def test_the_default_for_clinical_staff() -> None:
    default = read(DEFAULT)
    assert journey.progress(default, "clinical", {}, 8) == (8, 8, 29)  # S8 is for non-clinical staff
    assert journey.next_page(default, "clinical", {}, 6) == 8
    assert journey.previous_page(default, "clinical", {}, 8) == 6
    assert [item.id for item in journey.items(default, "clinical", {}, 8)] == ["P1"]
    assert journey.previous_page(default, "clinical", {}, 0) is None
    assert journey.next_page(default, "clinical", {}, 29) is None


@given(answered())
@settings(max_examples=80)
def test_going_on_passes_every_asked_item_once_and_ends(case: Case) -> None:
    questionnaire, given_, audience = case
    page, seen, counted = journey.next_page(questionnaire, audience, given_, -1), [], 0
    while page is not None:
        here = journey.items(questionnaire, audience, given_, page)
        assert here
        assert journey.progress(questionnaire, audience, given_, page)[:2] == (counted + 1, counted + len(here))
        seen += [item.id for item in here]
        counted += len(here)
        page = journey.next_page(questionnaire, audience, given_, page)
        assert len(seen) <= len(questionnaire.items), "the journey goes round in circles"
    assert seen == [item.id for item in answers.asked(questionnaire, audience, given_)]
    for page in journey.pages(questionnaire, audience, given_):
        assert journey.progress(questionnaire, audience, given_, page).of == counted


@given(answered())
@settings(max_examples=60)
def test_back_undoes_on(case: Case) -> None:
    questionnaire, given_, audience = case
    for page in journey.pages(questionnaire, audience, given_):
        following = journey.next_page(questionnaire, audience, given_, page)
        if following is not None:
            assert journey.previous_page(questionnaire, audience, given_, following) == page


@given(answered())
@settings(max_examples=60)
def test_answering_what_is_first_unanswered_ends(case: Case) -> None:
    """Resuming and answering over and over reaches the end, whatever the answers show or hide."""
    questionnaire, prepared, audience = case
    given_: Answers = {}
    for _ in range(len(questionnaire.pages) + 1):
        page = journey.first_unanswered(questionnaire, audience, given_)
        if page is None:
            break
        for item in journey.items(questionnaire, audience, given_, page):
            given_[item.id] = prepared.get(item.id, ("na",))
    assert journey.first_unanswered(questionnaire, audience, given_) is None
    assert {item.id for item in answers.asked(questionnaire, audience, given_)} <= given_.keys()


@given(answered())
@settings(max_examples=60)
def test_a_journey_without_rules_is_the_same_whatever_was_answered(case: Case) -> None:
    questionnaire, given_, audience = case
    if not answers.is_conditional(questionnaire, audience):
        assert journey.pages(questionnaire, audience, given_) == journey.pages(questionnaire, audience, {})
