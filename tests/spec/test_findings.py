"""What is told beside scores, by hand: shares and bands, linked questions, people in both rounds, words of a change."""

import msgspec
import numpy as np
import pytest

from survey.core.disclosure import figures, pairing, shares
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.release import Figure, Share
from survey.core.disclosure.shares import Band
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring import linking, priorities
from survey.core.scoring.spreading import spread
from tests.core import trusts

SHARES = [
    # people, of how many, eligible -> what is told
    (10, 40, 100, (25, "exact")),
    (9, 40, 100, (25, "exact")),  # 22.5: halves upward
    (2, 40, 100, (5, "or_less")),
    (0, 40, 100, (5, "or_less")),  # nobody looks like two
    (38, 40, 100, (95, "or_more")),
    (40, 40, 100, (95, "or_more")),
    (3, 40, 100, (10, "exact")),
    (2, 20, 100, (10, "or_less")),  # two of twenty are 10 %, and look like nobody
    (0, 20, 100, (10, "or_less")),
    (18, 20, 100, (90, "or_more")),
    (3, 20, 100, (15, "exact")),
    (2, 27, 100, (10, "or_less")),  # by the band's lower end, 25, two would be 8 per cent
    (1, 200, 400, (5, "or_less")),
    (13, 200, 400, (5, "or_less")),  # 6.5: beyond 5 nothing is told
    (15, 200, 400, (10, "exact")),
]


@pytest.mark.parametrize(("people", "n", "eligible", "told"), SHARES)
def test_a_share_is_told_in_steps_and_its_ends_are_open(
    people: int, n: int, eligible: int, told: tuple[int, str]
) -> None:
    found = shares.share(Band((1,), people), n, eligible)
    assert (found.value, found.bound) == told
    first, last = shares.window(found.value, found.bound)
    assert first <= 100 * people / n <= last
    assert found.low <= first and last <= found.high


MERGED = [
    # people per option, in order? -> options told together
    ([5, 5, 5, 5, 5], True, [(1,), (2,), (3,), (4,), (5,)]),
    ([2, 5, 9, 5, 5], True, [(1, 2), (3,), (4,), (5,)]),
    ([9, 0, 4, 9], True, [(1,), (2, 3), (4,)]),  # with the smaller neighbour
    ([0, 0, 0, 9], True, [(1, 2, 3, 4)]),
    ([1, 1, 1, 9], True, [(1, 2, 3), (4,)]),
    ([2, 9, 9, 4], False, [(1, 4), (2,), (3,)]),  # where there is no order, with the next smallest
]


@pytest.mark.parametrize(("people", "ordered", "told"), MERGED)
def test_no_band_has_fewer_than_three_people(people: list[int], ordered: bool, told: list[tuple[int, ...]]) -> None:
    bands = [Band((place,), n) for place, n in enumerate(people, start=1)]
    left = shares.merged(bands, ordered=ordered)
    assert [band.options for band in left] == told
    assert sum(band.people for band in left) == sum(people)


def _told(*values: int) -> list[tuple[Share, tuple[float, float]]]:
    """Exact shares of the options of a five-point scale."""
    points = [0.0, 25.0, 50.0, 75.0, 100.0]
    return [(Share((n,), value, "exact", 0, 100), (points[n], points[n])) for n, value in enumerate(values)]


def test_rounded_shares_leave_the_mean_open() -> None:
    """Each may lie 2.5 either way: 3.75 points up or down. Where their sum shows that all were rounded up, none."""
    assert shares.uncertainty(_told(20, 20, 20, 20, 20)) == pytest.approx(7.5)
    assert shares.uncertainty(_told(25, 25, 20, 20, 20)) < 5
    three = [
        (Share((1, 2), 25, "exact", 0, 100), (0.0, 25.0)),
        (Share((3,), 25, "exact", 0, 100), (50.0, 50.0)),
        (Share((4, 5), 50, "exact", 0, 100), (75.0, 100.0)),
    ]
    assert shares.uncertainty(three) == pytest.approx(25 * 0.75 + 5 * 0.75, abs=2.5)


LEAST = [
    # options, places -> the fewest points that one can be given
    (12, 3, 36.363636),  # not named: the mean of places 4 to 12 is 8
    (4, 2, 16.666667),
    (4, 3, 0.0),  # the one that is left is the last
    (4, 4, 0.0),
    (3, 1, 25.0),
]


@pytest.mark.parametrize(("options", "places", "points"), LEAST)
def test_nobody_gives_an_option_less_than_its_floor(options: int, places: int, points: float) -> None:
    assert priorities.least(options, places) == pytest.approx(points, abs=1e-5)
    chance = np.random.default_rng(1)
    listed = np.array([chance.permutation(options)[:places] + 1 for _ in range(50)])
    assert priorities.borda(listed, options).min() >= points - 1e-5


