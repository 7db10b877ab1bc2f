"""An organisation all of whose texts are attacks: whatever anybody can write anywhere, and whatever a file can hold."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from survey import sealing
from survey.cli.benching.furnishing import Furnished
from survey.core.disclosure.release import (
    Cell,
    Change,
    Compared,
    Distribution,
    Figure,
    Group,
    Measure,
    Priority,
    Rates,
    Share,
)
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.population import Population
from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Text, Vision
from survey.core.reaching import Reach
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import (
    administering,
    admitting,
    digesting,
    following,
    granting,
    recording,
    resuming,
    reviewing,
    signing_in,
    uploading,
)
from survey.operations.resuming import Form
from survey.operations.staffing import Wishes
from survey.operations.telling import Side
from survey.sealing import KeyRing
from survey.store import accounts, questionnaires, response_snapshots, rounds, sessions, units
from survey.store import comments as decided
from tests import cast, published, xss
from tests.conftest import SECRET

TEXTS = xss.STORABLE
PUBLISHED, OPEN, DRAFT, SPLIT, EARLIER = "xss00001", "xss00002", "xss00003", "xss00004", "xss00005"
DAY = timedelta(days=1)
BAND = "20 to 24"
_PERSON = ["organisation_id", "person_id", "employee_number", "unit_id", "staff_group", "clinical", "site", "email"]


def some(start: int, count: int) -> list[str]:
    """So many of the texts, from a place of one's own on: every kind of text gets others of them."""
    return [TEXTS[(start + place) % len(TEXTS)] for place in range(count)]


def _text(start: int, count: int = 1) -> Text:
    return {"en": " ".join(some(start, count))}


def _texts(start: int, count: int) -> tuple[Text, ...]:
    return tuple({"en": text} for text in some(start, count))


def asked() -> Questionnaire:
    """Every field that holds a text, in items of every kind."""
    items = (
        Item("a", "agreement", _text(0, 9), "m0", _texts(9, 5), _text(14, 9), "theme", not_applicable=_text(23)),
        Item("b", "ladder", _text(24, 9), "m1", _texts(33, 5), _text(38, 9), dont_know=_text(47)),
        Item("c", "zero_to_ten", _text(48, 9), "m1", _texts(57, 2)),
        Item("d", "single", _text(59, 9), options=_texts(68, 12)),
        Item("e", "several", _text(80, 9), options=_texts(89, 12)),
        Item("f", "ranking", _text(101, 9), options=_texts(110, 12), top=3),
        Item("g", "number", _text(122, 9), hint=_text(131, 9), minimum=0, maximum=9),
        Item("h", "text", _text(140, 20), hint=_text(160, 20)),
    )
    visions = tuple(Vision(f"m{place}", _text(180 + place)) for place in range(2))
    levels = tuple(Level(_text(182 + place), 25.0 * place) for place in range(4))
    pages = (Page(tuple(item.id for item in items), _text(186)),)
    return Questionnaire(_text(187), _text(188, 20), visions, items, pages, levels)


def frame() -> Frame:
    units_ = tuple(FrameUnit(f"u{place}", None, text, text, 40) for place, text in enumerate(some(0, 60)))
    reporting = tuple(
        ReportingUnit(text, f"u{place}", text, (f"u{place}",), 40, text) for place, text in enumerate(some(60, 60))
    )
    atoms = tuple(Atom(place, text, "everyone", 40) for place, text in enumerate(some(120, 60)))
    return Frame(TEXTS[16], units_, reporting, atoms, tuple((text, 40) for text in some(120, 60)))


async def plant(db: Db, side: Side, keys: KeyRing) -> Furnished:
    """What the pages are about, in the words of `places.samples`."""
    trust = await administering.add(db, "XSS", TEXTS[16])
    whose = trust.organisation_id
    for notice in ("privacy", "help", "accessibility"):
        await administering.set_notice(db, trust, notice, "en", "\n\n".join(TEXTS))
    secret, account = await _accounts(db, whose)
    tree = [(sealing.random_id(), None, text) for text in TEXTS]
    await units.add_all(db, whose, tree)
    people = [
        (whose, sealing.random_id(), text, tree[place][0], text, True, text, None if place % 2 else text)
        for place, text in enumerate(TEXTS)
    ]
    await db.copy_records_to_table("person", records=people, columns=_PERSON)
    questionnaire = asked()
    content = questionnaire.canonical.decode()
    await questionnaires.add(db, whose, questionnaire.hash, TEXTS[187], content=content, source="")
    comment = await _results(db, whose, questionnaire)
    await _rounds(db, whose, questionnaire.hash, [str(unit) for unit, _, _ in tree])
    await _slips(db, keys, whose, [person for _, person, *_ in people])
    sent = await _uploads(db, side, whose)
    await _log(db, whose)
    return Furnished(
        secret, questionnaire.hash, published.QUESTIONNAIRE.hash, account, tree[0][0], people[0][1], sent, comment,
        DRAFT, SPLIT, OPEN, PUBLISHED, "script-alert-1-script", "m0",
    )  # fmt: skip


