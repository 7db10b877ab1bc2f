"""Small trees worked by hand, then what must hold for every tree (METHOD R3)."""

import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import errors
from survey.core import merging
from survey.core.frame import Frame
from survey.core.merging import Member, Unit, headcount
from survey.core.rounds import Plan

PLAN = Plan(k=10, expected_response=0.5)
TARGET = 26

Staffing = dict[str, int]
"""“Division/Team@Site” to how many people sit there."""


def grow(staffing: Staffing) -> tuple[list[Unit], list[Member]]:
    """The units a staffing names, those above them too, and their people, half of them nurses and half clerks."""
    units: dict[str, Unit] = {}
    people: list[Member] = []
    for place, count in staffing.items():
        path, _, site = place.partition("@")
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            own, parent = "/".join(names[:depth]), "/".join(names[: depth - 1]) or None
            units.setdefault(own, Unit(own, parent, names[depth - 1], None))
        units[path] = Unit(path, units[path].parent, names[-1], site or None)
        kinds = (("Nursing and Midwifery Registered", True), ("Administrative and Clerical", False))
        people += [Member(UUID(int=len(people) + n), path, *kinds[n % 2]) for n in range(count)]
    return list(units.values()), people


def frozen(staffing: Staffing, plan: Plan = PLAN) -> Frame:
    return merging.freeze("The Trust", *grow(staffing), plan)[0]


EXAMPLES = {
    "teams of the target and more stand alone": (
        {"A/Ward 1": 26, "A/Ward 2": 90},
        {"Ward 1": 26, "Ward 2": 90},
    ),
    "partners at the same site come first": (
        {"A/Ward 1@Liverpool": 20, "A/Ward 2@Wirral": 21, "A/Ward 3@Liverpool": 22, "A/Ward 4@Wirral": 23},
        {"Ward 3 and Ward 1": 42, "Ward 4 and Ward 2": 44},
    ),
    "then those at other sites": (
        {"A/Ward 1@Liverpool": 20, "A/Ward 2@Wirral": 21, "A/Ward 3@Wirral": 60},
        {"Ward 2 and Ward 1": 41, "Ward 3": 60},
    ),
    "not knowing a site is not sharing one": (
        {"A/Ward 1": 20, "A/Ward 2": 25, "A/Ward 3@Wirral": 22, "A/Ward 4": 90, "B/Office": 21},
        {"Ward 3 and Ward 1": 42, "Ward 2 and Office": 46, "Ward 4": 90},
    ),
    "then those one level up": (
        {"A/Ward 1": 20, "A/Ward 2": 40, "B/Office 1": 15, "B/Office 2": 50},
        {"Ward 1 and Office 1": 35, "Ward 2": 40, "Office 2": 50},
    ),
    "a nearer partner wins over a smaller one further away": (
        {"A/X/One": 24, "A/X/Two": 25, "A/Y/Three": 2, "A/Y/Four": 30},
        {"Two and One": 49, "Four and Three": 32},
    ),
    "at the top what is left joins the smallest reporting unit": (
        {"A/Ward 1": 20, "A/Ward 2": 40, "B/Office 1": 30, "B/Office 2": 50},
        {"Office 1 and Ward 1": 50, "Ward 2": 40, "Office 2": 50},
    ),
    "smallest with next smallest": (
        {"A/One": 10, "A/Two": 17, "A/Three": 20, "A/Four": 24},
        {"Two and One": 27, "Four and Three": 44},
    ),
    "teams of one size go by name": (
        {"A/D": 13, "A/B": 13, "A/C": 13, "A/A": 13},
        {"A and B": 26, "C and D": 26},
    ),
    "many are named by the two largest": (
        {"A/One": 5, "A/Two": 6, "A/Three": 7, "A/Four": 9, "B/Five": 99},
        {"Four, Three and 2 more teams": 27, "Five": 99},
    ),
    "three are named by the two largest": (
        {"A/One": 8, "A/Two": 9, "A/Three": 10, "B/Five": 99},
        {"Three, Two and 1 more team": 27, "Five": 99},
    ),
    "people directly in a division are a team": (
        {"A": 30, "A/Ward 1": 40},
        {"A (own staff)": 30, "Ward 1": 40},
    ),
    "and find partners below that division first": (
        {"A": 5, "A/Ward 1": 22, "A/Ward 2": 40, "B": 30, "B/Office": 99},
        {"Ward 1 and A (own staff)": 27, "Ward 2": 40, "B (own staff)": 30, "Office": 99},
    ),
    "a division without teams is one": (
        {"A": 30, "B/Ward 1": 40},
        {"A": 30, "Ward 1": 40},
    ),
    "an organisation under the target is one reporting unit": (
        {"A/Ward 1": 5, "B/Ward 2": 7},
        {"The Trust": 12},
    ),
    "so is one that only together reaches it": (
        {"A/Ward 1": 20, "B/Ward 2": 20},
        {"The Trust": 40},
    ),
    "one team alone keeps its name": (
        {"A/Ward 1": 5},
        {"Ward 1": 5},
    ),
    "teams of one name are told apart by what is above them": (
        {"A/Admin": 30, "B/Admin": 31, "B/Ward": 40},
        {"Admin (A)": 30, "Admin (B)": 31, "Ward": 40},
    ),
    "by as much as it takes": (
        {"A/X/Admin": 30, "A/Y/Admin": 31, "B/X/Admin": 32},
        {"Admin (X, A)": 30, "Admin (Y)": 31, "Admin (X, B)": 32},
    ),
}


