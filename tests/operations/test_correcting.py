"""The staff list by hand, and erasing somebody's details while their seat and their answers stay."""

from pathlib import Path
from uuid import UUID

import pytest

from survey import errors, sealing
from survey.core.staff.by_hand import Typed
from survey.db import Db
from survey.errors import BadInput
from survey.operations import arranging, closing, correcting, erasing, launching, responding, staffing
from survey.operations.arranging import Change
from survey.sealing import KeyRing
from survey.store import people
from survey.store.organisations import Organisation
from tests import cast

NURSES = cast.NURSES


async def _units(db: Db, whose: UUID) -> dict[str, str]:
    forest = await arranging.forest(db, whose)
    return {forest.paths[place.id][-1]: place.id for place in forest.places if place.open}


@pytest.fixture
def whose(organisation: Organisation) -> UUID:
    return organisation.organisation_id


async def _list(db: Db, whose: UUID, people_: int = 6, teams: int = 2) -> None:
    await staffing.apply(db, whose, cast.staff_list(people_, teams).encode(), staffing.Wishes())


def typed(unit: str, **more: str) -> Typed:
    given = {"employee_number": "77", "staff_group": NURSES, "email": "new@trust.example"} | more
    return Typed(unit=unit, **given)


async def _person(db: Db, whose: UUID, number: str) -> correcting.Person:
    (found,) = await correcting.search(db, whose, number, leavers=True)
    return await correcting.find(db, whose, found.person_id)


async def test_adding_changing_leaving_and_coming_back(db: Db, whose: UUID) -> None:
    await _list(db, whose)
    units = await _units(db, whose)
    person_id = await correcting.add(db, whose, typed(units["Ward 1"], mobile="07700 900123"))
    made = await correcting.find(db, whose, person_id)
    assert (made.clinical, made.mobile, made.unit) == (True, "+447700900123", units["Ward 1"])
    changed = typed(units["Ward 2"], employee_number="78", clinical="no", email="")
    await correcting.change(db, whose, person_id, changed, correcting.version(made))
    after = await correcting.find(db, whose, person_id)
    assert (after.employee_number, after.clinical, after.email, after.unit) == ("78", False, None, units["Ward 2"])
    await correcting.leave(db, whose, person_id)
    assert person_id not in {member.person_id for member in await people.eligible(db, whose)}
    with pytest.raises(errors.Refused, match="Say first that they are back"):
        left = await correcting.find(db, whose, person_id)
        await correcting.change(db, whose, person_id, changed, correcting.version(left))
    await correcting.come_back(db, whose, person_id)
    assert person_id in {member.person_id for member in await people.eligible(db, whose)}


async def test_the_second_of_two_who_change_somebody_is_told(db: Db, whose: UUID) -> None:
    await _list(db, whose)
    before = await _person(db, whose, "10001")
    first = typed(before.unit, employee_number="10001", email="first@trust.example")
    await correcting.change(db, whose, before.person_id, first, correcting.version(before))
    with pytest.raises(correcting.Changed):
        await correcting.change(db, whose, before.person_id, first, correcting.version(before))


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ({"employee_number": ""}, "employee_number", "is empty"),
        ({"employee_number": "10001"}, "employee_number", "somebody else has it"),
        ({"staff_group": "Nurses"}, "staff_group", "not one of ESR's"),
        ({"email": "no"}, "email", "not an e-mail address"),
        ({"mobile": "12"}, "mobile", "not a mobile number"),
        ({"language": "Elvish tongue"}, "language", "not a language code"),
        ({"clinical": "maybe"}, "clinical", "neither yes nor no"),
        ({"site": "x" * 201}, "site", "longer than 200"),
        ({"unit": ""}, "unit", "is empty"),
        ({"unit": "7e57ab1e-0000-4000-8000-00000000dead"}, "unit", "is not there"),
    ],
)
async def test_mistakes_are_told_by_field(db: Db, whose: UUID, more: dict[str, str], place: str, said: str) -> None:
    await _list(db, whose)
    units = await _units(db, whose)
    with pytest.raises(BadInput) as refused:
        await correcting.add(db, whose, typed(**({"unit": units["Ward 1"]} | more)))
    assert [(problem.place, said in problem.what) for problem in refused.value.problems] == [(place, True)]


