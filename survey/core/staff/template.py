"""A staff list to fill in: its columns, and two rows that show what goes where; as a spreadsheet, too.

The spreadsheet is the smallest that is one. Every cell is text, so that Excel keeps the noughts at which numbers begin.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

HEADER = ("Employee number", "Division", "Team", "Staff group", "Clinical", "Site", "E-mail", "Mobile", "Language")
ROWS = (
    ("00123", "Surgery", "Theatres", "Nursing and Midwifery Registered", "", "Main", "a.nurse@trust.example", "", ""),
    ("00124", "Finance", "Payroll", "Administrative and Clerical", "no", "Main", "", "07700 900123", "cy"),
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Staff list" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    "</styleSheet>",
}
_TEXT, _BOLD = 1, 2
"""Styles, by their place."""


def workbook(header: Sequence[str] = HEADER, rows: Iterable[Sequence[str]] = ROWS) -> bytes:
    """An XLSX file, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", _sheet(header, rows))):
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, _XML + content)
    return packed.getvalue()


def _sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(1, header, _BOLD), *(_row(number, row, _TEXT) for number, row in enumerate(rows, start=2))]
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(header)}" width="24" style="{_TEXT}" customWidth="1"/></cols>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _row(number: int, cells: Sequence[str], style: int) -> str:
    told = (
        f'<c r="{chr(ord("A") + place)}{number}" t="inlineStr" s="{style}"><is><t>{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{"".join(told)}</row>'