@pytest.mark.parametrize(("staffing", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples(staffing: Staffing, expected: dict[str, int]) -> None:
    assert {unit.name: unit.headcount for unit in frozen(staffing).reporting_units} == expected


@pytest.mark.parametrize(
    ("staffing", "parent"),
    [
        ({"A/X/One": 20, "A/X/Two": 20, "B": 99}, "A/X"),
        ({"A/X/One": 20, "A/Y/Two": 20, "B": 99}, "A"),
        ({"A/X/One": 20, "B/Two": 20, "C": 99}, None),
        ({"A/X": 20, "A/X/Two": 20, "B": 99}, "A/X"),
        ({"A/X": 20, "A/X/Y/Two": 20, "B": 99}, "A/X"),
        ({"A": 40, "B": 99}, None),
    ],
)
def test_the_parent_is_the_lowest_unit_above_all_teams(staffing: Staffing, parent: str | None) -> None:
    first = frozen(staffing).reporting_units[0]
    assert first.parent == parent
    assert {team for team in staffing if team not in {"B", "C"} or team in first.teams} == set(first.teams)


def test_reporting_units_stand_in_the_order_of_the_tree() -> None:
    units = frozen({"A/One": 20, "A/Two": 10, "A/Sail": 40, "B": 30}).reporting_units
    assert [unit.name for unit in units] == ["One and Two", "Sail", "B"]


def test_why_is_told_of_merged_units_only() -> None:
    merged, alone = frozen({"A/Ward 1": 13, "A/Ward 2": 14, "B/Ward 3": 99}).reporting_units
    assert merged.why == (
        "Merged because 14 people in Ward 2 and 13 people in Ward 1 are too few to report on alone: "
        "it takes 26 when 50% are expected to answer."
    )
    assert alone.why == ""


def test_a_large_team_is_not_called_too_few() -> None:
    merged = frozen({"A/Ward 1": 1, "A/Ward 2": 30, "B/Ward 3": 99}).reporting_units[0]
    assert merged.name == "Ward 2 and Ward 1"
    assert merged.why.startswith("Merged because 1 person in Ward 1 is too few")


def test_units_without_people_are_left_out() -> None:
    units, people = grow({"A/Ward 1": 30, "A/Ward 2": 30})
    frame, _ = merging.freeze("T", [*units, Unit("old", None, "Old", None), Unit("o", "A", "Gone", None)], people, PLAN)
    assert [(unit.name, unit.headcount) for unit in frame.units] == [("A", 60), ("Ward 1", 30), ("Ward 2", 30)]


def test_nobody_to_ask_is_refused() -> None:
    with pytest.raises(errors.Refused, match="nobody"):
        merging.freeze("The Trust", [], [], PLAN)


# How many people it takes


@pytest.mark.parametrize(
    ("k", "response", "expected"),
    [(10, 0.5, 26), (10, 0.6, 21), (10, 0.3, 45), (10, 1.0, 10), (5, 1.0, 10), (12, 1.0, 12), (5, 0.5, 14)],
)
def test_target(k: int, response: float, expected: int) -> None:
    assert headcount.target(k, response) == expected


@given(st.integers(10, 30), st.integers(2, 99))
def test_the_target_is_the_smallest_that_is_large_enough(k: int, per_cent: int) -> None:
    target = headcount.target(k, per_cent / 100)
    assert headcount.chance(target, k, per_cent / 100) >= 0.9 - 1e-9
    assert target == k or headcount.chance(target - 1, k, per_cent / 100) < 0.9 + 1e-9


@pytest.mark.parametrize("response", [0.0, -1.0, 1.5, 0.001])
def test_an_impossible_response_is_refused(response: float) -> None:
    with pytest.raises(errors.Refused, match="between 1% and 100%"):
        headcount.target(10, response)


# What holds for every tree


@st.composite
def staffings(draw: st.DrawFn) -> Staffing:
    """Up to 40 places in a tree up to five levels deep; a place may have places below it."""
    names = st.lists(st.sampled_from("ABC"), min_size=1, max_size=5).map("/".join)
    sizes = st.one_of(st.integers(1, 12), st.integers(1, 60))
    paths = draw(st.lists(names, min_size=1, max_size=40, unique=True))
    return {path + draw(st.sampled_from(["", "@L", "@W"])): draw(sizes) for path in paths}


@settings(max_examples=150, deadline=None)
@given(staffings(), st.sampled_from([PLAN, Plan(k=10, expected_response=0.3), Plan(k=5, expected_response=1.0)]))
def test_everybody_counts_once_in_groups_that_are_large_enough(staffing: Staffing, plan: Plan) -> None:
    units, people = grow(staffing)
    frame, seats = merging.freeze("The Trust", units, people, plan)
    everybody = len(people)
    assert set(seats) == {person.person_id for person in people}
    assert Counter(seats.values()) == {n: atom.headcount for n, atom in enumerate(frame.atoms)}
    assert all(atom.headcount >= min(10, everybody) for atom in frame.atoms)
    assert sum(unit.headcount for unit in frame.reporting_units) == frame.headcount == everybody
    target = headcount.target(plan.k, plan.expected_response)
    assert all(unit.headcount >= target for unit in frame.reporting_units) or len(frame.reporting_units) == 1
    teams = [team for unit in frame.reporting_units for team in unit.teams]
    assert Counter(teams) == dict.fromkeys({person.unit for person in people}, 1)
    for person in people:
        reporting_unit = frame.reporting_units[frame.atoms[seats[person.person_id]].reporting_unit]
        assert person.unit in reporting_unit.teams
    assert len({unit.name for unit in frame.reporting_units}) == len(frame.reporting_units)


def _below(unit: str, team: str, people_with_units_below: set[str]) -> bool:
    return team.startswith(f"{unit}/") or (team == unit and team in people_with_units_below)


@settings(max_examples=150, deadline=None)
@given(staffings())
def test_merging_stays_below_a_unit_while_there_is_a_partner_below_it(staffing: Staffing) -> None:
    """Of the small rest of any unit at most one reporting unit reaches out of it; only the one that took in what was
    left at the top may reach out of a unit with a part that was large enough."""
    units, people = grow(staffing)
    frame, _ = merging.freeze("The Trust", units, people, PLAN)
    sizes = Counter(person.unit for person in people)
    inner = {unit.parent for unit in frame.units if unit.parent}
    took_in = set()
    for unit in frame.units:
        small_parts = 0
        for number, reporting_unit in enumerate(frame.reporting_units):
            inside = [team for team in reporting_unit.teams if _below(unit.id, team, inner)]
            if inside and len(inside) < len(reporting_unit.teams):
                large = sum(sizes[team] for team in inside) >= TARGET
                took_in |= {number} if large else set()
                small_parts += not large
        assert small_parts <= 1
    assert len(took_in) <= 1


@settings(max_examples=75, deadline=None)
@given(staffings(), st.randoms(use_true_random=False))
def test_the_order_of_the_staff_list_and_its_ids_play_no_part(staffing: Staffing, chance: random.Random) -> None:
    units, people = grow(staffing)
    numbers = list(range(len(units)))
    chance.shuffle(numbers)
    other = {unit.id: f"unit {number}" for unit, number in zip(units, numbers, strict=True)}
    renamed = [Unit(other[u.id], u.parent and other[u.parent], u.name, u.site) for u in units]
    moved = [Member(p.person_id, other[p.unit], p.staff_group, p.clinical) for p in people]
    chance.shuffle(renamed)
    chance.shuffle(moved)
    one, seats = merging.freeze("The Trust", units, people, PLAN)
    two, seats_again = merging.freeze("The Trust", renamed, moved, PLAN)
    assert seats == seats_again
    assert one.atoms == two.atoms
    assert [(u.name, u.site, u.why, u.headcount) for u in one.reporting_units] == [
        (u.name, u.site, u.why, u.headcount) for u in two.reporting_units
    ]
    assert [[other[team] for team in u.teams] for u in one.reporting_units] == [
        list(u.teams) for u in two.reporting_units
    ]


def _deep_trust(seed: int) -> Staffing:
    """Twelve thousand people five levels deep, many teams of one."""
    chance = random.Random(seed)
    staffing: Staffing = {}
    left = 12_000
    while left > 0:
        path = "/".join(f"{level}{chance.randrange(6)}" for level in "abcde"[: chance.choice((3, 4, 5, 5, 5))])
        size = min(left, 1 if chance.random() < 0.3 else chance.randrange(2, 40))
        staffing[path] = staffing.get(path, 0) + size
        left -= size
    return staffing


def test_a_trust_of_another_shape() -> None:
    units, people = grow(_deep_trust(7))
    frame, seats = merging.freeze("The Trust", units, people, PLAN)
    assert len(seats) == 12_000
    assert min(atom.headcount for atom in frame.atoms) >= 10
    assert min(unit.headcount for unit in frame.reporting_units) >= TARGET
    assert max(map(len, (unit.id.split("/") for unit in frame.units))) == 5
