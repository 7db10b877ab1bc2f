"""The staff list in the database: applied whole or not at all, and the same file twice changes nothing."""

import asyncio
import csv
import io
import random
from collections.abc import Sequence

import pytest

from survey.core import merging
from survey.core.rounds import Plan
from survey.core.staff import groups
from survey.db import Database, Db
from survey.errors import BadInput, Refused
from survey.operations import administering, example, staffing
from survey.operations.staffing import Answer, Wishes
from survey.store import organisations, people, units
from survey.store.organisations import Organisation

HEADER = "Employee Number,Division,Team,Staff Group,Site,Email,NI Number\n"
FIRST = (
    "1,Surgery,Theatres,Medical and Dental,Wirral,one@trust.example,QQ123456C",
    "2,Surgery,Theatres,Nursing and Midwifery Registered,Liverpool,two@trust.example,QQ123457C",
    "3,Surgery,Recovery,Nursing and Midwifery Registered,Liverpool,three@trust.example,QQ123458C",
    "4,Medicine,Ward 1,Administrative and Clerical,,four@trust.example,QQ123459C",
)


def file(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows)).encode()


def counts(answer: Answer) -> list[int]:
    changes = answer.changes
    return [len(changes.new), len(changes.moved), len(changes.changed), len(changes.returned), len(changes.left),
            changes.unchanged]  # fmt: skip


async def stored(db: Db) -> list[tuple[object, ...]]:
    """Every row of the tables an import writes, with where it lies: any write at all would show."""
    tables = ("person", "unit", "organisation")
    return [tuple(row) for name in tables for row in await db.fetch(f"select ctid, xmin, * from {name} order by ctid")]


async def tree(db: Db, organisation: Organisation) -> dict[str, tuple[str | None, str | None]]:
    """Units by name: the name of the one above, and the site."""
    found = await units.tree(db, organisation.organisation_id)
    names: dict[str | None, str | None] = {unit.id: unit.name for unit in found} | {None: None}
    return {unit.name: (names[unit.parent], unit.site) for unit in found}


async def test_a_preview_changes_nothing(db: Db, organisation: Organisation) -> None:
    before = await stored(db)
    answer = await staffing.preview(db, organisation.organisation_id, file(*FIRST), Wishes())
    assert counts(answer) == [4, 0, 0, 0, 0, 0]
    assert answer.units == (
        ("Medicine",), ("Medicine", "Ward 1"), ("Surgery",), ("Surgery", "Recovery"), ("Surgery", "Theatres"),
    )  # fmt: skip
    assert await stored(db) == before


async def test_a_first_import(db: Db, organisation: Organisation) -> None:
    await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    known = await people.known(db, organisation.organisation_id)
    assert [(p.employee_number, p.clinical, p.email) for p in known] == [
        ("1", True, "one@trust.example"),
        ("2", True, "two@trust.example"),
        ("3", True, "three@trust.example"),
        ("4", False, "four@trust.example"),
    ]
    assert await tree(db, organisation) == {
        "Surgery": (None, None),
        "Theatres": ("Surgery", "Liverpool"),
        "Recovery": ("Surgery", "Liverpool"),
        "Medicine": (None, None),
        "Ward 1": ("Medicine", None),
    }


async def test_what_is_not_mapped_is_stored_nowhere(db: Db, organisation: Organisation) -> None:
    await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    assert "QQ12345" not in repr(await stored(db))


async def test_the_same_file_twice_writes_nothing(db: Db, organisation: Organisation) -> None:
    await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    before = await stored(db)
    answer = await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes(leavers=True))
    assert answer.changes.nothing
    assert answer.changes.unchanged == 4
    assert await stored(db) == before


async def test_a_second_import(db: Db, organisation: Organisation) -> None:
    await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    second = file(
        "1,Surgery,Recovery,Medical and Dental,Wirral,one@trust.example,",
        "2,Surgery,Theatres,Nursing and Midwifery Registered,Wirral,two@trust.example,",
        "4,Medicine,Ward 1,Administrative and Clerical,,four@trust.example,",
        "5,Medicine,Ward 2,Administrative and Clerical,Aintree,five@trust.example,",
    )
    answer = await staffing.apply(db, organisation.organisation_id, second, Wishes())
    assert counts(answer) == [1, 1, 1, 0, 0, 1]
    assert answer.changes.missing == 1
    assert answer.units == (("Medicine", "Ward 2"),)
    assert (await tree(db, organisation))["Theatres"] == ("Surgery", "Wirral")
    assert len(await people.eligible(db, organisation.organisation_id)) == 5


