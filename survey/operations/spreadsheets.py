"""A staff list's file, CSV or XLSX, as a table, and a spreadsheet to fill in.

A spreadsheet is unpacked once under limits before anything parses it.

Formulas are read as the values that were saved with them; macros are never looked at.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
import python_calamine
import xlsxwriter

from survey.core.staff import table
from survey.core.staff.table import Row, Table
from survey.errors import BadInput, Problem

UNPACKED = 300_000_000
"""Bytes that everything in a spreadsheet may unpack to: 200,000 people with twenty columns take some 250 MB."""
MOST_MEMBERS = 2_000
_PIECE = 1_000_000
_PACKED = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SAVE_AS = "In Excel choose File, Save As, “Excel Workbook”, and give it no password."
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - what spreadsheets hold has no zone
_Cell = int | float | str | bool | date | datetime | time | timedelta


class File(msgspec.Struct, frozen=True):
    """`sheets` are the names of a spreadsheet's sheets, none of a CSV file's; `sheet` the one that was read."""

    table: Table
    sheets: tuple[str, ...] = ()
    sheet: str | None = None


class Unusable(BadInput):
    """One sheet of several is no staff list. `sheets` are all of them, `sheet` the one that was read."""

    def __init__(self, bad: BadInput, sheets: tuple[str, ...], sheet: str) -> None:
        super().__init__([Problem(f"The sheet “{sheet[:60]}”", one.what, one.mend) for one in bad.problems])
        self.sheets, self.sheet = sheets, sheet


Suits = Callable[[Sequence[str]], int]
"""Of a header: the higher, the better its sheet."""


def _alike(header: Sequence[str]) -> int:
    return 0


def read(data: bytes, sheet: str | None = None, suits: Suits = _alike) -> File:
    """The file's table: of a spreadsheet the sheet with people in it that suits best, the first of several, unless one
    is named. Raises BadInput, and of it Unusable where another sheet may do."""
    table.check_size(len(data))
    if data.startswith(_OLD):
        raise _refusal("it is a spreadsheet of the old kind (XLS), or one with a password.")
    if not data.startswith(_PACKED):
        return File(table.read(data))
    _unpacks_within_limits(data)
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            return _from(book, sheet, suits)
    except (python_calamine.CalamineError, OSError, ValueError):
        raise _refusal("it cannot be read as a spreadsheet.") from None


def _refusal(what: str, mend: str = _SAVE_AS) -> BadInput:
    return BadInput([Problem("The file", what, mend)])


def _from(book: python_calamine.CalamineWorkbook, wanted: str | None, suits: Suits) -> File:
    names = tuple(meta.name for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet)
    if not names:
        raise _refusal("it has no sheet.")
    if wanted is not None and wanted not in names:
        raise BadInput(
            [Problem("The sheet", f"there is none called “{wanted[:60]}”.", f"There is {', '.join(names)}.")]
        )
    name = wanted or _likeliest(book, names, suits)
    rows = list(_rows(book.get_sheet_by_name(name)))
    try:
        return File(table.made(rows), names, name)
    except BadInput as bad:
        raise Unusable(bad, names, name) if len(names) > 1 else bad from None


def _likeliest(book: python_calamine.CalamineWorkbook, names: tuple[str, ...], suits: Suits) -> str:
    """Of a file with one sheet nothing is read twice."""
    if len(names) == 1:
        return names[0]
    found = [(name, suits(_header(sheet))) for name in names if (sheet := book.get_sheet_by_name(name)).height > 1]
    return max(found, key=lambda one: one[1], default=(names[0], 0))[0]


def _header(sheet: python_calamine.CalamineSheet) -> Sequence[str]:
    return next((row.cells for row in _rows(sheet)), ())


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    """Numbered as on the screen, also where the sheet begins further down."""
    first = sheet.start[0] if sheet.start else 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number <= first and not any(cells):
            continue
        told = [_text(cell) for cell in cells]
        if any(cell and not cell.isspace() for cell in told):
            yield Row(number, told)


def _text(cell: _Cell) -> str:
    """A cell as people see it: whole numbers without a point, days without a time, yes and no."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _unpacks_within_limits(data: bytes) -> None:
    """Unpacks every member, counting and keeping nothing. What the archive says of its sizes is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise _refusal("it is damaged.") from None
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise _refusal("it is neither a CSV file nor a spreadsheet of the kind XLSX.")
    left = UNPACKED
    for place, member in enumerate(members):
        if place == MOST_MEMBERS:
            left = -1
        for size in _sizes(data, member):
            left -= size
            if left < 0:
                raise _refusal("it unpacks to far more than a staff list can be.", "Save it again from Excel as CSV.")


def _sizes(data: bytes, member: zipfile.ZipInfo) -> Iterator[int]:
    if member.flag_bits & 1 or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refusal("it is packed in a way that is not read here.")
    try:
        *_, name, extra = _LOCAL_HEADER.unpack_from(data, member.header_offset)
    except struct.error:
        raise _refusal("it is damaged.") from None
    start = member.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield len(packed)
        return
    yield from _inflated(bytes(packed))


def _inflated(packed: bytes) -> Iterator[int]:
    unpacker = zlib.decompressobj(-15)
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail
            yield len(piece)
            if not piece and not packed:
                return
    except zlib.error:
        raise _refusal("it is damaged.") from None


def written(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet of one sheet, the same bytes each time. Every cell is text, so that Excel keeps the noughts at the
    beginning of numbers."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"created": _LONG_AGO})
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(header) - 1, 24, text)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate((header, *rows)):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text if number else bold)
    return packed.getvalue()
