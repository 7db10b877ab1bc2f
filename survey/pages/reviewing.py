"""Reviewing comments: the rounds there are, how far each has been read, and one comment at a time."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.config import Config
from survey.core import comments as rules
from survey.core import rounds as round_rules
from survey.core.questionnaire.model import words
from survey.core.scoring.method import METHOD
from survey.db import Database
from survey.operations import recording, reviewing, signing_in
from survey.operations.reviewing import Desk, Question, Reading
from survey.pages import forms, replies
from survey.pages.console import frame
from survey.pages.rendering import Link, Shell
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]


class RoundsPage(msgspec.Struct, frozen=True):
    """`rounds`: those that have closed, each with when it did."""

    shell: Shell
    title: str
    rounds: tuple[tuple[Link, str], ...]
    fewest: int


class Done(msgspec.Struct, frozen=True):
    """A comment that has been decided about."""

    text: str
    href: str


class QuestionPart(msgspec.Struct, frozen=True):
    """How far the comments on a question have been read. `enough`: so many answered that they are read at all."""

    text: str
    enough: bool
    progress: str
    done: tuple[Done, ...]


class DeskPage(msgspec.Struct, frozen=True):
    """`next` is the first comment nobody has read; `due`: all have been read and what was decided is not released."""

    shell: Shell
    title: str
    round: str
    back: Link
    action: str
    questions: tuple[QuestionPart, ...]
    fewest: int
    next: str
    unread: int
    published: bool
    due: bool
    released: str


class Failure(msgspec.Struct, frozen=True):
    text: str
    href: str


class CommentPage(msgspec.Struct, frozen=True):
    """One comment. `marked` is what the field holds; `chosen` is "show", "withhold", or nothing yet."""

    shell: Shell
    title: str
    round: str
    back: Link
    place: str
    question: str
    body: str
    suggestions: tuple[tuple[str, str], ...]
    marked: str
    chosen: str
    rows: int
    removed: str
    errors: tuple[Failure, ...]
    marked_error: str
    choice_error: str


async def rounds(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """The rounds whose comments can be read."""
    async with database.connection() as db:
        found = await reviewing.list_rounds(db, visitor.who.organisation_id)
    lines = tuple(
        (Link(one.name, f"/comments/{one.round_id}"), round_rules.in_words(one.closes_at, config.clock_zone))
        for one in found
    )
    page = RoundsPage(frame.shell(visitor.who), "Comments", lines, METHOD.fewest_comments)
    return frame.send(request, visitor, "reviewing/rounds.html", page)


async def desk(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    round_id: FromPath[str],
) -> Response[bytes]:
    """How far a round's comments have been read."""
    async with database.connection() as db:
        found = await reviewing.desk(db, visitor.who.organisation_id, round_id)
    return frame.send(request, visitor, "reviewing/desk.html", _desk(visitor, found, config.clock_zone))


def _desk(visitor: Visitor, found: Desk, zone: str) -> DeskPage:
    address = f"/comments/{found.round.round_id}"
    return DeskPage(
        shell=frame.shell(visitor.who),
        title="Comments to read",
        round=found.round.name,
        back=Link("All rounds", "/comments"),
        action=f"{address}/release",
        questions=tuple(_part(question, address) for question in found.questions),
        fewest=METHOD.fewest_comments,
        next=f"{address}/{found.unread[0]}" if found.unread else "",
        unread=len(found.unread),
        published=found.round.state == "published",
        due=found.due,
        released=round_rules.in_words(found.released, zone) if found.released else "",
    )


def _part(question: Question, address: str) -> QuestionPart:
    read = len(question.ids) - len(question.unread)
    return QuestionPart(
        text=words(question.text, "en"),
        enough=bool(question.ids),
        progress=f"{len(question.ids)} comments: {read} read, {len(question.unread)} to read"
        if question.unread
        else f"{len(question.ids)} comments, all read",
        done=tuple(
            Done(f"Comment {place}, {'withheld' if id_ in question.withheld else 'shown'}", f"{address}/{id_}")
            for place, id_ in enumerate(question.ids, start=1)
            if id_ not in question.unread
        ),
    )


