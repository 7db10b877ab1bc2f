"""TOML text to plain values, with bounds on what is tried at all, and the line on which each entry of a list begins."""

import re
import tomllib

from survey.errors import BadInput, Problem

MOST_BYTES = 1_000_000
MOST_IN_A_LINE = 20_000
MOST_DOTS = 500
"""In one line: tomllib takes time that grows with the square of a dotted key's length."""
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SPOKEN = {
    "Cannot overwrite a value": "the same key is written twice here.",
    "Cannot mutate immutable namespace": "this adds to a table that was already complete.",
}


def parse(text: str) -> dict[str, object]:
    """The file's values. Raises BadInput where it is too large, or is not TOML: nothing can be read beyond that."""
    _bound(text)
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput([_told(str(error))]) from None
    except RecursionError:
        raise BadInput([Problem("the file", "brackets are nested too deeply.", "Close them sooner.")]) from None
    except ValueError as error:
        raise BadInput([Problem("the file", f"a value cannot be read: {error}.", "Mend that value.")]) from None


def _bound(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise BadInput([Problem(f"line {line}", "half a character stands here.", "Delete it.")]) from None
    if size > MOST_BYTES:
        raise BadInput([Problem("the file", f"it has {size:,} bytes; {MOST_BYTES:,} are the most.", "Shorten it.")])
    problems = [
        Problem(f"line {number}", "this line is too long to be read.", "Break it into several.")
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > MOST_IN_A_LINE or line.count(".") > MOST_DOTS
    ]
    if problems:
        raise BadInput(problems)


def _told(message: str) -> Problem:
    found = _PLACE.search(message)
    what = message[: found.start()] if found else message
    place = f"line {found[1]}, column {found[2]}" if found and found[1] else "the end of the file"
    plain = _SPOKEN.get(what, f"this is not TOML: {what[:1].lower()}{what[1:]}.")
    return Problem(place, plain, "Mend this first; the rest is read after it.")


def lines(text: str, key: str, count: int) -> list[int | None]:
    """The line of each [[key]] heading; all None where they cannot be told from headings inside a long text."""
    heading = re.compile(rf"^[ \t]*\[\[[ \t]*[\"']?{key}[\"']?[ \t]*\]\]", re.MULTILINE)
    found = [text.count("\n", 0, match.start()) + 1 for match in heading.finditer(text)]
    return list(found) if len(found) == count else [None] * count
