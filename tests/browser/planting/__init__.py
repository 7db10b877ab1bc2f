"""An organisation all of whose texts are attacks: whatever anybody can write anywhere, and whatever a file can hold.

Rows go straight into their tables: what an operation would refuse as too long or as no address stands there, too. Each
text is marked with the field that it is in, as `fields` names them.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from survey import sealing
from survey.cli.benching.furnishing import Furnished
from survey.core.population import Population
from survey.core.reaching import DEFAULTS, Reach
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import (
    administering,
    admitting,
    digesting,
    following,
    recording,
    responding,
    resuming,
    reviewing,
    signing_in,
    uploading,
    viewing,
)
from survey.operations.resuming import Form
from survey.operations.staffing import Wishes
from survey.operations.telling import Side
from survey.sealing import KeyRing
from survey.store import comments, questionnaires, response_snapshots, rounds, sessions, units
from tests import cast, published
from tests.browser.planting import documents
from tests.browser.planting.documents import LANGUAGES, UNITS
from tests.browser.planting.texts import all_of, each, some
from tests.conftest import SECRET

PUBLISHED, OPEN, DRAFT, SPLIT, EARLIER, SCHEDULED, AT_WORK = (f"xss{number:05}" for number in range(1, 8))
DAY = timedelta(days=1)
ACCOUNTS = 6
HELD = 5
"""Providers that have asked to be left alone for a while."""


class Planted(msgspec.Struct, frozen=True):
    """`whose` everything is; `there` names what pages are about; `imports` are staff lists on their way, one at every
    step; `token` is of somebody who has begun to answer the open round."""

    whose: UUID
    there: Furnished
    imports: dict[str, UUID]
    token: str


async def _rows(db: Db, table: str, *rows: dict[str, Any]) -> None:
    """Documents are given as they are."""
    names = ", ".join(rows[0])
    told = [
        {name: f"\\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()}
        for row in rows
    ]
    insert = f"insert into {table} ({names}) select {names} from jsonb_populate_recordset(null::{table}, $1)"
    await db.execute(insert, _json(told))


def _json(document: object) -> str:
    return msgspec.json.encode(document).decode()


async def plant(db: Db, side: Side, keys: KeyRing) -> Planted:
    whose = (await administering.add(db, "XSS", "Planted")).organisation_id
    await _organisation(db, whose)
    secret, account = await _accounts(db, whose)
    unit, person = await _staff(db, whose)
    asked = documents.questionnaire()
    source = all_of("questionnaire.source")
    title = all_of("questionnaire.title")
    await questionnaires.add(db, whose, asked.hash, title, content=asked.canonical.decode(), source=source)
    comment = await _results(db, whose, asked.hash)
    await _rounds(db, keys, whose, asked.hash, unit)
    token = await _respondents(db, keys, whose)
    imports = await _imports(db, side, whose)
    await _log(db, whose)
    there = Furnished(
        secret=secret, questionnaire=asked.hash, earlier=published.QUESTIONNAIRE.hash, account=account, unit=unit,
        sat_in=str(unit), person=person, import_id=imports["checked"], comment=comment, draft=DRAFT, split=SPLIT,
        scheduled=SCHEDULED, open=OPEN, published=PUBLISHED,
        group="script-alert-1-script-0-release-document-groups-name", measure="m0",
    )  # fmt: skip
    return Planted(whose, there, imports, token)


async def _organisation(db: Db, whose: UUID) -> None:
    """Its name, and notices of every kind of paragraph."""
    texts = each("organisation.texts")
    third = len(texts) // 3
    parts = [*texts[:third], *(f"## {text}" for text in texts[third:-third]), *(f"- {text}" for text in texts[-third:])]
    notices = dict.fromkeys(administering.NOTICES, dict.fromkeys(LANGUAGES, "\n\n".join(parts)))
    await db.execute(
        "update organisation set name = $2, texts = $3, staff_mapping = $4 where organisation_id = $1",
        whose, all_of("organisation.name"), _json(notices), _json(documents.remembered()),
    )  # fmt: skip


async def _accounts(db: Db, whose: UUID) -> tuple[str, UUID]:
    """Many of them, and keys; the session of one who may see every page, with a form that is kept for it."""
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner"))
    owner = (await signing_in.who(db, secret)).account_id
    await db.execute(
        "update account set name = $2, issuer = 'i', subject = 's' where account_id = $1", owner, all_of("account.name")
    )
    await admitting.grant(db, whose, owner, admitting.Wish(("owner", "reviewer")))
    said = zip(*(some(f"account.{name}", ACCOUNTS) for name in ("name", "issuer", "subject")), strict=True)
    made: list[dict[str, Any]] = [
        {"organisation_id": whose, "account_id": sealing.random_id(), "name": name, "issuer": issuer,
         "subject": subject, "roles": ["reader"] * (place % 2), "added_at": datetime.now(UTC)}
        for place, (name, issuer, subject) in enumerate(said)
    ]  # fmt: skip
    await _rows(db, "account", *made)
    month = datetime.now(UTC) + 30 * DAY
    hashed = {name: {"organisation_id": whose, "key_hash": signing_in.hashed(sealing.random_token()), "name": name,
                     "expires_at": month} for name in some("api_key.name", 20)}  # fmt: skip
    await _rows(db, "api_key", *hashed.values())
    for device in some("session.device", 20):
        for one in (owner, made[0]["account_id"]):
            session = signing_in.hashed(sealing.random_token())
            await sessions.add(db, whose, session, one, device, timedelta(hours=1))
    fields = tuple((f"field {place}", text) for place, text in enumerate(each("kept_form.ciphertext")))
    plain = msgspec.json.encode(Form("/keys", fields))
    await sessions.keep(
        db, whose, signing_in.hashed(secret), owner, resuming._closed(secret, plain), timedelta(hours=1)
    )
    return secret, made[0]["account_id"]


async def _staff(db: Db, whose: UUID) -> tuple[UUID, UUID]:
    """A tree whose every unit is to be called otherwise, and people; a unit and a person of whom everything is told."""
    tree = [(sealing.random_id(), None, text) for text in (all_of("unit.name"), *some("unit.name", UNITS))]
    await units.add_all(db, whose, tree)
    sites = (all_of("unit.site"), *some("unit.site", UNITS))
    await db.executemany(
        "update unit set site = $3 where organisation_id = $1 and unit_id = $2",
        [(whose, unit, site) for (unit, _, _), site in zip(tree, sites, strict=True)],
    )
    now, names = datetime.now(UTC), (all_of("unit_change.name"), *some("unit_change.name", UNITS))
    renamed = [
        {"organisation_id": whose, "change_id": sealing.random_id(), "unit_id": unit, "kind": "rename", "name": name,
         "effective_at": now + DAY, "recorded_at": now}
        for (unit, _, _), name in zip(tree, names, strict=True)
    ]  # fmt: skip
    await _rows(db, "unit_change", *renamed)
    written = ("employee_number", "staff_group", "site", "email", "mobile", "language")
    said = zip(*(some(f"person.{name}", UNITS) for name in written), strict=True)
    everything = ["1", *(all_of(f"person.{name}") for name in written[1:])]
    people = [_person(whose, unit, values) for (unit, _, _), values in zip(tree, [everything, *said], strict=True)]
    await _rows(db, "person", *people)
    return tree[0][0], people[0]["person_id"]


def _person(whose: UUID, unit: UUID, values: Sequence[str]) -> dict[str, Any]:
    names = ("employee_number", "staff_group", "site", "email", "mobile", "language")
    same = {"organisation_id": whose, "person_id": sealing.random_id(), "unit_id": unit, "clinical": True}
    return same | dict(zip(names, values, strict=True))


async def _results(db: Db, whose: UUID, hash_: str) -> UUID:
    """Results of units whose names are the texts; comments, all released."""
    await published._publish(db, whose, EARLIER, msgspec.structs.replace(published.RELEASE, round=EARLIER))
    await db.execute("update round set name = $2 where round_id = $1", EARLIER, all_of("round.name"))
    await rounds.add(db, whose, PUBLISHED, all_of("round.name"), hash_, Plan(), *published.WHEN)
    await rounds.launch(db, whose, PUBLISHED, b"k" * 32, published.FRAME)
    await rounds.mark_opened(db, whose, PUBLISHED)
    await rounds.mark_published(db, whose, PUBLISHED)
    await published.republish(db, whose, PUBLISHED, documents.release(PUBLISHED, EARLIER))
    found = [
        {"organisation_id": whose, "round_id": PUBLISHED, "comment_id": sealing.random_id(), "item_id": "h",
         "body": body}
        for body in (all_of("comment.body"), *some("comment.body", 39))
    ]  # fmt: skip
    await _rows(db, "comment", *found)
    marked = (all_of("comment_review.marked"), *some("comment_review.marked", 39))
    for one, text in zip(found, marked, strict=True):
        await comments.decide(db, whose, PUBLISHED, one["comment_id"], text)
    await reviewing.release(db, whose, PUBLISHED)
    return UUID(str(found[0]["comment_id"]))


async def _rounds(db: Db, keys: KeyRing, whose: UUID, hash_: str, unit: UUID) -> None:
    """Drafts, one of which could not be launched and one that is being launched, and an open round that is being
    followed."""
    now = datetime.now(UTC)
    for place, name in enumerate(some("round.name", 20)):
        await rounds.add(db, whose, f"xssd{place:04}", name, hash_, Plan(), now + DAY, now + 2 * DAY)
    words = dict(zip(DEFAULTS, some("round.reach.texts", len(DEFAULTS)), strict=True))
    reach = Reach(texts=dict.fromkeys(LANGUAGES, words))
    asks = Population("without", (str(unit),), some("round.population.groups", 5))
    name, window = all_of("round.name"), (now - 9 * DAY, now + 9 * DAY)
    for round_id, plan in ((DRAFT, Plan()), (SPLIT, Plan(custody="split")), (OPEN, Plan()), (AT_WORK, Plan())):
        await rounds.add(db, whose, round_id, name, hash_, plan, *window)
        await rounds.change(db, whose, round_id, 1, name, hash_, plan, window, asks, reach)
    for round_id, refused in ((DRAFT, all_of("errand.refused")), (AT_WORK, None)):
        errand = {"organisation_id": whose, "round_id": round_id, "kind": "launch", "asked_at": now}
        await _rows(db, "errand", errand | {"refused": refused})
    told = documents.progress("progress.told")
    at_work = {"organisation_id": whose, "round_id": AT_WORK, "told": told, "holds_until": now + DAY}
    await _rows(db, "progress", at_work)
    await rounds.launch(db, whose, OPEN, keys.create(OPEN), documents.frame())
    await rounds.add(db, whose, SCHEDULED, name, hash_, Plan(), now + DAY, now + 2 * DAY)
    await rounds.launch(db, whose, SCHEDULED, keys.create(SCHEDULED), documents.frame())
    said = zip(*(some(f"response_snapshot.rates.{name}", 40) for name in ("name", "rate", "within")), strict=True)
    rates = _json([following.Rate(name, 90, rate, within) for name, rate, within in said])
    for scope in ("division", "unit"):
        for days in (1, 2):
            await response_snapshots.add(db, whose, OPEN, scope, now - days * DAY, rates)  # type: ignore[arg-type]
    held = zip(some("provider.provider", HELD), some("provider.why", HELD), strict=True)
    await _rows(
        db, "provider",
        *({"provider": one, "free_at": now, "held_until": now + DAY, "why": why} for one, why in held),
    )  # fmt: skip


async def _respondents(db: Db, keys: KeyRing, whose: UUID) -> str:
    """Somebody without a channel in every unit of the open round; the token of one who has written the texts."""
    token = sealing.random_token()
    people = await db.fetch("select person_id from person where organisation_id = $1 limit $2", whose, UNITS)
    seats = [
        {"organisation_id": whose, "round_id": OPEN, "token_hash": sealing.random_id().bytes * 2,
         "invitation_id": sealing.random_id(), "person_id": person["person_id"], "atom": atom, "slip": True}
        for atom, person in enumerate(people)
    ]  # fmt: skip
    seats[0]["token_hash"] = sealing.lookup_hash(token, OPEN)
    await _rows(db, "invitation", *seats)
    view = await viewing.view(db, OPEN)
    words = dict(zip("hij", ((text,) for text in some("draft.ciphertext", 3)), strict=True))
    await responding.save(db, view, token, await responding.visit(db, view, token), words)
    return token


async def _imports(db: Db, side: Side, whose: UUID) -> dict[str, UUID]:
    """A staff list at every step of its way, others that are in the history, and one that was really read: a file of
    the texts, with each row's mistakes."""
    found = {"read": await _read(db, side, whose)}
    start, now = "staff_import", datetime.now(UTC)
    tables = {
        name: uploading.written((name,), [(text,) for text in each(f"{start}.{name}")])
        for name in ("mistakes", "differences")
    }
    told: dict[str, dict[str, Any]] = {
        "checked": {"answer": documents.outcome(), "counts": documents.outcome().counts, **tables},
        "described": {}, "wrong": {"described": documents.described(wrong=True)},
        "received": {"progress": documents.progress("staff_import.progress"), "worked_on_until": now + DAY},
        "failed": {"failure": all_of(f"{start}.failure")}, "discarded": {}, "expired": {},
    }  # fmt: skip
    named = zip(some(f"{start}.file_name", len(told)), some(f"{start}.actor", len(told)), strict=True)
    for (state, more), (file_name, actor) in zip(told.items(), named, strict=True):
        found[state] = sealing.random_id()
        same = {
            "organisation_id": whose, "import_id": found[state], "actor": actor, "received_at": now,
            "file_name": file_name, "file_hash": "0" * 64, "file_size": 9, "settled_at": now,
            "state": "described" if state == "wrong" else state, "sheet": all_of(f"{start}.sheet"),
            "described": documents.described(), "wishes": documents.wishes(),
        }  # fmt: skip
        await _rows(db, "staff_import", same | more)
    return found


