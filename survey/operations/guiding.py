"""Where an organisation stands, as its people meet it after signing in: what there is, and what waits for somebody."""

from uuid import UUID

import msgspec

from survey.core.scoring.method import METHOD
from survey.db import Db
from survey.store import comments, organisations, rounds
from survey.store.rounds import Round

__all__ = ["Round", "Standing", "standing"]

RECENT = 3
"""Rounds whose comments are looked at: older ones have been read, or never will be."""


class Standing(msgspec.Struct, frozen=True):
    """`rounds`: the one that opens last first. `unread`: the ids of recent rounds whose comments are to be read."""

    has_staff: bool
    has_questionnaires: bool
    somebody_waits: bool
    rounds: tuple[Round, ...]
    unread: frozenset[str]


async def standing(db: Db, organisation_id: UUID) -> Standing:
    begun = await organisations.begun(db, organisation_id)
    found = await rounds.list_all(db, organisation_id)
    opened = [one.round_id for one in found if one.opened_answers_at is not None][:RECENT]
    unread = await comments.waiting(db, organisation_id, opened, METHOD.fewest_comments) if opened else frozenset()
    return Standing(begun.has_staff, begun.has_questionnaires, begun.somebody_waits, tuple(found), unread)