QUESTIONS = trusts.questionnaire(2, 3)


def _with(place: int, **changed: object) -> Questionnaire:
    items = list(QUESTIONS.items)
    items[place] = msgspec.structs.replace(items[place], **changed)
    return msgspec.structs.replace(QUESTIONS, items=tuple(items))


CHANGED = [
    ({"text": {"en": "How far now?"}}, False),
    ({"hint": {"en": "Think of last week."}}, False),
    ({"reverse": True}, False),
    ({"dont_know": {"en": "I don’t know"}}, False),
    ({"audience": "clinical"}, False),
    ({"vision": "v1"}, False),
    ({"text": {"en": "How far?", "cy": "Pa mor bell?"}}, True),  # a translation was added
    ({"subtheme": "log-in", "pulse": True}, True),
]


@pytest.mark.parametrize(("changed", "same"), CHANGED)
def test_a_question_is_the_same_where_nothing_that_moves_an_answer_changed(
    changed: dict[str, object], same: bool
) -> None:
    now = _with(1, **changed)
    assert (QUESTIONS.items[1].id in linking.alike(now, QUESTIONS)) == same
    whole = linking.whole(now, QUESTIONS)
    assert whole == (("v0", "v1", "overall") if same else tuple({"v1"} - {changed.get("vision")}))


def test_a_pulse_shares_its_questions_and_not_its_visions() -> None:
    pulse = msgspec.structs.replace(QUESTIONS, items=QUESTIONS.items[:2] + QUESTIONS.items[3:])
    assert linking.alike(pulse, QUESTIONS) == {item.id for item in pulse.items}
    assert linking.whole(pulse, QUESTIONS) == ("v1",)


def _frame(teams: dict[str, int], merged: tuple[tuple[str, ...], ...]) -> Frame:
    """Teams of a headcount, merged into reporting units, all under division d."""
    units = (FrameUnit("d", None, "D", None, sum(teams.values())),)
    units += tuple(FrameUnit(team, "d", team, None, n) for team, n in teams.items())
    reporting = tuple(
        ReportingUnit(" and ".join(ids), "d", None, ids, sum(teams[team] for team in ids)) for ids in merged
    )
    atoms = tuple(Atom(place, "All staff", "everyone", unit.headcount) for place, unit in enumerate(reporting))
    return Frame("T", units, reporting, atoms)


OVERLAPS = [
    # now: teams, merged; before -> of the first unit, its position before and the per cent in both
    (({"a": 30, "b": 30}, (("a",), ("b",))), ({"a": 30, "b": 30}, (("b",), ("a",))), (1, 100)),
    (({"a": 30, "b": 30}, (("a",), ("b",))), ({"a": 40, "b": 30}, (("a",), ("b",))), (0, 75)),
    (({"a": 12, "b": 12}, (("a", "b"),)), ({"a": 12, "c": 12}, (("a", "c"),)), (0, 50)),
    (({"a": 20, "b": 8}, (("a", "b"),)), ({"a": 20, "b": 8}, (("a",), ("b",))), (0, 71)),
    (({"a": 30}, (("a",),)), ({"z": 30}, (("z",),)), None),
]


@pytest.mark.parametrize(("now", "before", "found"), OVERLAPS)
def test_units_are_matched_by_the_teams_in_them(
    now: tuple[dict[str, int], tuple[tuple[str, ...], ...]],
    before: tuple[dict[str, int], tuple[tuple[str, ...], ...]],
    found: tuple[int, int] | None,
) -> None:
    frames = _frame(*now), _frame(*before)
    assert paired(*frames) == found


def paired(now: Frame, before: Frame, heirs: dict[str, str] | None = None) -> tuple[int, int] | None:
    """Of the first unit, its position in the earlier round and the per cent in both."""
    layouts = lay_out(now, Plan()), lay_out(before, Plan())
    found = pairing.pairs(layouts[0], now, layouts[1], before, heirs or {})
    pair = found[layouts[0].of_kind("reporting_unit")[0]]
    return None if pair is None else (layouts[1].of_kind("reporting_unit").index(pair.before), pair.overlap)


def test_a_team_that_was_merged_into_another_is_found_there() -> None:
    """Twenty of a and ten of b in one unit then; all sit in a now. Of another unit, c is a's heir as well."""
    now, before = _frame({"a": 30}, (("a",),)), _frame({"a": 20, "b": 10}, (("a", "b"),))
    assert paired(now, before) == (0, 66)
    assert paired(now, before, {"b": "a"}) == (0, 100)
    assert paired(now, _frame({"c": 28}, (("c",),)), {"c": "a"}) == (0, 93)


