"""Answering: what a link shows, saving a draft, sending answers, changing and withdrawing them.

A token never reaches the database. Drafts and sealed answers are padded to one size per questionnaire version, so
neither their content nor their length says anything to whoever reads the tables.
"""

import asyncpg
import msgspec

from survey import errors, sealing
from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.frame import Atom, ReportingUnit
from survey.db import Db
from survey.messages import say
from survey.operations.viewing import View
from survey.store import drafts, invitations, rounds, sealed

ATTEMPTS = 3
"""How often a save is tried again because another device saved in between."""


class Visit(msgspec.Struct, frozen=True):
    """One respondent's standing. `version` rises with each save (0: none yet); `unsent`: changes wait to be sent."""

    atom: Atom
    position: int
    reporting_unit: ReportingUnit
    answers: Answers
    version: int
    sent: bool
    unsent: bool


class Sealed(msgspec.Struct, frozen=True):
    """What is inside sealed answers: the atom, the packed answers, and free texts by item."""

    atom: int
    answers: bytes
    texts: list[tuple[str, str]]


_DRAFT = msgspec.msgpack.Decoder(dict[str, tuple[str, ...]])
_PACK = msgspec.msgpack.Encoder()


def _must_be_open(at: invitations.Visit | invitations.Window) -> None:
    if at.over:
        raise errors.RoundClosed
    if at.early:
        raise errors.RoundNotOpen
    if at.paused:
        raise errors.RoundPaused


def _standing(view: View, token: str, row: invitations.Visit) -> Visit:
    atom = view.frame.atoms[row.atom]
    saved = row.ciphertext is not None
    plain = sealing.open_draft(token, view.round_id, row.ciphertext) if row.ciphertext else b""
    version = row.version or 0
    return Visit(
        atom=atom,
        position=row.atom,
        reporting_unit=view.frame.reporting_units[atom.reporting_unit],
        answers=_DRAFT.decode(plain) if saved else {},
        version=version,
        sent=row.sent_version is not None,
        unsent=row.sent_version is not None and row.sent_version != version,
    )


async def visit(db: Db, view: View, token: str) -> Visit:
    """What the link's owner has answered so far: one read. Raises UnknownLink, or what says that the round is shut."""
    lookup = sealing.lookup_hash(token, view.round_id)
    row = await invitations.visit(db, view.round_id, lookup)
    if row is None:
        window = await invitations.window(db, view.round_id)
        if window.over:
            raise errors.RoundClosed
        raise errors.UnknownLink
    _must_be_open(row)
    view.recent.keep(lookup, row)
    return _standing(view, token, row)


def recall(view: View, token: str) -> Visit | None:
    """What this process last knew of the link's answers, without asking the database: good enough to save upon."""
    row = view.recent.get(sealing.lookup_hash(token, view.round_id))
    return None if row is None else _standing(view, token, row)


async def save(db: Db, view: View, token: str, visit_: Visit, answers: Answers) -> None:
    """Keep the draft: one write. What another device saved meanwhile stays, except where this one changed it too."""
    lookup = sealing.lookup_hash(token, view.round_id)
    base, merged = visit_, answers
    for _ in range(ATTEMPTS):
        ciphertext = sealing.close_draft(token, view.round_id, _PACK.encode(merged), view.size)
        try:
            version = await drafts.save(db, view.round_id, lookup, base.version, ciphertext)
        except asyncpg.ForeignKeyViolationError:
            raise errors.UnknownLink from None
        if version is not None:
            view.recent.saved(lookup, version, ciphertext)
            return
        base = await visit(db, view, token)
        merged = _merged(visit_.answers, answers, base.answers)
    raise errors.Refused(say("Your answers are being changed on another device. Try again in a moment."))


def _merged(before: Answers, mine: Answers, theirs: Answers) -> Answers:
    changed = {item for item in before.keys() | mine.keys() if before.get(item) != mine.get(item)}
    kept = {item: values for item, values in theirs.items() if item not in changed}
    return kept | {item: mine[item] for item in changed if item in mine}


async def submit(db: Db, view: View, token: str, visit_: Visit) -> None:
    """Seal the answers and put them in place of any sent before: one transaction, durable when this returns. Refused
    when there is no answer at all: a scanner that presses every button must not take a person's place."""
    if not visit_.answers:
        raise errors.Refused(say("There is no answer to send yet. Answer at least one question first."))
    inner = Sealed(
        atom=visit_.position,
        answers=packing.pack(view.questionnaire, visit_.atom.audience, visit_.answers),
        texts=packing.texts(view.questionnaire, visit_.answers, visit_.atom.audience),
    )
    envelope = sealing.seal(view.public_key, _PACK.encode(inner), view.size)
    lookup = sealing.lookup_hash(token, view.round_id)
    try:
        async with db.transaction():
            await rounds.share(db, view.round_id)
            accepted = await sealed.put(db, view.round_id, lookup, visit_.version, envelope)
    except asyncpg.ForeignKeyViolationError:
        raise errors.UnknownLink from None
    if not accepted:
        await _why_not(db, view)


async def withdraw(db: Db, view: View, token: str) -> None:
    """Take back what was sent, and forget the draft. The link goes on working until the round closes."""
    lookup = sealing.lookup_hash(token, view.round_id)
    async with db.transaction():
        await rounds.share(db, view.round_id)
        _must_be_open(await invitations.window(db, view.round_id))
        await sealed.delete(db, view.round_id, lookup)
        await drafts.delete(db, view.round_id, lookup)
    view.recent.forget(lookup)


async def _why_not(db: Db, view: View) -> None:
    _must_be_open(await invitations.window(db, view.round_id))
    raise errors.Refused(say("Your answers could not be sent just now. Try again in a moment."))
