"""What differs between two versions, and which results stay comparable."""

import pytest

from survey.core import differences
from survey.core.differences import Change, Differences
from survey.core.questionnaire import reading
from tests import cast

TEXT = cast.QUESTIONNAIRE
AGREE = 'text = "My systems help me."'


def between(*changes: tuple[str, str]) -> Differences:
    text = TEXT
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return differences.between(reading.read(TEXT), reading.read(text))


def test_the_same_content_differs_in_nothing() -> None:
    found = between(("[scales]", "# another layout\n[scales]"))
    assert found.none
    assert found.unchanged == 9
    assert {measure.compared for measure in found.measures} == {"all"}


CASES: dict[str, tuple[str, str, str, Change, bool | None]] = {
    "reworded": (
        AGREE, 'text = "Systems help me."', "AGREE", Change("Wording", ("My systems help me.",), ("Systems help me.",)),
        False,
    ),
    "a hint": (AGREE, f'{AGREE}\nhint = "All of them"', "AGREE", Change("Hint", ("–",), ("All of them",)), False),
    "its options": (
        '["Not", "A little", "Somewhat", "Mostly", "Wholly"]', '["No", "A little", "Somewhat", "Mostly", "Wholly"]',
        "STEP",
        Change(
            "Options",
            ("Not", "A little", "Somewhat", "Mostly", "Wholly"),
            ("No", "A little", "Somewhat", "Mostly", "Wholly"),
        ),
        False,
    ),
    "no longer reversed": (
        "reverse = true\n", "", "OFTEN", Change("Scored", ("reversed: agreeing scores low",), ("as it stands",)), False,
    ),
    "asked of others": (
        AGREE, f'{AGREE}\naudience = "clinical"', "AGREE", Change("Asked of", ("everybody",), ("clinical staff",)),
        False,
    ),
    "another vision": (
        'id = "AGREE"\nkind = "agreement"\nvision = "care"', 'id = "AGREE"\nkind = "agreement"\nvision = "data"',
        "AGREE", Change("Vision", ("Digital care",), ("Useful data",)), False,
    ),
    "no way out": (
        "dont_know = true\n", "", "STEP", Change("“I don’t know”", ("I don’t know",), ("–",)), False,
    ),
    "shown to more": (
        "answers = [1]", "answers = [1, 2]", "WHICH",
        Change("Shown", ("when WARD is answered 1",), ("when WARD is answered 1 or 2",)), None,
    ),
    "in the pulse": (
        AGREE, f"{AGREE}\npulse = true", "AGREE", Change("Pulse", ("not part of it",), ("part of it",)), True,
    ),
    "other bounds": (
        "maximum = 99999", "maximum = 99", "COUNT", Change("Whole numbers", ("0 to 99999",), ("0 to 99",)), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "item", "change", "comparable"), CASES.values(), ids=CASES)
def test_one_change_of_one_item(before: str, after: str, item: str, change: Change, comparable: bool | None) -> None:
    found = between((before, after))
    assert [one.id for one in found.changed] == [item]
    assert found.changed[0].changes == (change,)
    assert found.changed[0].comparable is comparable
    assert found.unchanged == 8
    assert not (found.added or found.removed or found.general)


def test_items_that_came_and_went_move_no_other() -> None:
    found = between(('id = "OFTEN"', 'id = "NEW"'))
    assert [one.id for one in found.added] == ["NEW"]
    assert [one.id for one in found.removed] == ["OFTEN"]
    assert not found.changed
    compared = {measure.name: (measure.compared, measure.common, measure.of) for measure in found.measures}
    assert compared == {
        "Digital care": ("common", 1, 2),
        "Useful data": ("all", 2, 2),
        "Overall": ("common", 3, 4),
    }


def test_a_measure_without_a_common_item_takes_the_overall_with_it() -> None:
    found = between(('id = "OFTEN"', 'id = "NEW"'), (AGREE, 'text = "They help."'))
    assert {measure.name: measure.compared for measure in found.measures} == {
        "Digital care": "none",
        "Useful data": "all",
        "Overall": "none",
    }


def pages(*groups: str) -> str:
    return TEXT + "".join(
        f"\n[[pages]]\nitems = [{', '.join(repr(name) for name in group.split())}]".replace("'", '"')
        for group in groups
    )


def test_an_item_on_another_page_is_told_and_stays_comparable() -> None:
    before = reading.read(pages("AGREE OFTEN", "SURE STEP", "WARD", "WHICH COUNT", "FIRST WORDS"))
    after = reading.read(pages("AGREE", "OFTEN SURE STEP", "WARD", "WHICH COUNT", "FIRST WORDS"))
    found = differences.between(before, after)
    assert {one.id: one.changes[-1] for one in found.changed} == {
        "AGREE": Change("Page", ("page 1, with OFTEN",), ("page 1",)),
        "OFTEN": Change("Page", ("page 1, with AGREE",), ("page 2, with SURE, STEP",)),
        "SURE": Change("Page", ("page 2, with STEP",), ("page 2, with OFTEN, STEP",)),
        "STEP": Change("Page", ("page 2, with SURE",), ("page 2, with OFTEN, SURE",)),
    }
    assert all(one.comparable for one in found.changed)


def test_what_is_not_about_one_item() -> None:
    found = between(
        ("How digital is work?", "How digital?"),
        ('data = "Useful data"', 'data = "Usable data"'),
        ("cuts = [33, 66]", "cuts = [40, 66]"),
    )
    assert [change.what for change in found.general] == ["Title", "Vision data", "Levels"]
    levels = found.general[2]
    assert levels.before == ("Beginning: from 0", "Growing: from 33", "Leading: from 66")
    assert levels.after == ("Beginning: from 0", "Growing: from 40", "Leading: from 66")


def test_a_sections_own_name() -> None:
    named = TEXT + '\n[[pages]]\nitems = ["AGREE", "OFTEN", "SURE", "STEP", "WARD"]\nsection = "First"\n'
    named += '[[pages]]\nitems = ["WHICH", "COUNT", "FIRST", "WORDS"]\nsection = "Last"'
    after = reading.read(named.replace('"Last"', '"And last"'))
    found = differences.between(reading.read(named), after)
    assert found.general == (Change("Sections", ("First", "Last"), ("First", "And last")),)
    assert not found.changed


def test_a_translation_that_was_added_is_told_once_and_changes_no_result() -> None:
    found = between(
        ('title = "How', 'languages = ["en", "cy"]\ntitle = "How'),
        (AGREE, 'text = { en = "My systems help me.", cy = "Mae fy systemau yn fy helpu." }'),
    )
    assert found.general == (Change("Languages", ("en",), ("en, cy",)),)
    assert not found.changed
