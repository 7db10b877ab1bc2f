"""A round as all its respondents see it: loaded once for many requests, told on while the database is away."""

import asyncio
import re
import time
from collections import OrderedDict
from datetime import datetime
from functools import cached_property
from math import inf

import msgspec

from survey import errors
from survey.core import answers as packing
from survey.core.frame import Frame
from survey.core.questionnaire.model import Questionnaire, Text
from survey.core.rounds import Plan, State
from survey.db import Database, Db
from survey.store import invitations, rounds

FRESH = 60.0
"""Seconds for which a process answers from what it knows of a round (its texts and dates), if it stays in its state."""
PAUSE = 5.0
"""Seconds for which it says that a round is paused without asking again."""
_NAME = re.compile(r"[0-9a-z]{8}", re.ASCII)


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
    plan: Plan
    public_key: bytes

    @property
    def title(self) -> Text:
        return self.questionnaire.title

    @property
    def custody(self) -> str:
        return self.plan.custody

    @cached_property
    def size(self) -> int:
        """The one size, in bytes, of everything that is encrypted for this questionnaire version."""
        return packing.sealed_size(self.questionnaire)

    @cached_property
    def recent(self) -> Recent:
        return Recent()


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
        turns_in=_turns_in(row),
        plan=row.settings,
        public_key=row.public_key,
    )


def _turns_in(row: rounds.Round) -> float:
    """A pause ends when somebody says so, which no clock foretells."""
    turns = [(at - row.now).total_seconds() for at in (row.opens_at, row.closes_at) if at > row.now]
    return min(turns + ([PAUSE] if row.state == "paused" else []), default=inf)


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
