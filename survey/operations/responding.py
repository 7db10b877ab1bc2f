"""Answering: what a link shows, saving a draft, sending answers, changing and withdrawing them.

A token never reaches the database. Drafts and sealed answers are padded to one size per questionnaire version, so
neither their content nor their length says anything to whoever reads the tables.
"""

import asyncio
import re
import time
from collections import OrderedDict
from datetime import datetime
from functools import cached_property
from math import inf

import asyncpg
import msgspec

from survey import errors, sealing
from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.frame import Atom, Frame, ReportingUnit
from survey.core.questionnaire.model import Questionnaire, Text
from survey.core.rounds import State
from survey.db import Database, Db
from survey.store import drafts, invitations, rounds, sealed

FRESH = 60.0
"""Seconds for which a process answers from what it knows of a round (its texts and dates), if it stays in its state."""
ATTEMPTS = 3
"""How often a save is tried again because another device saved in between."""


class Notices(msgspec.Struct, frozen=True):
    """The organisation as respondents see it. `texts`: notice by name by language, where the Trust wrote its own."""

    name: str
    texts: dict[str, Text]


class Recent:
    """What this process last read or wrote for a link, still encrypted, so that a save needs no read before it.

    It may be out of date: a save says which version it builds on, and reads again when that is not the latest.
    """

    def __init__(self, most: int = 2048) -> None:
        self._most = most
        self._rows: OrderedDict[bytes, invitations.Visit] = OrderedDict()

    def get(self, lookup: bytes) -> invitations.Visit | None:
        return self._rows.get(lookup)

    def keep(self, lookup: bytes, row: invitations.Visit) -> None:
        self._rows[lookup] = row
        self._rows.move_to_end(lookup)
        if len(self._rows) > self._most:
            self._rows.popitem(last=False)

    def saved(self, lookup: bytes, version: int, ciphertext: bytes) -> None:
        row = self._rows.get(lookup)
        if row is not None:
            self.keep(lookup, msgspec.structs.replace(row, version=version, ciphertext=ciphertext))

    def forget(self, lookup: bytes) -> None:
        self._rows.pop(lookup, None)


class View(msgspec.Struct, frozen=True, dict=True):
    """All that is the same for every respondent of a round. `state` is as of loading; the database decides again."""

    round_id: str
    organisation: Notices
    questionnaire: Questionnaire
    frame: Frame
    opens_at: datetime
    closes_at: datetime
    state: State
    turns_in: float
    """Seconds, from loading, until the clock gives it another state."""
    custody: str
    public_key: bytes

    @property
    def title(self) -> Text:
        return self.questionnaire.title

    @cached_property
    def size(self) -> int:
        """The one size, in bytes, of everything that is encrypted for this questionnaire version."""
        return packing.sealed_size(self.questionnaire)

    @cached_property
    def recent(self) -> Recent:
        return Recent()


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


_NAME = re.compile(r"[0-9a-z]{8}", re.ASCII)
_DRAFT = msgspec.msgpack.Decoder(dict[str, tuple[str, ...]])
_PACK = msgspec.msgpack.Encoder()


async def view(db: Db, round_id: str) -> View:
    """A launched round as its respondents see it. NotFound for a draft, too: it is nobody's business yet."""
    row = await rounds.view(db, round_id)
    if row.frame is None or row.public_key is None:
        raise errors.NotFound
    return View(
        round_id=row.round_id,
        organisation=Notices(row.organisation, msgspec.json.decode(row.texts, type=dict[str, Text])),
        questionnaire=msgspec.json.decode(row.content, type=Questionnaire),
        frame=msgspec.json.decode(row.frame, type=Frame),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=row.state,
        turns_in=min(
            ((at - row.now).total_seconds() for at in (row.opens_at, row.closes_at) if at > row.now), default=inf
        ),
        custody=row.settings.custody,
        public_key=row.public_key,
    )


class Views:
    """The rounds this process has seen, newest use last. What is known is told even while the database is away."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._known: OrderedDict[str, tuple[float, View]] = OrderedDict()
        self._loading: dict[str, asyncio.Lock] = {}

    async def get(self, database: Database, round_id: str) -> View:
        """Raises NotFound; what cannot be the name of a round is not even looked for."""
        if not _NAME.fullmatch(round_id):
            raise errors.NotFound
        known = self._known.get(round_id)
        if known is not None and _is_fresh(*known):
            return known[1]
        async with self._loading.setdefault(round_id, asyncio.Lock()):
            return await self._refresh(database, round_id)

    async def _refresh(self, database: Database, round_id: str) -> View:
        known = self._known.get(round_id)
        if known is not None and _is_fresh(*known):
            return known[1]
        try:
            async with database.connection() as db:
                fresh = await view(db, round_id)
        except errors.Unavailable:
            if known is None:
                raise
            fresh = known[1]
        finally:
            self._loading.pop(round_id, None)
        self._known[round_id] = (time.monotonic(), fresh)
        self._known.move_to_end(round_id)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return fresh


def _is_fresh(loaded: float, known: View) -> bool:
    """Whether a view may be shown without asking again: a landing page that is late would turn people away."""
    return time.monotonic() - loaded < min(FRESH, known.turns_in)


def _must_be_open(early: bool, over: bool) -> None:
    if over:
        raise errors.RoundClosed
    if early:
        raise errors.RoundNotOpen


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
    """What the link's owner has answered so far: one read. Raises UnknownLink, RoundNotOpen or RoundClosed."""
    lookup = sealing.lookup_hash(token, view.round_id)
    row = await invitations.visit(db, view.round_id, lookup)
    if row is None:
        window = await invitations.window(db, view.round_id)
        if window.over:
            raise errors.RoundClosed
        raise errors.UnknownLink
    _must_be_open(row.early, row.over)
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
    raise errors.Refused("Your answers are being changed on another device. Try again in a moment.")


def _merged(before: Answers, mine: Answers, theirs: Answers) -> Answers:
    changed = {item for item in before.keys() | mine.keys() if before.get(item) != mine.get(item)}
    kept = {item: values for item, values in theirs.items() if item not in changed}
    return kept | {item: mine[item] for item in changed if item in mine}


async def submit(db: Db, view: View, token: str, visit_: Visit) -> None:
    """Seal the answers and put them in place of any sent before: one transaction, durable when this returns. Refused
    when there is no answer at all: a scanner that presses every button must not take a person's place."""
    if not visit_.answers:
        raise errors.Refused("There is no answer to send yet. Answer at least one question first.")
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
        window = await invitations.window(db, view.round_id)
        _must_be_open(window.early, window.over)
        await sealed.delete(db, view.round_id, lookup)
        await drafts.delete(db, view.round_id, lookup)
    view.recent.forget(lookup)


async def _why_not(db: Db, view: View) -> None:
    window = await invitations.window(db, view.round_id)
    _must_be_open(window.early, window.over)
    raise errors.Refused("Your answers could not be sent just now. Try again in a moment.")
