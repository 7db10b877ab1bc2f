"""Reviewing comments: the rounds there are, how far each has been read, and one comment at a time."""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import errors
from survey.core import comments as rules
from survey.core import rounds as round_rules
from survey.core.questionnaire.model import words
from survey.core.scoring.method import METHOD
from survey.operations import reviewing
from survey.operations.reviewing import Question, Reading
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Field, Option
from survey.pages.rendering import Link, Shell


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


class RoundPage(msgspec.Struct, frozen=True):
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


class CommentPage(msgspec.Struct, frozen=True):
    """One comment. `marked` is where what is to be taken out is marked; `choice`: whether others may read it."""

    shell: Shell
    title: str
    round: str
    back: Link
    place: str
    question: str
    body: str
    suggestions: tuple[tuple[str, str], ...]
    marked: Field
    choice: Choices
    problems: tuple[Link, ...]


async def rounds(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The rounds whose comments can be read."""
    async with desk.connection() as db:
        found = await reviewing.list_rounds(db, desk.whose)
    lines = tuple(
        (Link(one.name, f"/comments/{one.round_id}"), round_rules.in_words(one.closes_at, desk.zone)) for one in found
    )
    return desk.send("reviewing/rounds.html", RoundsPage(desk.shell, "Comments", lines, METHOD.fewest_comments))


async def a_round(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """How far a round's comments have been read."""
    async with desk.connection() as db:
        found = await reviewing.desk(db, desk.whose, round_id)
    return desk.send("reviewing/desk.html", _round(desk, found))


def _round(desk: Desk, found: reviewing.Desk) -> RoundPage:
    address = f"/comments/{found.round.round_id}"
    return RoundPage(
        shell=desk.shell,
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
        released=round_rules.in_words(found.released, desk.zone) if found.released else "",
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


async def comment(desk: NamedDependency[Desk], round_id: FromPath[str], comment_id: FromPath[UUID]) -> Response[bytes]:
    """One comment, with what had better be taken out. Who read it is in the audit log."""
    async with desk.recorded("comment.read", round_id, comment=str(comment_id)) as db:
        found = await reviewing.read(db, desk.whose, round_id, comment_id)
    chosen = "withhold" if found.is_withheld else "show" if found.is_read else ""
    return desk.send("reviewing/comment.html", _comment(desk, found, marked=found.marked, chosen=chosen))


def _comment(
    desk: Desk,
    found: Reading,
    *,
    marked: str,
    chosen: str,
    bad: errors.BadInput | None = None,
) -> CommentPage:
    said = mistakes.by_field(bad.problems, _FIELDS) if bad else {}
    field = Field("marked", "What is to be taken out", marked, _HINT, said.get("marked", ""), rows=_rows(marked))
    choice = Choices("choice", "May others read it?", _options(chosen), error=said.get("choice", ""))
    problems = mistakes.links(said, field, choice)
    return CommentPage(
        shell=desk.shell,
        title=mistakes.title("Read a comment", problems),
        round=found.round.name,
        back=Link("Comments to read", f"/comments/{found.round.round_id}"),
        place=f"Comment {found.among.index(found.id) + 1} of {len(found.among)}",
        question=words(found.question, "en"),
        body=found.body,
        suggestions=found.suggestions,
        marked=field,
        choice=choice,
        problems=problems,
    )


_FIELDS = {"marked": "marked", "choice": "choice"}
_HINT = (
    f"Put [[ and ]] around it, and change nothing else. Others will see {rules.REMOVED} in its place. Delete a pair of "
    "signs to leave something in."
)


def _rows(text: str) -> int:
    return min(15, 3 + len(text) // 60 + text.count("\n"))


def _options(chosen: str) -> tuple[Option, ...]:
    labels = {"show": "Yes, without what is marked", "withhold": "No, withhold it"}
    return tuple(Option(value, label, chosen=value == chosen) for value, label in labels.items())


async def decide(desk: NamedDependency[Desk], round_id: FromPath[str], comment_id: FromPath[UUID]) -> Response[bytes]:
    """Keep what was decided about a comment, and go on to the next."""
    chosen, marked = desk.one("choice"), desk.visitor.form.get("marked", [""])[0].replace("\r\n", "\n")
    async with desk.connection() as db:
        found = await reviewing.read(db, desk.whose, round_id, comment_id)
    try:
        if chosen not in {"show", "withhold"}:
            raise errors.BadInput([errors.Problem("choice", "choose whether others may read this comment.")])
        async with desk.recorded("comment.decide", round_id, comment=str(comment_id), shown=chosen == "show") as db:
            await reviewing.decide(db, desk.whose, round_id, comment_id, marked if chosen == "show" else None)
            now = await reviewing.desk(db, desk.whose, round_id)
    except errors.BadInput as wrong:
        page = _comment(desk, found, marked=marked, chosen=chosen, bad=wrong)
        return desk.send("reviewing/comment.html", page, wrong.status)
    return desk.go(f"/comments/{round_id}/{now.unread[0]}" if now.unread else f"/comments/{round_id}")


async def release(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Let everybody who sees results read what was decided."""
    async with desk.noted("comments.release", round_id) as (db, note):
        made = await reviewing.release(db, desk.whose, round_id)
        note.details["number"] = made.number
    return desk.go(f"/comments/{round_id}")