async def comment(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    round_id: FromPath[str],
    comment_id: FromPath[UUID],
) -> Response[bytes]:
    """One comment, with what had better be taken out. Who read it is in the audit log."""
    whose = visitor.who.organisation_id
    async with database.connection() as db:
        note = {"comment": str(comment_id)}
        async with recording.recorded(db, visitor.actor, "comment.read", round_id, note):
            found = await reviewing.read(db, whose, round_id, comment_id)
    chosen = "withhold" if found.is_withheld else "show" if found.is_read else ""
    page = _comment(visitor, found, marked=found.marked, chosen=chosen)
    return frame.send(request, visitor, "reviewing/comment.html", page)


def _comment(
    visitor: Visitor,
    found: Reading,
    *,
    marked: str,
    chosen: str,
    problems: tuple[str, ...] = (),
    choice_error: str = "",
) -> CommentPage:
    failures = [Failure(choice_error, "#show")] if choice_error else []
    failures += [Failure(problem, "#marked") for problem in problems]
    return CommentPage(
        shell=frame.shell(visitor.who),
        title=("Error: " if failures else "") + "Read a comment",
        round=found.round.name,
        back=Link("Comments to read", f"/comments/{found.round.round_id}"),
        place=f"Comment {found.among.index(found.id) + 1} of {len(found.among)}",
        question=words(found.question, "en"),
        body=found.body,
        suggestions=found.suggestions,
        marked=marked,
        chosen=chosen,
        rows=min(15, 3 + len(marked) // 60 + marked.count("\n")),
        removed=rules.REMOVED,
        errors=tuple(failures),
        marked_error=" ".join(problems),
        choice_error=choice_error,
    )


async def decide(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    round_id: FromPath[str],
    comment_id: FromPath[UUID],
) -> Response[bytes]:
    """Keep what was decided about a comment, and go on to the next."""
    form = await _form(request, visitor)
    chosen, marked = _one(form, "choice"), _one(form, "marked").replace("\r\n", "\n")
    whose = visitor.who.organisation_id
    async with database.connection() as db:
        found = await reviewing.read(db, whose, round_id, comment_id)
        try:
            problem = "" if chosen in {"show", "withhold"} else "Choose whether others may read this comment"
            if not problem:
                note: dict[str, recording.Detail] = {"comment": str(comment_id), "shown": chosen == "show"}
                async with recording.recorded(db, visitor.actor, "comment.decide", round_id, note):
                    await reviewing.decide(db, whose, round_id, comment_id, marked if chosen == "show" else None)
            mistakes: tuple[str, ...] = ()
        except errors.BadInput as wrong:
            mistakes = tuple(f"{one.what[:1].upper()}{one.what[1:]} {one.mend}" for one in wrong.problems)
        now = await reviewing.desk(db, whose, round_id)
    if problem or mistakes:
        page = _comment(
            visitor,
            found,
            marked=marked,
            chosen=chosen,
            problems=mistakes,
            choice_error=problem,
        )
        return frame.send(request, visitor, "reviewing/comment.html", page, errors.BadInput.status)
    return replies.redirect(f"/comments/{round_id}/{now.unread[0]}" if now.unread else f"/comments/{round_id}")


async def release(
    request: Asked,
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
    round_id: FromPath[str],
) -> Response[bytes]:
    """Let everybody who sees results read what was decided."""
    await _form(request, visitor)
    async with database.connection() as db, recording.recorded(db, visitor.actor, "comments.release", round_id) as note:
        made = await reviewing.release(db, visitor.who.organisation_id, round_id)
        note.details["number"] = made.number
    return replies.redirect(f"/comments/{round_id}")


async def _form(request: Asked, visitor: Visitor) -> forms.Form:
    form = await forms.read(request)
    signing_in.must_carry(_one(form, "csrf"), visitor.secret)
    return form


def _one(form: forms.Form, name: str) -> str:
    return form.get(name, [""])[0]
