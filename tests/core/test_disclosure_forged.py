"""A release changed by hand in one field: its audit fails, and says of which group, of what, and in which field.

Every field of a release is tried, but for those that a reader of the file alone must take on trust.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from survey import errors
from survey.core import disclosure
from survey.core.disclosure import release as releases
from survey.core.disclosure.release import Release
from survey.operations import auditing
from tests.core.test_disclosure_findings import two_rounds

ALONE, COMPARED, _ = two_rounds(11, 0.6)
BOTH = {"alone": ALONE, "compared": COMPARED}
UNIT = next(
    one.group
    for one, other in zip(ALONE.cells, COMPARED.cells, strict=True)
    if one.group.startswith("ru:") and one.measure == "v0" and one.reason is other.reason is None
)
"""A unit whose first score both show."""
Document = dict[str, Any]
Change = Callable[[Document], None]


def entry(document: Document, part: str, **wanted: Any) -> Document:
    """The first entry of a part with these fields; shown, unless a reason is asked for."""
    wanted = {"reason": None, "why": None, **wanted}
    found: Document = next(
        one for one in document[part] if all(one.get(name) == value for name, value in wanted.items())
    )
    return found


def put(part: str, field: str, value: Any, **wanted: Any) -> Change:
    """Another value in one field of an entry; a function makes it from the one that was there."""

    def change(document: Document) -> None:
        one = document if not part else entry(document, part, **wanted)
        *way, last = field.split(".")
        for step in way:
            one = one[int(step)] if isinstance(one, list) else one[step]
        one[last] = value(one[last]) if callable(value) else value

    return change


def cell(field: str, value: Any, group: str = UNIT) -> Change:
    return put("cells", field, value, group=group)


def group(field: str, value: Any, **wanted: Any) -> Change:
    return put("groups", field, value, **(wanted or {"id": UNIT}))


def moved(document: Document) -> None:
    """A whole score, far from those of its units."""
    entry(document, "cells", group="org").update(value=94, low=92, high=96, level="Level 5", levels=[5, 5])


def sure(group: str) -> Change:
    """A score whose margin is the score."""

    def change(document: Document) -> None:
        one = entry(document, "cells", group=group)
        one["low"] = one["high"] = one["value"]

    return change


def k(value: int) -> Change:
    def change(document: Document) -> None:
        document["k"] = document["plan"]["k"] = value

    return change


U, G = r"^Unit \d \(ru:\d\), v0, ", r"^Test Trust \(org\), v0, "
"""How a unit's score and the organisation's are named."""
ORG: dict[str, Any] = {"group": "org"}
FORGED: list[tuple[str, Change, str]] = [
    ("Cell.group", cell("group", "ru:99"), "exactly one cell for every group"),
    ("Cell.measure", cell("measure", "v9"), "exactly one cell for every group"),
    ("Cell.value", cell("value", lambda value: value - 40), U + "low, high: .* does not hold"),
    ("Cell.value", cell("value", None), U + "value: it is missing"),
    ("Cell.value", cell("value", 97), U + "value: 97 is beyond what is told"),
    ("Cell.value", moved, G + "value: 94, and by its units' scores it is between"),
    ("Cell.bound", cell("bound", "or_more"), U + "bound: “or_more” does not go with"),
    ("Cell.bound", cell("bound", None), U + "bound: it is missing"),
    ("Cell.low", cell("low", 0), U + "low: 0, and of so many people it can only be"),
    ("Cell.low", lambda d: cell("low", entry(d, "cells", group=UNIT)["value"])(d), U + "low: "),
    ("Cell.low", sure(UNIT), U + "low, high: the margin has no width"),
    ("Cell.low", sure("org"), G + "low, high: the margin has no width"),
    ("Cell.high", cell("high", 100), U + "high: 100, and of so many people it can only be"),
    ("Cell.high", lambda d: cell("high", entry(d, "cells", group=UNIT)["value"])(d), U + "high: "),
    ("Cell.answers", cell("answers", "5 to 9"), U + "answers: “5 to 9” is told of fewer than 10"),
    ("Cell.answers", cell("answers", "17 to 17"), U + "answers: “17 to 17” is none of the bands"),
    ("Cell.answers", cell("answers", "500 to 504"), U + "answers: “500 to 504” is none of the bands"),
    ("Cell.answers", cell("answers", "lots"), U + "answers: “lots” is none of the bands"),
    ("Cell.answers", cell("answers", None), U + "answers: it is missing"),
    ("Cell.answers", cell("answers", "20 to 24", "org"), G + "answers: “20 to 24”, and its units alone have"),
    ("Cell.level", cell("level", "Level 1"), U + "level: “Level 1” is not what"),
    ("Cell.levels", cell("levels", [5, 5]), U + "levels: .* cannot hold"),
    ("Cell.levels", cell("levels", [2, 4]), U + r"levels: \[2, 4\] is neither"),
    ("Cell.levels", cell("levels", [6, 6]), U + r"levels: \[6, 6\] is neither one of 5 levels"),
    ("Cell.reason", cell("reason", "few_answers"), r"^ru:\d, v0: withheld, and yet it says something"),
    ("Cell.reason", put("cells", "reason", "few_eligible", reason="few_answers"), "reason: “few_eligible” is not why"),
    ("Cell.effective", cell("effective", None, "org"), G + "effective: it is missing"),
    ("Cell.effective", cell("effective", "5 to 9", "org"), G + "effective: “5 to 9” is so few"),
    ("Cell.effective", cell("effective", "many", "org"), G + "effective: “many” is none of the bands"),
    ("Cell.effective", cell("effective", "195 to 199", "org"), G + "effective: “195 to 199” is (more|none)"),
    ("Cell.effective", cell("effective", "10 to 14"), U + "effective: the mean of a unit is not weighted"),
    ("Group.id", group("id", "ru:99"), "exactly one cell for every group"),
    ("Group.kind", group("kind", "organisation"), "are said to be the organisation"),
    ("Group.parent", group("parent", "unit:x"), "“unit:x”, which is not there"),
    ("Group.eligible", group("eligible", 3), U + "eligible: it is told of 3 people"),
    ("Group.eligible", group("eligible", 999), r"\(org\), eligible: \d+, and the groups inside it have"),
    ("Group.coverage", group("coverage", 10, kind="staff_group"), "coverage: 10 %, and a staff group needs 70 to 100"),
    ("Group.coverage", group("coverage", 100), "coverage: 100 %, and only staff groups have one"),
    ("Measure.id", put("measures", "id", "v9", id="v0"), "exactly one cell for every group"),
    ("Measure.id", put("measures", "id", "all", id="overall"), "the last is not the overall score"),
    ("Plan.k", put("", "plan.k", 12), "k: it is 10, and 12 in the plan"),
    ("Plan.expected_response", put("", "plan.expected_response", 0), "plan, expected response: it must be more than"),
    ("Plan.cells", put("", "plan.cells", ["organisation"]), "results are not shown for a reporting_unit by the plan"),
    ("Plan.cells", put("", "plan.cells", ["beds"]), "plan, cells: “beds” is not something results are shown for"),
    ("Plan.custody", put("", "plan.custody", "nobody"), "Invalid enum value 'nobody'"),
    ("Release.number", put("", "number", 0), "number: 0, and releases are counted from 1"),
    ("Release.questionnaire", put("", "questionnaire", "mine"), "questionnaire: “mine” is not the hash of one"),
    ("Release.method", put("", "method", "1"), "method: “1” is not one by which"),
    ("Release.method", put("", "method", "best"), "method: “best” is not one by which"),
    ("Release.k", k(4), "no release is made for groups of 4"),
    ("Release.k", k(15), U + "answers: .* is told of fewer than 15"),
    ("Release.measures", put("", "measures", []), "measures: there are none"),
    ("Release.levels", put("", "levels", []), "levels: .* is neither one of 0 levels"),
    ("Release.groups", put("", "groups", []), "exactly one cell for every group"),
    ("Release.cells", put("", "cells", []), "exactly one cell for every group"),
    ("Release.frame", put("", "frame", "ours"), "frame: “ours” is not the hash of a staff list"),
    ("Release.plan", put("", "plan", {"k": 3}), "k: it is 10, and 3 in the plan"),
    ("Release.priorities", put("", "priorities", lambda all_: all_[1:]), "priorities: there is not exactly one"),
    ("Release.items", put("", "items", lambda all_: all_[1:]), "items: there is not exactly one"),
    ("Release.levels_held", put("", "levels_held", lambda all_: all_[1:]), "levels_held: there is not exactly one"),
    ("Release.rates", put("", "rates", lambda all_: all_[1:]), "rates: there is not exactly one"),
    ("Priority.group", put("priorities", "group", "org", group="unit:a"), "priorities: there is not exactly one"),
    ("Priority.item", put("priorities", "item", "R9"), "priorities: there is not exactly one"),
    ("Priority.option", put("priorities", "option", 9), "priorities: there is not exactly one"),
    ("Priority.value", put("priorities", "value", 101, **ORG), r"\(org\), R, option 1, low, high: .* not hold 101"),
    ("Priority.low", put("priorities", "low", None, **ORG), r"\(org\), R, option 1, value, low, high: one of them"),
    ("Priority.high", put("priorities", "high", 101, **ORG), r"\(org\), R, option 1, low, high: "),
    ("Priority.answers", put("priorities", "answers", "5 to 9", **ORG), r"\(org\), R, option 1, answers: “5 to 9”"),
    ("Priority.effective", put("priorities", "effective", "5 to 9", **ORG), r"R, option 1, effective: “5 to 9”"),
    ("Priority.reason", put("priorities", "reason", "few_answers", **ORG), r"\(org\), R, option 1: withheld, and yet"),
    ("Distribution.group", put("items", "group", "ru:0"), "items: there is not exactly one"),
    ("Distribution.of", put("items", "of", "v9"), "items: there is not exactly one"),
    ("Distribution.answers", put("items", "answers", "17 to 17", **ORG), r"\(org\), v\di\d, answers: told in too many"),
    ("Distribution.shares", put("items", "shares", [], **ORG), r"\(org\), v\di\d, shares: its bands are not bands"),
    (
        "Distribution.shares",
        put("levels_held", "shares.0.options", [9], **ORG),
        "v0, shares: they are not of everybody",
    ),
    ("Distribution.reason", put("items", "reason", "few_answers", **ORG), r"\(org\), v\di\d: withheld, and yet"),
    ("Share.options", put("items", "shares.0.options", [], **ORG), r"\(org\), v\di\d, shares: its bands are not bands"),
    ("Share.value", put("items", "shares.0.value", 37, **ORG), r"\(org\), v\di\d: a share of 37 is finer"),
    ("Share.bound", put("items", "shares.1.bound", "or_more", **ORG), r"\(org\), v\di\d: a share of \d+ is finer"),
    ("Share.low", put("items", "shares.0.low", 1, **ORG), r"\(org\), v\di\d: a share .* its margin is not its own"),
    ("Share.high", put("items", "shares.0.high", 100, **ORG), r"\(org\), v\di\d: a share .* its margin is not its own"),
    ("Share.tone", put("rates", "skipped.tone", "middle", **ORG), r"\(org\), v\di\d: it is not whole"),
    ("Rates.group", put("rates", "group", "ru:0"), "rates: there is not exactly one"),
    ("Rates.item", put("rates", "item", "v9"), "rates: there is not exactly one"),
    ("Rates.asked", put("rates", "asked", "lots", **ORG), r"\(org\), v\di\d, asked: told of too few"),
    (
        "Rates.dont_know",
        lambda d: put("rates", "dont_know", entry(d, "items", **ORG)["shares"][0], **ORG)(d),
        "not whole",
    ),
    ("Rates.not_applicable", put("rates", "not_applicable.value", 3, **ORG), r"\(org\), v\di\d: a share of 3 is finer"),
    ("Rates.skipped", put("rates", "skipped", None, **ORG), r"\(org\), v\di\d: it is not whole"),
    ("Rates.comparable", put("rates", "comparable", False, **ORG), r"\(org\), v\di\d, comparable: it does not follow"),
    ("Rates.reason", put("rates", "reason", "few_answers", **ORG), r"\(org\), v\di\d: withheld, and yet"),
]
NOT_FOLLOWING = "what is said of the change does not follow"
FORGED_CHANGES: list[tuple[str, Change, str]] = [
    ("Release.compared", put("", "compared", None), "no round that they are changes from"),
    ("Release.changes", put("", "changes", lambda all_: all_[1:]), "not exactly one change for every cell"),
    ("Compared.round", put("", "compared.round", "second"), "is not named as one can be"),
    ("Compared.number", put("", "compared.number", 0), "is not named as one can be"),
    ("Compared.digest", put("", "compared.digest", "mine"), "is not named as one can be"),
    ("Compared.whole", put("", "compared.whole", []), "^org, v0: it does not say on which questions it rests"),
    ("Change.group", put("changes", "group", "ru:99"), "not exactly one change for every cell"),
    ("Change.measure", put("changes", "measure", "v9"), "not exactly one change for every cell"),
    ("Change.words", put("changes", "words", "declined", **ORG), f"^org, v0: {NOT_FOLLOWING}"),
    ("Change.why", put("changes", "why", "withheld", **ORG), "^org, v0: it is not comparable, and yet"),
    (
        "Change.group_before",
        put("changes", "group_before", None, **ORG),
        "^org, v0: it compares groups of other people",
    ),
    ("Change.overlap", put("changes", "overlap", 69, **ORG), "^org, v0: it compares groups of other people"),
    ("Change.items", put("changes", "items", "common", **ORG), "^org, v0: it does not say on which questions"),
    ("Change.now", put("changes", "now", None, **ORG), "^org, v0: it gives neither a change nor why"),
    ("Change.before", put("changes", "before", None, **ORG), "^org, v0: it gives neither a change nor why"),
    ("Change.difference", put("changes", "difference", 30, **ORG), "^org, v0: the difference is not that"),
    ("Change.margin", put("changes", "margin", 0, **ORG), f"^org, v0: {NOT_FOLLOWING}"),
    ("Change.detectable", put("changes", "detectable", 0, **ORG), f"^org, v0: {NOT_FOLLOWING}"),
    ("Figure.value", put("changes", "before.value", 99, **ORG), "^org, v0: of before, value: 99 is beyond"),
    ("Figure.low", put("changes", "before.low", 99, **ORG), "^org, v0: of before, low, high: "),
    ("Figure.high", put("changes", "before.high", 0, **ORG), "^org, v0: of before, low, high: "),
    ("Figure.answers", put("changes", "before.answers", "17 to 17", **ORG), "^org, v0: of before, answers: “17 to 17”"),
    (
        "Figure.eligible",
        put("changes", "now.eligible", 500, **ORG),
        "^org, v0: of now, eligible: 500, and the group has",
    ),
    (
        "Figure.effective",
        put("changes", "before.effective", "5 to 9", **ORG),
        "^org, v0: of before, effective: “5 to 9”",
    ),
]
ON_TRUST = {
    "Group.name", "Measure.name", "Release.round", "Release.title", "Release.organisation", "Compared.items",
}  # fmt: skip
"""Names, and which items two rounds had in common."""


def said(release: Release, change: Change) -> list[str]:
    """What is wrong with a release changed by hand, by reading it or by its audit."""
    document = msgspec.json.decode(disclosure.encode(release))
    change(document)
    try:
        return [str(breach) for breach in auditing.attack(auditing.read(msgspec.json.encode(document))).broken]
    except errors.Refused as wrong:
        return [str(wrong)]


@pytest.mark.parametrize("which", BOTH)
def test_as_it_was_published_it_passes(which: str) -> None:
    assert said(BOTH[which], lambda document: None) == []


@pytest.mark.parametrize(("field", "change", "words"), FORGED)
@pytest.mark.parametrize("which", BOTH)
def test_one_field_changed_by_hand_fails_the_audit_in_words(which: str, field: str, change: Change, words: str) -> None:
    found = said(BOTH[which], change)
    assert any(re.search(words, one) for one in found), (field, found)


@pytest.mark.parametrize(("field", "change", "words"), FORGED_CHANGES)
def test_one_field_of_a_change_changed_by_hand_fails_it_too(field: str, change: Change, words: str) -> None:
    found = said(COMPARED, change)
    assert any(re.search(words, one) for one in found), (field, found)


def test_every_field_of_a_release_is_tried() -> None:
    structs = [*(one for one in vars(releases).values() if isinstance(one, type) and issubclass(one, msgspec.Struct))]
    fields = {f"{one.__name__}.{name}" for one in structs for name in one.__struct_fields__}
    assert fields == {field for field, _, _ in (*FORGED, *FORGED_CHANGES)} | ON_TRUST