async def test_nobody_is_put_into_a_unit_that_is_no_more_and_a_merge_is_undone_with_its_people(
    db: Db, whose: UUID
) -> None:
    await _list(db, whose)
    units = await _units(db, whose)
    merge = await arranging.change(db, whose, units["Ward 1"], Change("merge", target=units["Ward 2"]), None, "UTC")
    with pytest.raises(BadInput, match="closed"):
        await correcting.add(db, whose, typed(units["Ward 1"]))
    person = await _person(db, whose, "10000")
    assert person.unit == units["Ward 2"]
    changed = typed(person.unit, employee_number="10000", email="other@trust.example")
    await correcting.change(db, whose, person.person_id, changed, correcting.version(person))
    await arranging.undo(db, whose, merge)
    assert (await _person(db, whose, "10000")).unit == units["Ward 1"]


async def test_who_comes_back_when_their_unit_has_been_closed_comes_back_to_another(db: Db, whose: UUID) -> None:
    await _list(db, whose)
    units = await _units(db, whose)
    person = await _person(db, whose, "10001")
    other = units["Ward 1"] if person.unit == units["Ward 2"] else units["Ward 2"]
    await correcting.leave(db, whose, person.person_id)
    await correcting.move_all(db, whose, person.unit, other)
    assert (await _person(db, whose, "10001")).unit == person.unit, "who has left stays where they were"
    await arranging.change(db, whose, person.unit, Change("close"), None, "UTC")
    for unit in (None, person.unit):
        with pytest.raises(BadInput, match="closed"):
            await correcting.come_back(db, whose, person.person_id, unit)
    await correcting.come_back(db, whose, person.person_id, other)
    back = await _person(db, whose, "10001")
    assert (back.unit, back.left_at) == (other, None)


async def test_searching_goes_page_by_page_and_keeps_to_the_unit(
    db: Db, whose: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "PAGE", 4)
    await _list(db, whose, 10)
    seen: list[str] = []
    after: str | None = None
    for _ in range(3):
        found = await correcting.search(db, whose, after=after, leavers=False)
        seen += [one.employee_number for one in found[:4]]
        after = found[min(3, len(found) - 1)].employee_number
    assert seen == [str(10_000 + n) for n in range(10)]
    units = await _units(db, whose)
    ward = await correcting.search(db, whose, unit=units["Ward 1"], leavers=False)
    assert {one.unit for one in ward} == {units["Ward 1"]}
    assert [one.employee_number for one in await correcting.search(db, whose, " PERSON7@ ", leavers=False)] == ["10007"]
    assert await correcting.search(db, whose, "%", leavers=False) == []
    assert await correcting.search(db, whose, "a\0b", leavers=False) == []


