"""A form that makes something makes it once, and what a form's id is tells nobody anything."""

import asyncio
from uuid import UUID

import pytest

from survey import sealing
from survey.db import Database, Db
from survey.operations import repeating, signing_in
from survey.operations.recording import Note
from survey.operations.repeating import MadeAlready
from survey.store import organisations, sent_forms
from survey.store.organisations import Organisation

FORM = {"once": ["3f"], "name": ["Power BI"], "csrf": ["a"]}


async def _account(db: Db, whose: UUID, name: str) -> UUID:
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner", name))
    return (await signing_in.who(db, secret)).account_id


async def _make(db: Db, whose: UUID, account: UUID, made: str, form: dict[str, list[str]] | None = None) -> None:
    note = Note("", {})
    async with db.transaction(), repeating.once(db, whose, account, repeating.mark("/keys", form or FORM), note):
        note.subject = made


def test_a_form_is_the_same_only_with_all_that_was_sent_to_the_same_address() -> None:
    same = repeating.mark("/keys", {**FORM, "csrf": ["another session"]})
    assert repeating.mark("/keys", FORM) == same
    others = [
        repeating.mark("/other", FORM), repeating.mark("/keys", {**FORM, "once": ["40"]}),
        repeating.mark("/keys", {**FORM, "name": ["Power"]}), repeating.mark("/keys", {**FORM, "roles": ["owner"]}),
    ]  # fmt: skip
    assert len({same, *others}) == 5
    for none in ({"name": ["x"]}, {**FORM, "once": [""]}):
        assert repeating.mark("/keys", none) is None


async def test_the_second_time_it_is_said_what_was_made_and_what_is_in_the_block_is_not_done(
    db: Db, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    account = await _account(db, whose, "Olu")
    await _make(db, whose, account, "first")
    with pytest.raises(MadeAlready) as again:
        await _make(db, whose, account, "second")
    assert (again.value.made, again.value.status) == ("first", 409)
    await _make(db, whose, account, "other", {**FORM, "name": ["Warehouse"]})


async def test_a_form_whose_work_failed_can_be_sent_again(db: Db, organisation: Organisation) -> None:
    whose = organisation.organisation_id
    account = await _account(db, whose, "Olu")
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(), repeating.once(db, whose, account, repeating.mark("/keys", FORM), Note("", {})):
            raise ZeroDivisionError
    await _make(db, whose, account, "made")


async def test_the_id_of_somebody_elses_form_neither_stops_nor_tells(db: Db, organisation: Organisation) -> None:
    """Whoever sends a form with another's id makes what they asked for, and does not learn that the id was used."""
    whose, other = organisation.organisation_id, sealing.random_id()
    await organisations.add(db, other, "OTH", "Another Trust")
    for name, trust in (("Olu", whose), ("Kim", whose), ("Olu", other)):
        await _make(db, trust, await _account(db, trust, name), f"of {name}")
    assert await db.fetchval("select count(*) from sent_form") == 3
    rows = await db.fetch("select sent_form::text as line from sent_form")
    assert not any("Power BI" in row["line"] for row in rows), "nothing of what was typed is kept"


async def test_of_two_at_the_same_moment_the_second_waits_for_what_becomes_of_the_first(
    database: Database, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    async with database.connection() as db, database.connection() as side:
        account = await _account(db, whose, "Olu")
        note, mark = Note("", {}), repeating.mark("/keys", FORM)
        async with db.transaction(), repeating.once(db, whose, account, mark, note):
            second = asyncio.create_task(_make(side, whose, account, "second"))
            await asyncio.sleep(0.2)
            assert not second.done()
            note.subject = "first"
        with pytest.raises(MadeAlready) as again:
            await second
        assert again.value.made == "first"


async def test_forms_that_cannot_be_sent_any_more_are_forgotten_when_somebody_signs_in(
    db: Db, organisation: Organisation
) -> None:
    whose = organisation.organisation_id
    account = await _account(db, whose, "Olu")
    await _make(db, whose, account, "made")
    for age, left in (("2 days", 1), ("2 days", 0)):
        await db.execute(f"update sent_form set sent_at = sent_at - interval '{age}'")
        await _account(db, whose, "Kim")
        assert await db.fetchval("select count(*) from sent_form") == left
    assert signing_in.FORMS_REMEMBERED > signing_in.SESSION_LIFETIME + signing_in.REMEMBERED
    assert await sent_forms.add(db, whose, account, b"again")
