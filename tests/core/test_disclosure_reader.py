"""What a reader notices of a release alone: each rule about scores, broken by hand in the smallest release that has it.

Trust (104): Care (64) with Ward 1 (40), Ward 2 (12) and Ward 3 (12), and Estates (40); half of it nurses.
"""

from collections.abc import Callable

import msgspec
import pytest

from survey.core import disclosure
from survey.core.disclosure import bands
from survey.core.disclosure.audits import Bound, Rule
from survey.core.disclosure.release import Cell, Group, Measure, Release
from survey.core.scoring.method import METHOD

GROUPS = (
    Group("org", "organisation", "Trust", None, 104),
    Group("unit:care", "division", "Care", "org", 64),
    Group("ru:0", "reporting_unit", "Ward 1", "unit:care", 40),
    Group("ru:1", "reporting_unit", "Ward 2", "unit:care", 12),
    Group("ru:2", "reporting_unit", "Ward 3", "unit:care", 12),
    Group("ru:3", "reporting_unit", "Estates", "org", 40),
    Group("group:Nurses", "staff_group", "Nurses", "org", 54),
    Group("group:Doctors", "staff_group", "Doctors", "org", 30),
    Group("group:Clerks", "staff_group", "Clerks", "org", 20),
)
HIDDEN = {"ru:1", "ru:2", "group:Doctors", "group:Clerks"}
MEASURES = ("v0", "overall")