async def _read(db: Db, side: Side, whose: UUID) -> UUID:
    header = ("Employee Number", "Division", "Team", "Staff Group", "Email Address", *each("a.file")[:10])
    rows = [(str(n), text, text, "Students", f"{n}@trust.example") for n, text in enumerate(each("a.file"))]
    rows += [(text, text, "", text, text) for text in each("a.file")]
    data = uploading.written(header, [(*row, *each("a.file")[:10]) for row in rows]).encode()
    sent = await uploading.receive(db, whose, uploading.Sender("Somebody", None), "a.csv", io.BytesIO(data))
    await _work(db, side)
    known = uploading.described(await uploading.find(db, whose, sent)).header
    taken = dict(zip(("employee_number", "division", "team", "staff_group", "email"), known, strict=False))
    await uploading.map_columns(db, whose, sent, taken, Wishes())  # type: ignore[arg-type]
    await _work(db, side)
    return sent


async def _work(db: Db, side: Side) -> None:
    while await digesting.work(db, side, sealing.signer(SECRET)):
        pass


async def _log(db: Db, whose: UUID) -> None:
    said = (each(f"audit_entry.{name}") for name in ("actor", "action", "subject", "details"))
    async with db.transaction():
        for actor, action, subject, detail in zip(*said, strict=True):
            by = msgspec.structs.replace(cast.actor(whose), kind=actor, account_id=None)  # type: ignore[arg-type]
            await recording.record(db, by, action, subject, {"told": detail, detail: 1})