async def _accounts(db: Db, whose: UUID) -> tuple[str, UUID]:
    """Many of them; the session of one who may see every page, with a form that is kept for it."""
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner", TEXTS[1]))
    owner = (await signing_in.who(db, secret)).account_id
    await admitting.grant(db, whose, owner, admitting.Wish(("owner", "reviewer")))
    ids = [sealing.random_id() for _ in TEXTS]
    for account_id, text in zip(ids, TEXTS, strict=True):
        roles = ["reader"] if account_id.int % 2 else []
        await accounts.add(db, whose, account_id, text, roles, issuer=text, subject=text)
        await granting.new_key(db, whose, text[:100], 30)
    for text in TEXTS[:40]:
        await sessions.add(db, whose, signing_in.hashed(sealing.random_token()), owner, text, timedelta(hours=1))
    fields = tuple((f"field {place}", text) for place, text in enumerate(TEXTS))
    plain = msgspec.json.encode(Form("/keys", fields))
    kept = (signing_in.hashed(secret), owner, resuming._closed(secret, plain), timedelta(hours=1))
    await sessions.keep(db, whose, *kept)
    return secret, ids[0]


async def _results(db: Db, whose: UUID, questionnaire: Questionnaire) -> UUID:
    """Results of units whose names are the texts, with everything that results can have; comments, all released."""
    groups = (
        Group("org", "organisation", TEXTS[2], None, 9000),
        *(Group(f"ru:{n}", "reporting_unit", text, "org", 40) for n, text in enumerate(TEXTS)),
    )
    measures = tuple(Measure(f"m{n}", {"en": TEXTS[n + 3]}) for n in range(2))
    shown = {"value": 50, "bound": "exact", "low": 45, "high": 55, "answers": BAND, "levels": (2,)}
    release = msgspec.structs.replace(
        published.RELEASE,
        round=PUBLISHED,
        organisation=TEXTS[16],
        title={"en": TEXTS[4]},
        groups=groups,
        measures=measures,
        cells=tuple(Cell(g.id, m.id, level=TEXTS[5], **shown) for g in groups for m in measures),  # type: ignore[arg-type]
        **_findings(questionnaire, groups, measures),
    )
    await published._publish(db, whose, EARLIER, msgspec.structs.replace(published.RELEASE, round=EARLIER))
    await db.execute("update round set name = $2 where round_id = $1", EARLIER, " ".join(some(20, 9)))
    await rounds.add(db, whose, PUBLISHED, TEXTS[6], questionnaire.hash, Plan(), *published.WHEN)
    await rounds.launch(db, whose, PUBLISHED, b"k" * 32, published.FRAME)
    await rounds.mark_opened(db, whose, PUBLISHED)
    await rounds.mark_published(db, whose, PUBLISHED)
    await published.republish(db, whose, PUBLISHED, release)
    comments = [(whose, PUBLISHED, sealing.random_id(), "h", text) for text in TEXTS]
    bodies = {comment_id: text for _, _, comment_id, _, text in comments}
    columns = ["organisation_id", "round_id", "comment_id", "item_id", "body"]
    await db.copy_records_to_table("comment", records=comments, columns=columns)
    for comment_id in (await reviewing.desk(db, whose, PUBLISHED)).unread:
        await decided.decide(db, whose, PUBLISHED, comment_id, bodies[comment_id])
    await reviewing.release(db, whose, PUBLISHED)
    return comments[16][2]