def shown(group: str, measure: str, value: int = 50) -> Cell:
    """Of half the group, or of ten people where those are more."""
    eligible = next(one.eligible for one in GROUPS if one.id == group)
    answers = bands.text(max(eligible // 2, 10), eligible)
    effective = None if group.startswith("ru:") else answers
    return Cell(group, measure, value, "exact", value - 8, value + 8, answers, "Level 3", (3, 3), effective=effective)


def put(group: str, measure: str, cell: Cell | None = None, **changed: object) -> Callable[[Release], Release]:
    """With one cell instead of what was there, or with some of its fields changed."""

    def change(release: Release) -> Release:
        cells = tuple(
            (cell or msgspec.structs.replace(one, **changed)) if (one.group, one.measure) == (group, measure) else one
            for one in release.cells
        )
        return msgspec.structs.replace(release, cells=cells)

    return change


def both(*changes: Callable[[Release], Release]) -> Callable[[Release], Release]:
    def change(release: Release) -> Release:
        for one in changes:
            release = one(release)
        return release

    return change


RELEASE = Release(
    "spring",
    1,
    {"en": "Spring"},
    "Trust",
    "0" * 64,
    METHOD.name,
    10,
    tuple(Measure(name, {"en": name}) for name in MEASURES),
    tuple({"en": name} for name in ("Beginning", "Developing", "Established", "Advanced", "Leading")),
    GROUPS,
    tuple(
        Cell(group.id, name, reason="few_answers") if group.id in HIDDEN else shown(group.id, name)
        for group in GROUPS
        for name in MEASURES
    ),
)


def fewer(release: Release) -> Release:
    return msgspec.structs.replace(release, cells=release.cells[:-1])


def other_order(release: Release) -> Release:
    return msgspec.structs.replace(release, cells=release.cells[::-1])


BROKEN: list[tuple[str, Callable[[Release], Release], Rule]] = [
    ("a cell is missing", fewer, "complete"),
    ("cells stand in another order", other_order, "complete"),
    ("a withheld cell has a band", put("ru:1", "v0", answers="5 to 9"), "silent"),
    ("the value is outside its margin", put("ru:0", "v0", low=51), "whole"),
    ("the margin is outside the points", put("ru:0", "v0", high=101), "whole"),
    ("a value is beyond 95", put("ru:0", "v0", value=97, high=100), "whole"),
    ("a value is beyond 5", put("ru:0", "v0", value=3, low=0), "whole"),
    ("a band is missing", put("ru:0", "v0", answers=None), "whole"),
    ("overall without its vision", put("ru:0", "v0", Cell("ru:0", "v0", reason="protects_others")), "whole"),
    ("one ward is the rest of its division", put("ru:1", "v0", shown("ru:1", "v0")), "no_rest"),
    ("one staff group is the rest of the Trust", put("group:Doctors", "v0", shown("group:Doctors", "v0")), "no_rest"),
    (
        "two wards can only be at 0",
        both(put("unit:care", "v0", value=31, low=20), put("org", "v0", value=38, low=30)),
        "not_found_out",
    ),
    (
        "two staff groups can only be at 100",
        both(
            put("group:Nurses", "v0", value=10, low=0),
            *(put(group, "v0", value=55) for group in ("org", "unit:care", "ru:0", "ru:3")),
        ),
        "not_found_out",
    ),
]


@pytest.mark.parametrize(("change", "rule"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_each_rule_fails_where_it_is_broken_by_hand(change: Callable[[Release], Release], rule: Rule) -> None:
    assert rule in {breach.rule for breach in disclosure.audit(change(RELEASE)).broken}


KEPT: list[tuple[str, Callable[[Release], Release]]] = [
    ("as it is", lambda release: release),
    (
        "a rest that has enough answers, and is withheld for others' sake, may be known",
        both(
            put("ru:1", "v0", shown("ru:1", "v0")),
            put("ru:2", "v0", Cell("ru:2", "v0", reason="protects_others")),
        ),
    ),
    (
        "beyond 95 the mean of a division may be anything up to 100",
        both(
            put("unit:care", "v0", value=95, low=90, high=100, bound="or_more"),
            put("ru:0", "v0", value=95, low=90, high=100, bound="or_more"),
        ),
    ),
    (
        "beyond 5 it may be anything down to 0",
        both(
            put("unit:care", "v0", value=5, low=0, bound="or_less"),
            put("ru:0", "v0", value=5, low=0, high=10, bound="or_less"),
        ),
    ),
]


@pytest.mark.parametrize("change", [row[1] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_tells_too_little_breaks_no_rule(change: Callable[[Release], Release]) -> None:
    assert disclosure.audit(change(RELEASE)).broken == ()


def bounds(release: Release) -> dict[str, Bound]:
    return {one.group: one for one in disclosure.audit(release).bounds if one.measure == "v0"}


def test_withheld_groups_are_bounded_by_what_is_shown_around_them() -> None:
    """Wards 2 and 3 are 20 people at 50, so either can be anywhere. Doctors and Clerks are 50 people at 50, give or
    take 1.6 for half a point in what is shown: the 30 doctors stand at 14.0 at least, with the 20 others at 100."""
    found = bounds(RELEASE)
    assert set(found) == HIDDEN
    for group, ends in {"ru:1": (0, 100), "group:Doctors": (14.033, 85.967), "group:Clerks": (0, 100)}.items():
        assert (found[group].low, found[group].high) == pytest.approx(ends, abs=1e-3)


def test_the_organisation_is_bounded_by_its_divisions_and_not_by_staff_groups_alone() -> None:
    """Withheld itself, it is Care and Estates, 60 and 40 people."""
    release = put("org", "v0", Cell("org", "v0", reason="protects_others"))(RELEASE)
    found = bounds(release)["org"]
    assert (found.low, found.high) == pytest.approx((49.5, 50.5), abs=1e-3)


def test_a_group_that_is_nearly_all_of_a_shown_one_is_listed_with_it() -> None:
    sizes = {"ru:0": 54, "ru:1": 3, "ru:2": 3}
    groups = tuple(msgspec.structs.replace(one, eligible=sizes.get(one.id, one.eligible)) for one in GROUPS)
    hidden = both(*(put("ru:0", name, Cell("ru:0", name, reason="few_answers")) for name in MEASURES))
    release = msgspec.structs.replace(hidden(RELEASE), groups=groups)
    found = bounds(release)
    assert found["ru:0"].within == "Care" and not found["ru:0"].is_close
    assert found["ru:1"].within is None


@pytest.mark.parametrize(
    ("reason", "high", "within", "note"),
    [
        ("few_answers", 65, None, ""),
        ("protects_others", 65, "Care", ""),
        ("few_answers", 64, None, "close"),
        ("few_eligible", 64, "Care", "nearly all of Care"),
        ("protects_others", 64, None, "has enough answers; withheld to protect others"),
        ("overall_incomplete", 64, None, "has enough answers; withheld beside a vision that is"),
    ],
)
def test_what_is_closely_bounded_is_noted_and_why_it_may_be(
    reason: str, high: int, within: str | None, note: str
) -> None:
    assert Bound("ru:1", "Ward 2", "v0", reason, 40, high, within).note == note
