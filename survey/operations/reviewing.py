"""Reviewing comments: a person reads each, decides what of it others may read, and then they are released together.

Only those are read to which enough people answered the same question: the others are never shown, so nobody has to
read them. What is released is everybody's, of the whole organisation, in an order that tells nothing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from survey import errors
from survey.core import comments as rules
from survey.core import rounds as round_rules
from survey.core.comments import CommentRelease, Known, Shown
from survey.core.frame import Frame
from survey.core.questionnaire.model import Questionnaire, Text
from survey.core.scoring.method import METHOD
from survey.db import Db
from survey.operations import authoring
from survey.store import comments, people, rounds
from survey.store.comments import Comment, Standing
from survey.store.rounds import Round, RoundView

__all__ = [
    "CommentRelease",
    "Desk",
    "Question",
    "Reading",
    "Round",
    "decide",
    "desk",
    "list_rounds",
    "read",
    "release",
    "released",
]

NOT_ENOUGH = f"Comments are read only where at least {METHOD.fewest_comments} people answered the same question."


class Question(msgspec.Struct, frozen=True):
    """A question that people answered in words. `ids`, `unread` and `withheld` are of comments, in the order in which
    they are read; all empty where too few answered."""

    item: str
    text: Text
    ids: tuple[UUID, ...]
    unread: tuple[UUID, ...]
    withheld: tuple[UUID, ...]


class Desk(msgspec.Struct, frozen=True):
    """How far a round's comments have been read. `released`: when they last were. `due`: everything has been read, and
    it is not what was released last."""

    round: Round
    questions: tuple[Question, ...]
    released: datetime | None
    due: bool

    @property
    def unread(self) -> tuple[UUID, ...]:
        return tuple(one for question in self.questions for one in question.unread)


class Reading(msgspec.Struct, frozen=True):
    """One comment before a reviewer: `body` as it was written, `marked` with what is suggested to be taken out and
    `suggestions` of what and why. Once somebody has decided, `is_read`, and `marked` is as they left it;
    `is_withheld`: others see nothing of it. `among`: the comments on the same question, in their order."""

    round: Round
    id: UUID
    among: tuple[UUID, ...]
    item: str
    question: Text
    body: str
    marked: str
    suggestions: tuple[tuple[str, str], ...]
    is_read: bool
    is_withheld: bool


async def list_rounds(db: Db, organisation_id: UUID) -> list[Round]:
    """The rounds whose answers are open, the most recent first."""
    found = await rounds.list_all(db, organisation_id)
    return sorted((one for one in found if one.opened_answers_at), key=lambda one: one.closes_at, reverse=True)


async def desk(db: Db, organisation_id: UUID, round_id: str) -> Desk:
    round_ = await _opened(db, organisation_id, round_id)
    asked = await authoring.load(db, organisation_id, round_.questionnaire_hash)
    questions = _questions(asked, await comments.standing(db, organisation_id, round_id))
    last = await comments.latest(db, organisation_id, round_id)
    is_ready = any(question.ids for question in questions) and not any(question.unread for question in questions)
    due = is_ready and await _differs(db, round_, asked, questions, last)
    return Desk(round_, questions, last.released_at if last else None, due)


async def _opened(db: Db, organisation_id: UUID, round_id: str) -> Round:
    """Raises NotFound, and Refused while the answers are sealed."""
    round_ = await rounds.find(db, organisation_id, round_id)
    _must_be_opened(round_)
    return round_


async def _opened_whole(db: Db, organisation_id: UUID, round_id: str) -> RoundView:
    """The same, with all that a comment is compared with, in one question."""
    round_ = await rounds.view(db, round_id)
    if round_.organisation_id != organisation_id:
        raise errors.NotFound
    _must_be_opened(round_)
    return round_


def _must_be_opened(round_: Round) -> None:
    round_rules.must_allow("read comments of", round_.state)
    if round_.opened_answers_at is None:
        raise errors.Refused("You cannot read comments of this round: its answers are still sealed. Close it first.")


def _questions(asked: Questionnaire, found: Sequence[Standing]) -> tuple[Question, ...]:
    written = Counter(one.item for one in found)
    return tuple(
        _question(item.id, item.text, found if written[item.id] >= METHOD.fewest_comments else ())
        for item in asked.items
        if item.kind == "text"
    )


def _question(item: str, text: Text, found: Sequence[Standing]) -> Question:
    own = [one for one in found if one.item == item]
    return Question(
        item,
        text,
        tuple(one.id for one in own),
        tuple(one.id for one in own if not one.is_read),
        tuple(one.id for one in own if one.is_read and not one.is_shown),
    )


async def read(db: Db, organisation_id: UUID, round_id: str, comment_id: UUID) -> Reading:
    """A comment, with what had better be taken out. Raises NotFound; Refused where too few answered its question."""
    round_ = await _opened_whole(db, organisation_id, round_id)
    asked = msgspec.json.decode(round_.content, type=Questionnaire)
    found, among = await _readable(db, round_, asked, comment_id)
    body = rules.plain(found.body)
    marks = rules.suggest(body, await _known(db, round_))
    return Reading(
        round=round_,
        id=comment_id,
        among=among,
        item=found.item,
        question=asked.by_id[found.item].text,
        body=body,
        marked=found.marked or rules.marked(body, marks),
        suggestions=tuple((body[mark.start : mark.end], rules.CALLED[mark.kind]) for mark in marks),
        is_read=found.is_read,
        is_withheld=found.is_read and found.marked is None,
    )


async def _readable(db: Db, round_: Round, asked: Questionnaire, comment_id: UUID) -> tuple[Comment, tuple[UUID, ...]]:
    """It, and the comments on its question in their order."""
    found = await comments.find(db, round_.organisation_id, round_.round_id, comment_id)
    if found is None:
        raise errors.NotFound("There is no such comment.")
    standing = await comments.standing(db, round_.organisation_id, round_.round_id)
    for question in _questions(asked, standing):
        if comment_id in question.ids:
            return found, question.ids
    raise errors.Refused(NOT_ENOUGH)


async def _known(db: Db, round_: RoundView) -> Known:
    assert round_.frame is not None
    frame = msgspec.json.decode(round_.frame, type=Frame)
    staff = await people.telling(db, round_.organisation_id)
    return Known(
        tuple(person.email for person in staff if person.email),
        tuple(person.employee_number for person in staff),
        tuple(dict.fromkeys(_places(frame))),
    )


def _places(frame: Frame) -> list[str]:
    names = [*(unit.name for unit in frame.units), *(unit.name for unit in frame.reporting_units)]
    sites = [unit.site for unit in frame.units if unit.site]
    return [*names, *sites, *(name for name, _ in frame.staff_groups)]


async def decide(db: Db, organisation_id: UUID, round_id: str, comment_id: UUID, marked: str | None) -> None:
    """What others may read of a comment: all but what `marked` has between marks; None: nothing. Again at any time.

    Raises BadInput where more than marks was changed."""
    round_ = await _opened(db, organisation_id, round_id)
    asked = await authoring.load(db, organisation_id, round_.questionnaire_hash)
    found, _ = await _readable(db, round_, asked, comment_id)
    confirmed = None if marked is None else rules.confirmed(found.body, marked)
    await comments.decide(db, organisation_id, round_id, comment_id, confirmed)


async def release(db: Db, organisation_id: UUID, round_id: str) -> CommentRelease:
    """Let everybody who may see results read what was decided. Refused until every comment has been read."""
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        round_rules.must_allow("release comments of", round_.state)
        now = await desk(db, organisation_id, round_id)
        _must_be_due(now)
        asked = await authoring.load(db, organisation_id, round_.questionnaire_hash)
        last = await comments.latest(db, organisation_id, round_id)
        made = CommentRelease(round_id, last.number + 1 if last else 1, await _shown(db, round_, asked, now.questions))
        document = msgspec.json.encode(made, order="sorted")
        digest = sha256(document).hexdigest()
        await comments.release(db, organisation_id, round_id, made.number, digest, document.decode())
    return made


def _must_be_due(now: Desk) -> None:
    if not any(question.ids for question in now.questions):
        raise errors.Refused(f"There are no comments to release. {NOT_ENOUGH}")
    if now.unread:
        raise errors.Refused(f"{len(now.unread)} comments have not been read yet. All of them are released together.")
    if not now.due:
        raise errors.Refused("These comments have been released already, just as they are.")


async def _differs(
    db: Db, round_: Round, asked: Questionnaire, questions: Sequence[Question], last: comments.Stored | None
) -> bool:
    if last is None:
        return True
    earlier = msgspec.json.decode(last.document, type=CommentRelease)
    return earlier.questions != await _shown(db, round_, asked, questions)


async def _shown(db: Db, round_: Round, asked: Questionnaire, questions: Sequence[Question]) -> tuple[Shown, ...]:
    words = await comments.shown(db, round_.organisation_id, round_.round_id)
    return tuple(
        Shown(
            question.item,
            asked.by_id[question.item].text,
            tuple(rules.shown(w.marked) for w in words if w.item == question.item),
        )
        for question in questions
        if question.ids
    )


async def released(db: Db, organisation_id: UUID, round_id: str) -> CommentRelease | None:
    """What everybody may read of a round's comments; None until something has been released."""
    last = await comments.latest(db, organisation_id, round_id)
    return None if last is None else msgspec.json.decode(last.document, type=CommentRelease)
