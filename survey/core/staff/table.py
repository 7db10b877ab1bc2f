"""A file as rows of cells, numbered as a spreadsheet numbers them.

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

_SAVE_AS = "In Excel choose File, Save As, “Excel Workbook” or “CSV UTF-8 (Comma delimited)”."


class Row(msgspec.Struct, frozen=True):
    """`number` is the row's number in a spreadsheet; a cell with line breaks in it does not change the count."""

    number: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True):
    """The names of the columns, and the rows below them that are not empty. `doubt`: what is to be looked at, where the
    file does not say how its letters were saved."""

    header: tuple[str, ...]
    rows: list[Row]
    doubt: str = ""


def _refusal(what: str, mend: str = "") -> BadInput:
    return BadInput([Problem("The file", what, mend)])


def check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise _refusal(f"it is larger than {MOST_BYTES // 1_000_000} MB.", "Leave out columns that are not needed.")


def check_kind(head: bytes) -> None:
    """Says no to what is certainly neither CSV nor XLSX, by how it begins."""
    if head.startswith(_OTHERS):
        raise _refusal("it is neither a CSV file nor a spreadsheet of the kind XLSX.", _SAVE_AS)


_OTHERS = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"<!DOCTYPE",
    b"<html",
)
"""How other kinds of file begin: old spreadsheets, PDF, pictures, RTF, web pages."""
_PACKED = b"PK\x03\x04"
_GUESSED = "The file does not say how its letters were saved. It was read as Windows-1252: check names with accents."


def decode(data: bytes) -> tuple[str, str]:
    """The file's text, and a doubt about it where there is one: UTF-8 or UTF-16, else Windows-1252 as older Excels save
    it. Raises BadInput for what is no text."""
    check_size(len(data))
    check_kind(data)
    if data.startswith(_PACKED):
        raise _refusal("it is a packed file, not text.", _SAVE_AS)
    try:
        return data.decode(_encoding(data)), ""
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(f"it is not text (line {line} shows it).", _SAVE_AS) from None
    if "\0" in text:
        raise _refusal("it is not text.", _SAVE_AS)
    return text, _GUESSED


def _encoding(data: bytes) -> str:
    """By its mark; without one, a zero beside the first letter tells UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) > 1 and data[0] and not data[1]:
        return "utf-16-le"
    return "utf-16-be" if len(data) > 1 and data[1] and not data[0] else "utf-8-sig"


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
    """A CSV file's table. Raises BadInput when it cannot be read as one."""
    text, doubt = decode(data)
    delimiter = _delimiter(text)
    if text.startswith("sep=") and len(text) > 4:
        delimiter, text = text[4], text.partition("\n")[2]
    return made(list(_records(text, delimiter)), doubt)


def made(rows: list[Row], doubt: str = "") -> Table:
    """The table of a file's rows, which have something in them. Raises BadInput where they are none or too many."""
    if not rows:
        raise _refusal("it is empty.")
    if len(rows) == 1:
        raise _refusal("it has one row only: the first row names the columns, and people follow below it.")
    if len(rows) - 1 > MOST_ROWS:
        raise _refusal(f"it has more than {MOST_ROWS:,} rows.", "Import it for one organisation at a time.")
    return Table(tuple(" ".join(name.split()) for name in rows[0].cells), rows[1:], doubt)
