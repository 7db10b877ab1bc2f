"""Cells for spreadsheets: text that a spreadsheet would run as a formula is made to stay text."""

import re

_PHONE = re.compile(r"\+\d{6,15}", re.ASCII)
_STARTS = "=+-@\t\r\n\0＝＋－＠"


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet might take it for a formula. Telephone numbers in
    international form pass: they are digits and would be worth nothing with an apostrophe."""
    if cell[:1] and cell[0] in _STARTS and not _PHONE.fullmatch(cell):
        return "'" + cell.replace("\0", "")
    return cell.replace("\0", "")
