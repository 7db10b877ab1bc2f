"""What differs between two versions, and which results can still be compared."""

from collections.abc import Iterator
from difflib import SequenceMatcher

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.core.differences import Change, Changed, Differences, Measure
from survey.operations import authoring
from survey.pages.authoring import saying
from survey.pages.console.desk import Desk
from survey.pages.rendering import Link, Shell


class Piece(msgspec.Struct, frozen=True):
    """Some words; `differs`: the other side has others there."""

    text: str
    differs: bool


class Side(msgspec.Struct, frozen=True):
    """What stands on one side, line by line."""

    lines: tuple[tuple[Piece, ...], ...]


class Row(msgspec.Struct, frozen=True):
    what: str
    before: Side
    after: Side


class ItemRows(msgspec.Struct, frozen=True):
    """`compared`: what becomes of its results, in words; empty for an item that is not scored."""

    id: str
    text: str
    compared: str
    kept: bool
    rows: tuple[Row, ...]


class Score(msgspec.Struct, frozen=True):
    name: str
    told: str
    kept: bool


class DifferencesPage(msgspec.Struct, frozen=True):
    """`swap` leads to the same two the other way round."""

    shell: Shell
    title: str
    back: Link
    before: str
    after: str
    swap: str
    none: bool
    summary: tuple[str, ...]
    scores: tuple[Score, ...]
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[ItemRows, ...]
    general: tuple[Row, ...]


async def show(desk: NamedDependency[Desk], version: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        after = await authoring.find(db, desk.whose, version)
        before = await authoring.find(db, desk.whose, desk.asked("since"))
    found = authoring.compare(before, after)
    page = DifferencesPage(
        shell=desk.shell,
        title="What changed",
        back=Link(after.title, f"/questionnaires/{version}"),
        before=saying.version(before, desk.zone),
        after=saying.version(after, desk.zone),
        swap=f"/questionnaires/{before.questionnaire_hash}/differences?since={version}",
        none=found.none,
        summary=tuple(_summary(found)),
        scores=tuple(_score(measure) for measure in found.measures),
        added=found.added,
        removed=found.removed,
        changed=tuple(_item(one) for one in found.changed),
        general=tuple(_row(change) for change in found.general),
    )
    return desk.send("authoring/differences.html", page)


def _summary(found: Differences) -> Iterator[str]:
    for number, what in (
        (len(found.added), "added"),
        (len(found.removed), "removed"),
        (len(found.changed), "changed"),
        (found.unchanged, "unchanged"),
    ):
        yield f"{saying.count(number, 'question')} {what}"


def _score(measure: Measure) -> Score:
    match measure.compared:
        case "all":
            told = "Can be compared: it rests on the same questions"
        case "common":
            told = f"Can be compared on {measure.common} of its {saying.count(measure.of, 'question')}"
        case "none":
            told = "Cannot be compared"
    return Score(measure.name, told, measure.compared != "none")


def _item(one: Changed) -> ItemRows:
    told = {True: "Its results can still be compared", False: "Its results can no longer be compared", None: ""}
    return ItemRows(
        one.id, one.text, told[one.comparable], bool(one.comparable), tuple(_row(change) for change in one.changes)
    )


def _row(change: Change) -> Row:
    """Line by line where both sides have as many lines, so that a reworded option stands beside what it was."""
    if len(change.before) == len(change.after):
        pairs = [_marked(old, new) for old, new in zip(change.before, change.after, strict=True)]
        return Row(change.what, Side(tuple(old for old, _ in pairs)), Side(tuple(new for _, new in pairs)))
    return Row(change.what, _lines(change.before, change.after), _lines(change.after, change.before))


def _lines(these: tuple[str, ...], others: tuple[str, ...]) -> Side:
    return Side(tuple((Piece(line, line not in others),) for line in these))


def _marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces of whole words, those that differ marked."""
    was, now = old.split(" "), new.split(" ")
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    before = tuple(Piece(" ".join(was[a:b]), step != "equal") for step, a, b, _, _ in steps if b > a)
    after = tuple(Piece(" ".join(now[c:d]), step != "equal") for step, _, _, c, d in steps if d > c)
    return before, after