def _findings(asked: Questionnaire, groups: tuple[Group, ...], measures: tuple[Measure, ...]) -> dict[str, Any]:
    """Changes and priorities of every group, and each answer to every question of two of them."""
    side = Figure(50, 45, 55, BAND, 40)
    moved = {"words": "improved", "group_before": "org", "overlap": 90, "items": "all", "now": side, "before": side}
    share = Share((1,), 50, "exact", 45, 55, "middle")
    told = [(group.id, item) for group in groups[:2] for item in asked.items if item.kind != "text"]
    ranked = [item for item in asked.items if item.kind == "ranking"]
    return {
        "compared": Compared(EARLIER, 1, "0" * 64, ("a", "b"), tuple(measure.id for measure in measures)),
        "changes": tuple(
            Change(g.id, m.id, difference=4, margin=3, detectable=6, **moved)  # type: ignore[arg-type]
            for g in groups
            for m in measures
        ),
        "priorities": tuple(
            Priority(g.id, item.id, place, 50, 45, 55, BAND)
            for g in groups
            for item in ranked
            for place in range(1, len(item.options) + 1)
        ),
        "items": tuple(
            Distribution(
                group, item.id, BAND, tuple(Share((n + 1,), 50, "exact", 45, 55) for n in range(_options(item)))
            )
            for group, item in told
        ),
        "rates": tuple(Rates(group, item.id, BAND, share, share, share, False) for group, item in told),
        "levels_held": tuple(Distribution(group.id, "m0", BAND, (share,)) for group in groups[:2]),
    }


def _options(item: Item) -> int:
    return len(item.options) if item.kind not in {"zero_to_ten", "number"} else 2


async def _slips(db: Db, keys: KeyRing, whose: UUID, people: list[UUID]) -> None:
    """Somebody without a channel in every unit of the open round."""
    keys.create_mailing(OPEN)
    columns = ["organisation_id", "round_id", "token_hash", "invitation_id", "person_id", "atom", "slip"]
    made = [
        (whose, OPEN, sealing.random_id().bytes * 2, sealing.random_id(), people[place], place, True)
        for place in range(len(frame().atoms))
    ]
    await db.copy_records_to_table("invitation", records=made, columns=columns)


async def _rounds(db: Db, whose: UUID, hash_: str, ids: list[str]) -> None:
    """Drafts and an open round that is being followed."""
    now = datetime.now(UTC)
    for place, text in enumerate(TEXTS[:60]):
        await rounds.add(db, whose, f"xssd{place:04}", text, hash_, Plan(), now + DAY, now + 2 * DAY)
    for round_id, plan in ((DRAFT, Plan()), (SPLIT, Plan(custody="split")), (OPEN, Plan())):
        window, reach = (now - 9 * DAY, now + 9 * DAY), Reach(texts={"en": {"invitation_email": "\n\n".join(TEXTS)}})
        await rounds.add(db, whose, round_id, TEXTS[7], hash_, plan, *window)
        asks = Population("without", tuple(ids[:3]), tuple(some(0, 5)))
        await rounds.change(db, whose, round_id, 1, TEXTS[7], hash_, plan, window, asks, reach)
    await rounds.launch(db, whose, OPEN, b"\0" * 32, frame())
    rates = msgspec.json.encode([following.Rate(text, 90, "45%", text) for text in TEXTS]).decode()
    for scope in ("division", "unit"):
        for days in (1, 2):
            await response_snapshots.add(db, whose, OPEN, scope, now - days * DAY, rates)  # type: ignore[arg-type]


async def _uploads(db: Db, side: Side, whose: UUID) -> UUID:
    """A staff list of the texts, checked: who is new, the units that would be made, and each row's mistakes. Others,
    of files with such names, are in the history."""
    for text in TEXTS[:40]:
        sender = uploading.Sender(text, None)
        await uploading.discard(
            db, whose, await uploading.receive(db, whose, sender, f"{text}.csv", io.BytesIO(text.encode() + b",b\n1,2"))
        )
    header = ("Employee Number", "Division", "Team", "Staff Group", "Email Address", *some(0, 10))
    rows = [(str(n), text, text, "Students", f"{n}@trust.example", *some(n, 10)) for n, text in enumerate(TEXTS)]
    rows += [(text, text, "", text, text, *some(0, 10)) for text in TEXTS]
    data = uploading.written(header, rows).encode()
    sent = await uploading.receive(db, whose, uploading.Sender(TEXTS[8], None), TEXTS[9], io.BytesIO(data))
    await _work(db, side)
    known = await uploading.remembered(db, whose, uploading.described(await uploading.find(db, whose, sent)).header)
    await uploading.map_columns(db, whose, sent, known.columns, Wishes())
    await _work(db, side)
    return sent


async def _work(db: Db, side: Side) -> None:
    while await digesting.work(db, side, sealing.signer(SECRET)):
        pass


async def _log(db: Db, whose: UUID) -> None:
    async with db.transaction():
        for text in TEXTS:
            await recording.record(db, cast.actor(whose), text, text, {"told": text, text: 1})
