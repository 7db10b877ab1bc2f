"""A release to take away: as it is stored, or as tables for a spreadsheet. Nothing is in them that no page shows."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import msgspec

from survey import errors
from survey.core import sheets
from survey.core.disclosure.release import Figure, Share
from survey.pages.reading.index import Index

Cell = str | int | None
Row = Sequence[Cell]
JSON = "release.json"


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str
    body: bytes


class Table(msgspec.Struct, frozen=True):
    """A table of a release: what it is called, its header, and its rows."""

    title: str
    header: tuple[str, ...]
    rows: Callable[[Index], Iterable[Row]]


def _scores(index: Index) -> Iterator[Row]:
    names = {measure.id: index.words(measure.name) for measure in index.measures}
    for cell in index.release.cells:
        levels = (cell.levels[0], cell.levels[-1]) if cell.levels else (None, None)
        yield (
            *_group(index, cell.group), names[cell.measure], cell.value, cell.bound, cell.low, cell.high, cell.answers,
            cell.effective, cell.level, *levels, cell.reason,
        )  # fmt: skip


def _changes(index: Index) -> Iterator[Row]:
    names = {measure.id: index.words(measure.name) for measure in index.measures}
    for one in index.release.changes:
        yield (
            *_group(index, one.group), names[one.measure], one.words, one.why, one.overlap, one.items,
            *_figure(one.before), *_figure(one.now), one.difference, one.margin, one.detectable,
        )  # fmt: skip


def _figure(side: Figure | None) -> tuple[Cell, ...]:
    return (side.value, side.low, side.high, side.answers) if side else (None,) * 4


def _priorities(index: Index) -> Iterator[Row]:
    for one in index.release.priorities:
        yield (
            *_group(index, one.group), index.question(one.item), index.option(one.item, one.option), one.value,
            one.low, one.high, one.answers, one.effective, one.reason,
        )  # fmt: skip


def _answers(index: Index) -> Iterator[Row]:
    """Of a large Trust they are tens of thousands, of a few questions: each is put in words once."""
    question, options = cache(index.question), cache(index.options)
    for one in index.release.items:
        head = (*_group(index, one.group), one.of, question(one.of), one.answers)
        if one.reason:
            yield (*head, None, *_share(None), one.reason)
        for share in one.shares:
            yield (*head, options(one.of, share.options), *_share(share), None)


def _unanswered(index: Index) -> Iterator[Row]:
    for one in index.release.rates:
        shares = (_share(one.dont_know), _share(one.not_applicable), _share(one.skipped))
        comparable = None if one.comparable is None else "yes" if one.comparable else "no"
        yield (
            *_group(index, one.group), one.item, index.question(one.item), one.asked, *shares[0], *shares[1],
             *shares[2], comparable, one.reason,
        )  # fmt: skip


def _group(index: Index, group_id: str) -> tuple[str, str]:
    group = index.groups[group_id]
    return group.name, group.kind


def _share(share: Share | None) -> tuple[Cell, ...]:
    return (share.value, share.bound, share.low, share.high) if share else (None,) * 4


_WHO = ("group", "kind")


def _four(name: str) -> tuple[str, ...]:
    return (name, f"{name}_bound", f"{name}_low", f"{name}_high")


TABLES = {
    "scores.csv": Table(
        "Scores",
        (*_WHO, "measure", "value", "bound", "low", "high", "answers", "effective", "level", "first_level",
         "last_level", "withheld_because"),
        _scores,
    ),
    "changes.csv": Table(
        "Changes",
        (*_WHO, "measure", "words", "not_comparable_because", "overlap_percent", "items", "before", "before_low",
         "before_high", "before_answers", "now", "now_low", "now_high", "now_answers", "difference", "margin",
         "smallest_detectable"),
        _changes,
    ),
    "priorities.csv": Table(
        "Priorities",
        (*_WHO, "question", "option", "points", "low", "high", "answers", "effective", "withheld_because"),
        _priorities,
    ),
    "answers.csv": Table(
        "Answers to each question",
        (*_WHO, "item", "question", "answers", "options", *_four("percent"), "withheld_because"),
        _answers,
    ),
    "unanswered.csv": Table(
        "“I don’t know” and “does not apply”",
        (*_WHO, "item", "question", "asked", *_four("dont_know_percent"),
         *_four("not_applicable_percent"), *_four("skipped_percent"), "comparable", "withheld_because"),
        _unanswered,
    ),
}  # fmt: skip
"""By the names of their files."""


def offered(index: Index) -> list[tuple[str, str]]:
    """Name and title of what there is to take away."""
    tables = [(name, table.title) for name, table in TABLES.items() if any(True for _ in table.rows(index))]
    return [*tables, (JSON, "Everything, as it is stored (JSON)")]


def make(index: Index, name: str) -> File:
    """One of the files. Raises NotFound."""
    if name == JSON:
        return File(f"{index.edition.round_id}-{name}", "application/json", index.result.document)
    if name not in TABLES:
        raise errors.NotFound("These results have no such file.")
    table = TABLES[name]
    return File(f"{index.edition.round_id}-{name}", "text/csv; charset=utf-8", _written(table, index))


def _written(table: Table, index: Index) -> bytes:
    """With the mark by which spreadsheets know UTF-8. What a spreadsheet could run as a formula stays text."""
    text, harmless = io.StringIO(newline=""), cache(sheets.harmless)
    writer = csv.writer(text)
    writer.writerow(table.header)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows(index))
    return text.getvalue().encode("utf-8-sig")