def staffed(*atoms: tuple[str, int]) -> Frame:
    people = sum(n for _, n in atoms)
    unit = ReportingUnit("Ward", None, None, ("w",), people)
    return Frame(
        "T",
        (FrameUnit("w", None, "W", None, people),),
        (unit,),
        tuple(Atom(0, name, "everyone", n) for name, n in atoms),
    )


STAFFED = [
    # staff groups now, and before -> per cent who can be the same
    ((("Nurses", 20), ("Clerks", 20)), (("Nurses", 20), ("Clerks", 20)), 100),
    ((("Nurses", 30), ("Clerks", 10)), (("Nurses", 14), ("Clerks", 26)), 60),
    ((("Nurses", 40),), (("Nurses", 30), ("Clerks", 10)), 75),
    ((("Nurses", 40),), (("Clerks", 40),), 0),
    ((("Nurses", 40),), (("All staff", 40),), 100),  # who those were is not known
    ((("Nurses", 30), ("Other staff", 10)), (("Nurses", 20), ("Clerks", 20)), 75),
    ((("Nurses", 20), ("Other staff", 20)), (("Doctors", 30), ("Other staff", 10)), 75),
]


@pytest.mark.parametrize(("now", "before", "overlap"), STAFFED)
def test_where_other_staff_have_come_a_unit_is_another(
    now: tuple[tuple[str, int], ...], before: tuple[tuple[str, int], ...], overlap: int
) -> None:
    assert paired(staffed(*now), staffed(*before)) == ((0, overlap) if overlap else None)


def test_of_the_whole_staff_groups_count_as_they_were_before_any_was_generalised() -> None:
    now = msgspec.structs.replace(staffed(("All staff", 40)), staff_groups=(("Clerks", 4), ("Nurses", 36)))
    then = msgspec.structs.replace(staffed(("All staff", 40)), staff_groups=(("Clerks", 30), ("Nurses", 10)))
    layouts = lay_out(now, Plan()), lay_out(then, Plan())
    found = pairing.pairs(layouts[0], now, layouts[1], then, {})
    assert [pair and pair.overlap for pair in found] == [35, 100]


def test_what_is_said_of_a_change_follows_from_the_two_margins() -> None:
    """52 of 20 to 24, between 44 and 60, so that the longer arm is 8; q(t, 23) = 2.0687; N 40, n 20, f 1/2:
    SE 8 / 2.0687 = 3.867 with the finite population, sqrt(2) as much without. Twice that, Welch's df 38."""
    one = Figure(52, 44, 60, "20 to 24", 40)
    found = figures.compared(one, one, 12)
    assert found.difference == 12
    assert found.margin == pytest.approx(2.0244 * 3.867 * 2**0.5, abs=0.01)
    assert found.detectable == pytest.approx(2.0244 * 3.867 * 2, abs=0.01)
    assert (figures.margin(found), figures.detectable(found)) == (12, 16)
    assert figures.words([found]) == ["no clear change"]
    assert figures.words([figures.compared(one, one, 17)]) == ["improved"]
    assert figures.words([figures.compared(one, one, -17)]) == ["declined"]
    assert figures.words([]) == []


def test_of_many_groups_only_those_are_named_that_stand_out_among_all() -> None:
    one = Figure(52, 44, 60, "20 to 24", 40)
    moved = figures.compared(one, one, 17)
    assert figures.words([moved, *[figures.compared(one, one, 0)] * 9]) == ["no clear change"] * 10


SEVERAL = Item("M", "several", {"en": "?"}, options=tuple({"en": str(n)} for n in range(10)))
NUMBER = Item("N", "number", {"en": "?"}, minimum=0, maximum=39)


def test_each_kind_counts_its_options() -> None:
    atoms = np.array([0, 0, 1, 1])
    several = np.array([[1, 3, 2], [1, 1, 0], [0, 0, 0], [255, 0, 0]], np.uint8)
    found = spread(SEVERAL, several, atoms, 2)
    assert found.chosen[0].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (found.answered.tolist(), found.skipped.tolist(), found.not_applicable.tolist()) == ([2, 0], [0, 1], [0, 1])
    number = np.array([[1, 0, 0, 0, 0], [1, 0, 0, 0, 39], [1, 0, 0, 0, 10], [253, 0, 0, 0, 0]], np.uint8)
    found = spread(NUMBER, number, atoms, 2)
    assert found.chosen.tolist() == [[1, 0, 0, 1], [0, 1, 0, 0]]
    assert found.asked.tolist() == [2, 1]
