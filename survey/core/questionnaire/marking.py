"""Mistakes beside the lines that they are about: where in the text each of the reader's problems stands."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from survey.errors import Problem

_LINE = re.compile(r"\bline (\d+)")
_HEADING = re.compile(r"\s*\[")
AROUND = 2
"""Lines shown before and after one with a mistake."""


class Line(NamedTuple):
    """A line of the text with what is wrong on it. Without a number it stands for lines that are left out."""

    number: int | None
    text: str
    problems: tuple[Problem, ...] = ()


def place(text: str, problem: Problem) -> int | None:
    """The number of the line that a problem is about; None where that cannot be told. A problem of an item or a page
    says the line on which that begins: the key it names is looked for from there."""
    return _at(text.split("\n"), problem)


def _at(lines: list[str], problem: Problem) -> int | None:
    entry, *keys = [part.strip() for part in problem.place.split(",")]
    told = _LINE.search(problem.place)
    if problem.place.startswith("line ") and told:
        return _within(lines, int(told[1]))
    if problem.place == "the end of the file":
        return len(lines)
    if told:
        begins = int(told[1])
        return _key(lines, begins, keys[:1]) or _within(lines, begins)
    return _key(lines, 0, [entry]) or _headed(lines, entry, keys)


def _within(lines: list[str], number: int) -> int | None:
    return number if 1 <= number <= len(lines) else None


def _key(lines: list[str], begins: int, keys: list[str]) -> int | None:
    """The first line after `begins` that sets a key, before the next heading."""
    for number, line in enumerate(lines[begins:], begins + 1):
        if _HEADING.match(line):
            return None
        if keys and re.match(rf"\s*[\"']?{re.escape(keys[0])}[\"']?\s*[.=]", line):
            return number
    return None


def _headed(lines: list[str], table: str, keys: list[str]) -> int | None:
    """The line of a key in a [table], or of the table's heading."""
    for number, line in enumerate(lines, 1):
        if re.match(rf"\s*\[{{1,2}}\s*[\"']?{re.escape(table)}[\"']?\s*[\].]", line):
            return _key(lines, number, keys[:1]) or number
    return None


def marked(text: str, problems: Iterable[Problem]) -> list[Line]:
    """The lines with mistakes, and some around each, in their order. Problems without a line are not among them."""
    lines = text.split("\n")
    at: dict[int, list[Problem]] = {}
    for problem in problems:
        number = _at(lines, problem)
        if number is not None:
            at.setdefault(number, []).append(problem)
    shown = sorted(
        {near for number in at for near in range(number - AROUND, number + AROUND + 1) if 1 <= near <= len(lines)}
    )
    found: list[Line] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            found.append(Line(None, ""))
        found.append(Line(number, lines[number - 1], tuple(at.get(number, ()))))
    return [*found, Line(None, "")] if shown and shown[-1] < len(lines) else found