async def test_leavers_leave_when_asked_and_come_back(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await staffing.apply(db, whose, file(*FIRST), Wishes())
    answer = await staffing.apply(db, whose, file(*FIRST[:3]), Wishes(leavers=True))
    assert counts(answer) == [0, 0, 0, 0, 1, 3]
    assert len(await people.eligible(db, whose)) == 3
    again = await staffing.apply(db, whose, file(*FIRST[:3]), Wishes(leavers=True))
    assert again.changes.nothing
    back = await staffing.apply(db, whose, file(*FIRST), Wishes())
    assert counts(back) == [0, 0, 0, 1, 0, 3]
    assert len(await people.eligible(db, whose)) == 4
    assert len({person.person_id for person in await people.known(db, whose)}) == 4


BAD = "5,Surgery,Theatres,Nurses,,five@trust.example,QQ123460C"


async def test_one_rejected_row_applies_nothing(db: Db, organisation: Organisation) -> None:
    before = await stored(db)
    with pytest.raises(BadInput, match="Row 6, column “Staff Group”") as refused:
        await staffing.apply(db, organisation.organisation_id, file(*FIRST, BAD), Wishes())
    assert await stored(db) == before
    assert "QQ123460C" not in repr(refused.value.args)


async def test_unless_rejected_rows_are_to_be_skipped(db: Db, organisation: Organisation) -> None:
    answer = await staffing.apply(db, organisation.organisation_id, file(*FIRST, BAD), Wishes(skip_rejected=True))
    assert counts(answer) == [4, 0, 0, 0, 0, 0]
    assert answer.rejected_rows == 1


async def test_somebody_whose_row_is_rejected_has_not_left(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await staffing.apply(db, whose, file(*FIRST), Wishes())
    broken = FIRST[3].replace("Administrative and Clerical", "Clerks")
    answer = await staffing.apply(db, whose, file(*FIRST[:3], broken), Wishes(leavers=True, skip_rejected=True))
    assert counts(answer) == [0, 0, 0, 0, 0, 3]


async def test_leavers_cannot_be_told_from_rows_without_a_number(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    await staffing.apply(db, whose, file(*FIRST), Wishes())
    before = await stored(db)
    with pytest.raises(Refused, match="no employee number"):
        unnumbered = FIRST[3].removeprefix("4")
        await staffing.apply(db, whose, file(*FIRST[:3], unnumbered), Wishes(leavers=True, skip_rejected=True))
    assert await stored(db) == before


async def test_a_file_without_one_sound_row_is_refused(db: Db, organisation: Organisation) -> None:
    with pytest.raises(BadInput, match="no row that can be used"):
        await staffing.apply(db, organisation.organisation_id, file(BAD), Wishes(skip_rejected=True))


async def test_the_mapping_is_remembered(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    odd = b"No.;Where;Kind;Post\n1;Surgery / Theatres;Students;a@trust.example\n"
    with pytest.raises(BadInput, match="no column for employee number"):
        await staffing.preview(db, whose, odd, Wishes())
    told = Wishes({"employee_number": "No.", "unit": "Where", "staff_group": "Kind", "email": "Post"}, "/")
    await staffing.preview(db, whose, odd, told)
    assert await organisations.staff_mapping(db, whose) is None
    await staffing.apply(db, whose, odd, told)
    assert (await staffing.apply(db, whose, odd, Wishes())).changes.nothing
    with pytest.raises(BadInput, match="“Post”: it is to hold e-mail and is not in this file"):
        await staffing.preview(db, whose, odd.replace(b"Post", b"Mail"), Wishes())


async def test_organisations_keep_apart(db: Db, organisation: Organisation) -> None:
    other = await administering.add(db, "OTH", "Other Trust")
    await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    answer = await staffing.apply(db, other.organisation_id, file(*FIRST[:1]), Wishes(leavers=True))
    assert counts(answer) == [1, 0, 0, 0, 0, 0]
    assert len(await people.eligible(db, organisation.organisation_id)) == 4
    assert len(await units.tree(db, other.organisation_id)) == 2


async def test_an_import_that_fails_midway_leaves_nothing(
    db: Db, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError

    before = await stored(db)
    monkeypatch.setattr(units, "sites", fail)
    with pytest.raises(ConnectionError):
        await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())
    assert await stored(db) == before


async def test_two_imports_at_once_do_the_work_once(database: Database, organisation: Organisation) -> None:
    async def one() -> Answer:
        async with database.connection() as db:
            return await staffing.apply(db, organisation.organisation_id, file(*FIRST), Wishes())

    answers = await asyncio.gather(one(), one(), one())
    assert sorted(len(answer.changes.new) for answer in answers) == [0, 0, 4]


async def test_the_example_trust(db: Db, organisation: Organisation) -> None:
    text = example.staff_list(1)
    assert text == example.staff_list(1) != example.staff_list(2)
    answer = await staffing.apply(db, organisation.organisation_id, text.encode(), Wishes())
    assert counts(answer) == [1900, 0, 0, 0, 0, 0]
    assert not answer.notes
    found = await units.tree(db, organisation.organisation_id)
    members = await people.eligible(db, organisation.organisation_id)
    assert {member.staff_group for member in members} == set(groups.CLINICAL)
    frame, _ = merging.freeze("The Trust", found, members, Plan())
    assert {atom.audience for atom in frame.atoms} == {"clinical", "non_clinical", "everyone"}
    assert {unit.site for unit in found} == {None, "Liverpool", "Wirral", "Aintree", "Outreach"}
    assert len(frame.reporting_units) > 40


def large(rows: int, chance: random.Random) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Employee Number", "Level 1", "Level 2", "Level 3", "Staff Group", "Email", "Mobile", "NI Number"])
    kinds: Sequence[str] = list(groups.CLINICAL)
    for number in range(rows):
        team = chance.randrange(1500)
        path = [f"Division {team % 15}", f"Service {team % 150}", f"Team {team}"]
        contact = [f"p{number}@trust.example", f"07700 900{number % 1000:03}"]
        writer.writerow([number, *path, chance.choice(kinds), *contact, "QQ123456C"])
    return text.getvalue().encode()


async def test_twenty_five_thousand_people_and_the_same_again(db: Db, organisation: Organisation) -> None:
    """How long it takes is for `survey bench import` to say."""
    data = large(25_000, random.Random(1))
    answer = await staffing.apply(db, organisation.organisation_id, data, Wishes())
    assert counts(answer) == [25_000, 0, 0, 0, 0, 0]
    assert (await staffing.preview(db, organisation.organisation_id, data, Wishes())).changes.nothing


async def test_a_trust_five_levels_deep_with_teams_of_one(db: Db, organisation: Organisation) -> None:
    chance = random.Random(5)
    places = [" > ".join(f"{level}{chance.randrange(7)}" for level in "abcde"[: chance.choice((3, 4, 5))])
              for _ in range(700)]  # fmt: skip
    kinds = list(groups.CLINICAL)
    lines = [f"{n};{chance.choice(places)};{chance.choice(kinds)};07700 900{n % 1000:03}" for n in range(11_950)]
    lines += [f"L{n};Alone > Team {n};Students;07700 900123" for n in range(50)]
    data = "\n".join(["Employee Number;Unit Path;Staff Group;Mobile", *lines]).encode("utf-8-sig")
    answer = await staffing.apply(db, organisation.organisation_id, data, Wishes())
    assert counts(answer) == [12_000, 0, 0, 0, 0, 0]
    members = await people.eligible(db, organisation.organisation_id)
    frame, seats = merging.freeze("The Trust", await units.tree(db, organisation.organisation_id), members, Plan())
    assert len(seats) == 12_000
    assert min(atom.headcount for atom in frame.atoms) >= 10
    assert min(unit.headcount for unit in frame.reporting_units) >= 26
    alone = next(unit.id for unit in frame.units if unit.name == "Alone")
    lonely = {unit.id for unit in frame.units if unit.parent == alone}
    inside = [sum(team in lonely for team in unit.teams) for unit in frame.reporting_units]
    assert sum(inside) == len(lonely) == 50
    assert [unit.parent for unit in frame.reporting_units].count(alone) == 1
    assert len([teams for teams in inside if teams]) <= 2, "the fifty make one reporting unit, and one rest"