async def test_whoever_has_just_the_number_comes_first_and_nobody_comes_twice(
    db: Db, whose: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short number stands in longer ones, which come before it by the alphabet."""
    monkeypatch.setattr(correcting, "PAGE", 2)
    await _list(db, whose)
    units = await _units(db, whose)
    for number in ("1777", "17770", "777", "7770", "A777"):
        await correcting.add(db, whose, typed(units["Ward 1"], employee_number=number, email=f"{number}@t.example"))
    seen: list[str] = []
    after: str | None = None
    while True:
        found = await correcting.search(db, whose, "777", after=after, leavers=False)
        seen += [one.employee_number for one in found[:2]]
        if len(found) < 3:
            break
        after = found[1].employee_number
    assert seen == ["777", "1777", "17770", "7770", "A777"]
    assert [one.employee_number for one in await correcting.search(db, whose, "a777", leavers=False)] == ["A777"]
    (ward,) = [await correcting.search(db, whose, "777", unit=units["Ward 2"], leavers=False)]
    assert ward == []
    await correcting.leave(db, whose, (await correcting.search(db, whose, "777", leavers=False))[0].person_id)
    assert (await correcting.search(db, whose, "777", leavers=False))[0].employee_number == "1777"
    assert (await correcting.search(db, whose, "777", leavers=True))[0].employee_number == "777"


async def test_organisations_keep_apart(db: Db, whose: UUID) -> None:
    await _list(db, whose)
    person, other = await _person(db, whose, "10001"), sealing.random_id()
    assert await correcting.search(db, other, leavers=True) == []
    for act in (correcting.find, correcting.leave, correcting.come_back, erasing.erase):
        with pytest.raises(errors.NotFound):
            await act(db, other, person.person_id)


async def test_erasing_keeps_the_seat_and_the_answers_and_stops_what_would_be_sent(
    db: Db, organisation: Organisation, tmp_path: Path
) -> None:
    keys = KeyRing(tmp_path, b"k" * 32)
    acted = await cast.launched(db, keys, organisation)
    whose = acted.organisation_id
    person = await _person(db, whose, "10001")
    await cast.submit(db, acted, acted.tokens[1], cast.answers(41))
    assert [seat.counting for seat in await correcting.seats(db, whose, person.person_id)] == [True]
    before = await db.fetchval("select count(*) from frame_member")
    await db.execute("insert into wave values ($1, $2, 1, 'invitation', null, true)", whose, acted.round_id)
    await db.execute(
        "insert into message select organisation_id, round_id, gen_random_uuid(), person_id, 'email', 1, 'waiting',"
        " survey_now(), 0, false, 0 from invitation"
    )
    await erasing.erase(db, whose, person.person_id)
    assert await db.fetchval("select count(*) from frame_member") == before
    assert await db.fetchval("select count(*) from message") == 59
    for table in ("person", "frame_member", "invitation", "message"):
        assert not await db.fetchval(f"select count(*) from {table} where person_id = $1", person.person_id)
    links = await launching.links(db, keys, whose, acted.round_id)
    assert (len(links), "10001" in {link.employee_number for link in links}) == (59, False)
    visit = await responding.visit(db, acted.view, acted.tokens[1])
    assert visit is not None, "their link still works"
    shared = await db.fetchval(
        "select count(*) from frame_member f join invitation i using (organisation_id, round_id, person_id)"
        " where f.atom = i.atom"
    )
    assert shared == 60
    await db.execute("update deployment set clock_offset = interval '2 days'")
    await closing.open_answers(db, keys, whose, acted.round_id)
    assert await db.fetchval("select count(*) from response") == 1
    with pytest.raises(errors.NotFound):
        await erasing.erase(db, whose, person.person_id)


async def test_two_rounds_do_not_know_the_seat_of_somebody_erased_as_the_same(
    db: Db, organisation: Organisation, tmp_path: Path
) -> None:
    keys = KeyRing(tmp_path, b"k" * 32)
    for _ in range(2):
        acted = await cast.launched(db, keys, organisation)
    person = await _person(db, acted.organisation_id, "10001")
    assert len(await correcting.seats(db, acted.organisation_id, person.person_id)) == 2
    await erasing.erase(db, acted.organisation_id, person.person_id)
    rounds = await db.fetch("select person_id, count(*) as seats from frame_member group by person_id")
    assert sorted(row["seats"] for row in rounds) == [1, 1] + [2] * 59


async def test_somebody_erased_is_new_to_the_next_list(db: Db, whose: UUID) -> None:
    await _list(db, whose)
    person = await _person(db, whose, "10001")
    await erasing.erase(db, whose, person.person_id)
    answer = await staffing.apply(db, whose, cast.staff_list(6).encode(), staffing.Wishes())
    assert [entry.employee_number for entry in answer.changes.new] == ["10001"]
    assert (await _person(db, whose, "10001")).person_id != person.person_id
