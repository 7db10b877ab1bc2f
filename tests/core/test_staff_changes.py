"""What a staff list changes, and what deserves a second look."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.staff.changes import Known, compare
from survey.core.staff.entries import Entry, Reading
from survey.core.staff.notes import notes

PATHS = {"u1": ("Surgery", "Theatres"), "u2": ("Medicine", "Ward 1")}
ENTRY = Entry(2, "1", PATHS["u1"], "Medical and Dental", True, "Wirral", "a@b.example", None, None)
KNOWN = Known(UUID(int=1), "1", "u1", "Medical and Dental", True, "Wirral", "a@b.example", None, None, False)


def reading(*found: Entry, also: tuple[str, ...] = ()) -> Reading:
    return Reading(found, (), frozenset([*(entry.employee_number for entry in found), *also]), 0, 0)


@pytest.mark.parametrize(
    ("known", "where"),
    [
        (KNOWN, "unchanged"),
        (msgspec.structs.replace(KNOWN, employee_number="2"), "new"),
        (msgspec.structs.replace(KNOWN, unit="u2"), "moved"),
        (msgspec.structs.replace(KNOWN, unit="u2", site=None), "moved"),
        (msgspec.structs.replace(KNOWN, site=None), "changed"),
        (msgspec.structs.replace(KNOWN, clinical=False), "changed"),
        (msgspec.structs.replace(KNOWN, staff_group="Students"), "changed"),
        (msgspec.structs.replace(KNOWN, email=None), "changed"),
        (msgspec.structs.replace(KNOWN, mobile="+447700900123"), "changed"),
        (msgspec.structs.replace(KNOWN, language="cy"), "changed"),
        (msgspec.structs.replace(KNOWN, has_left=True), "returned"),
    ],
)
def test_everybody_stands_in_one_place(known: Known, where: str) -> None:
    changes = compare(reading(ENTRY), [known], PATHS, leavers=False)
    counts = {name: len(getattr(changes, name)) for name in ("new", "moved", "changed", "returned")}
    assert counts | {"unchanged": changes.unchanged} == dict.fromkeys(counts, 0) | {"unchanged": 0} | {where: 1}
    assert changes.nothing == (where == "unchanged")


def test_who_is_still_in_a_closed_unit_moves_even_to_another_of_its_name() -> None:
    """The paths told are those of open units: that the closed one was called the same is no reason to stay in it."""
    changes = compare(reading(ENTRY), [KNOWN], {"u2": PATHS["u2"]}, leavers=False)
    assert [update.person_id for update in changes.moved] == [KNOWN.person_id]


OTHER = msgspec.structs.replace(KNOWN, person_id=UUID(int=2), employee_number="2")


@pytest.mark.parametrize(
    ("other", "leavers", "also", "left", "missing"),
    [
        (OTHER, False, (), 0, 1),
        (OTHER, True, (), 1, 0),
        (OTHER, True, ("2",), 0, 0),
        (msgspec.structs.replace(OTHER, has_left=True), True, (), 0, 0),
    ],
)
def test_leavers_are_those_missing_and_only_when_asked(
    other: Known, leavers: bool, also: tuple[str, ...], left: int, missing: int
) -> None:
    changes = compare(reading(ENTRY, also=also), [KNOWN, other], PATHS, leavers=leavers)
    assert (len(changes.left), changes.missing) == (left, missing)


@given(st.lists(st.sampled_from("123456789"), unique=True), st.lists(st.sampled_from("123456789"), unique=True))
def test_each_entry_counts_once(in_file: list[str], before: list[str]) -> None:
    found = [msgspec.structs.replace(ENTRY, employee_number=number) for number in in_file]
    people = [
        msgspec.structs.replace(KNOWN, employee_number=number, person_id=UUID(int=int(number))) for number in before
    ]
    changes = compare(reading(*found), people, PATHS, leavers=True)
    assert len(changes.new) + len(changes.updates) + changes.unchanged == len(in_file)
    assert {entry.employee_number for entry in changes.new} == set(in_file) - set(before)
    assert len(changes.left) == len(set(before) - set(in_file))


def told(*found: Entry, known: tuple[Known, ...] = ()) -> str:
    return " ".join(notes(found, compare(reading(*found), known, PATHS, leavers=False), known, PATHS))


def test_notes() -> None:
    second = msgspec.structs.replace(ENTRY, employee_number="2", email="A@b.example")
    elsewhere = msgspec.structs.replace(ENTRY, employee_number="3", path=("Medicine", "Ward"), email="c@d.example")
    assert told(ENTRY, elsewhere) == ""
    assert "2 people share an e-mail address" in told(ENTRY, second, elsewhere)
    assert "Everybody is under “Surgery”" in told(ENTRY)
    like = msgspec.structs.replace(elsewhere, path=("Surgery", "THEATRES"))
    assert "“Surgery > THEATRES” and “Surgery > Theatres” count as different units." in told(ENTRY, like, elsewhere)
    padded = msgspec.structs.replace(KNOWN, employee_number="0001")
    assert "1 new employee numbers are known but for zeros in front" in told(ENTRY, elsewhere, known=(padded,))
