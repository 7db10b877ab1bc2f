"""A CSV file as rows of cells, numbered as a spreadsheet numbers them.

Messages never repeat what stands in the file: a column nobody mapped may hold anything.
"""

import csv
import io
from collections.abc import Iterator

import msgspec

from survey.errors import BadInput, Problem

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
DELIMITERS = ",;\t"

_SAVE_AS = "In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”."


class Row(msgspec.Struct, frozen=True):
    """`number` is the row's number in a spreadsheet; a cell with line breaks in it does not change the count."""

    number: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True):
    """The names of the columns, and the rows below them that are not empty."""

    header: tuple[str, ...]
    rows: list[Row]


def _refusal(what: str, mend: str = "") -> BadInput:
    return BadInput([Problem("The file", what, mend)])


def _check_kind(data: bytes) -> None:
    """Says no to what is certainly not a CSV in UTF-8, in terms of how it was saved."""
    if len(data) > MOST_BYTES:
        raise _refusal(f"it is larger than {MOST_BYTES // 1_000_000} MB.", "Leave out columns that are not needed.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refusal("it is a spreadsheet, not a CSV file.", _SAVE_AS)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise _refusal("it is saved as UTF-16 (“Unicode text”).", _SAVE_AS)


def decode(data: bytes) -> str:
    """The file's text. Raises BadInput for every encoding but UTF-8, with or without its mark."""
    _check_kind(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise _refusal(
        f"it is not saved as UTF-8 (line {line} shows it; Windows-1252 is the usual reason).", _SAVE_AS
    ) from None


def _delimiter(text: str) -> str:
    """The mark that separates the names of the columns, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _records(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(number, cells)
    except csv.Error:
        raise BadInput(
            [
                Problem(
                    f"Row {number + 1}",
                    "it has a quotation mark that is never closed, or text after a closing one.",
                    "A quotation mark inside a cell is written twice.",
                )
            ]
        ) from None


def read(data: bytes) -> Table:
    """The file's table. Raises BadInput when it cannot be read as one."""
    text = decode(data)
    delimiter = _delimiter(text)
    if text.startswith("sep=") and len(text) > 4:
        delimiter, text = text[4], text.partition("\n")[2]
    rows = list(_records(text, delimiter))
    if not rows:
        raise _refusal("it is empty.")
    if len(rows) == 1:
        raise _refusal("it has one row only: the first row names the columns, and people follow below it.")
    if len(rows) - 1 > MOST_ROWS:
        raise _refusal(f"it has more than {MOST_ROWS:,} rows.", "Import it for one organisation at a time.")
    return Table(tuple(" ".join(name.split()) for name in rows[0].cells), rows[1:])
