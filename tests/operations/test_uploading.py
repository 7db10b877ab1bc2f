"""A staff list through the page's steps: each done once, by whoever works, and nothing personal left at the end."""

import asyncio
import csv
import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import xlsxwriter

from survey import errors, sealing
from survey.core.sheets import harmless
from survey.db import Database, Db
from survey.errors import BadInput
from survey.operations import digesting, spreadsheets, staffing, uploading
from survey.operations.staffing import Wishes
from survey.operations.telling import Side
from survey.operations.uploading import Sender
from survey.store import people, staff_imports
from survey.store.organisations import Organisation
from tests.conftest import SECRET

HEADER = "Employee Number,Division,Team,Staff Group,Email,NI Number\n"
ROWS = (
    "1,Surgery,Theatres,Medical and Dental,one@trust.example,QQ123456C",
    "2,Surgery,Recovery,Students,two@trust.example,QQ123457C",
)
SENDER = Sender("A. Manager", None)
COLUMNS: dict[Any, str] = {
    "employee_number": "Employee Number", "division": "Division", "team": "Team", "staff_group": "Staff Group",
    "email": "Email",
}  # fmt: skip
PERSONAL = (b"QQ12345", b"one@trust", b"Theatres")


def file(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows or ROWS)).encode()


def sheet(*rows: list[Any], name: str = "Staff", before: str | None = None) -> bytes:
    """A workbook with the rows on the sheet named, below another where one is to come before."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        if before:
            book.add_worksheet(before).write(0, 0, "Nothing here")
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return made.getvalue()


@pytest.fixture
def whose(organisation: Organisation) -> UUID:
    return organisation.organisation_id


class Desk(msgspec.Struct):
    """Somebody with a file and a worker behind them."""

    db: Db
    side: Side
    whose: UUID

    async def receive(self, data: bytes, name: str = "staff.csv") -> UUID:
        return await uploading.receive(self.db, self.whose, SENDER, name, io.BytesIO(data))

    async def work(self) -> int:
        done = 0
        while await digesting.work(self.db, self.side, sealing.signer(SECRET)):
            done += 1
        return done

    async def find(self, import_id: UUID) -> uploading.Import:
        return await uploading.find(self.db, self.whose, import_id)

    async def checked(self, data: bytes, wishes: Wishes | None = None, columns: dict[Any, str] | None = None) -> UUID:
        """A file as far as the dry run."""
        import_id = await self.receive(data)
        await self.work()
        await uploading.map_columns(self.db, self.whose, import_id, columns or COLUMNS, wishes or Wishes())
        await self.work()
        return import_id


@asynccontextmanager
async def _desk(database: Database, whose: UUID) -> AsyncIterator[Desk]:
    async with database.connection() as db:
        yield Desk(db, database.connection, whose)


async def _everything(db: Db) -> bytes:
    """All that the tables of imports hold."""
    rows = [*await db.fetch("select * from staff_import"), *await db.fetch("select * from staff_import_part")]
    return b"".join(value if isinstance(value, bytes) else repr(value).encode() for row in rows for value in row)


async def test_step_by_step(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.receive(file())
        assert (await desk.find(import_id)).state == "received"
        assert await desk.work() == 1
        told = uploading.described(await desk.find(import_id))
        assert (told.sheets, told.rows, told.header[0]) == ((), 2, "Employee Number")
        guess = await uploading.remembered(desk.db, whose, told.header)
        assert guess.columns == COLUMNS
        await uploading.map_columns(desk.db, whose, import_id, guess.columns, Wishes())
        assert await desk.work() == 1
        found = await desk.find(import_id)
        seen = uploading.outcome(found)
        assert seen is not None and found.state == "checked"
        assert (seen.counts.new, seen.counts.rejected, seen.counts.units) == (2, 0, 3)
        assert [one.unit for one in seen.differences] == ["Surgery > Theatres", "Surgery > Recovery"]
        assert await people.known(desk.db, whose) == []
        assert "new,1,Surgery > Theatres," in await uploading.differences(desk.db, whose, import_id)
        for _ in range(2):
            await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        assert await desk.work() == 1
        assert (await desk.find(import_id)).state == "applied"
        await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        assert await desk.work() == 0
        assert len(await people.known(desk.db, whose)) == 2
        entry = await desk.db.fetchrow("select action, subject, details from audit_entry")
        assert (entry["action"], entry["subject"]) == ("staff.import", str(import_id))
        left = await _everything(desk.db)
        assert not [word for word in PERSONAL if word in left]
        with pytest.raises(errors.NotFound):
            await uploading.differences(desk.db, whose, import_id)


async def test_the_same_bytes_twice_are_one_import_until_it_is_over(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk, database.connection() as other:
        twice = await asyncio.gather(
            desk.receive(file()), uploading.receive(other, whose, SENDER, "copy.csv", io.BytesIO(file()))
        )
        assert len(set(twice)) == 1
        await uploading.discard(desk.db, whose, twice[0])
        assert await desk.receive(file()) != twice[0]


async def test_two_workers_do_each_step_once(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk, _desk(database, whose) as another:
        import_id = await desk.checked(file())
        await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        assert sum(await asyncio.gather(desk.work(), another.work())) == 1
        assert len(await people.known(desk.db, whose)) == 2


async def test_a_worker_that_dies_leaves_its_step_to_the_next_and_is_not_followed_for_ever(
    database: Database, whose: UUID
) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.receive(file())
        for _ in range(digesting.MOST_ATTEMPTS):
            assert await staff_imports.take(desk.db, timedelta(seconds=30)) is not None
            assert await staff_imports.take(desk.db, timedelta(seconds=30)) is None, "somebody is at it"
            await desk.db.execute("update staff_import set worked_on_until = survey_now() - interval '1 second'")
        assert await desk.work() == 1
        found = await desk.find(import_id)
        assert found.state == "failed"
        assert "more memory or time" in (found.failure or "")


async def test_what_was_checked_is_what_is_applied(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.checked(file())
        await staffing.apply(desk.db, whose, file(ROWS[0]), Wishes())
        await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        await desk.work()
        found = await desk.find(import_id)
        seen = uploading.outcome(found)
        assert seen is not None and found.state == "checked"
        assert "has changed since this file was checked" in (found.failure or "")
        assert (seen.counts.new, seen.counts.unchanged) == (1, 1)
        await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        await desk.work()
        assert (await desk.find(import_id)).state == "applied"


async def test_rejected_rows_stop_it_unless_they_are_left_out(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.checked(file(*ROWS, "3,Surgery,Theatres,=cmd|' /C calc'!A0,three@trust.example,"))
        seen = uploading.outcome(await desk.find(import_id))
        assert seen is not None and (seen.counts.rejected, seen.mistakes_in_all) == (1, 1)
        told = list(csv.reader(io.StringIO(await uploading.mistakes(desk.db, whose, import_id))))
        assert told[1][0] == "Row 4, column “Staff Group”"
        with pytest.raises(BadInput):
            await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        await uploading.apply(desk.db, whose, import_id, skip_rejected=True)
        await desk.work()
        assert (await desk.find(import_id)).state == "applied"


async def test_a_refusal_while_applying_is_told_and_changes_nothing(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        data = file(*ROWS, ",Surgery,Theatres,Students,three@trust.example,")
        import_id = await desk.checked(data, Wishes(leavers=True))
        await uploading.apply(desk.db, whose, import_id, skip_rejected=True)
        await desk.work()
        found = await desk.find(import_id)
        assert found.state == "checked"
        assert "Who has left cannot be told" in (found.failure or "")


async def test_ten_thousand_bad_rows(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.checked(file(*(f"{n},Surgery,Ward,Nurses,,\t@SUM(1)" for n in range(10_000))))
        seen = uploading.outcome(await desk.find(import_id))
        assert seen is not None
        assert (seen.counts.rejected, seen.mistakes_in_all, len(seen.mistakes)) == (10_000, 20_000, uploading.SHOWN)
        told = list(csv.reader(io.StringIO(await uploading.mistakes(desk.db, whose, import_id))))
        assert len(told) == 20_001
        assert all(cell == harmless(cell) for row in told for cell in row)


async def test_columns_that_make_no_list_are_refused_at_once(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.receive(file())
        await desk.work()
        with pytest.raises(BadInput, match="no column for staff group"):
            await uploading.map_columns(desk.db, whose, import_id, {"employee_number": "Employee Number"}, Wishes())
        assert (await desk.find(import_id)).state == "described"


async def test_the_mapping_is_remembered_for_a_file_that_has_its_columns(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        columns = {**COLUMNS, "employee_number": "NI Number"}
        import_id = await desk.checked(file(), columns=columns)
        await uploading.apply(desk.db, whose, import_id, skip_rejected=False)
        await desk.work()
        header = HEADER.strip().split(",")
        assert (await uploading.remembered(desk.db, whose, [*header, "Site"])).columns == columns
        assert "site" in (await uploading.remembered(desk.db, whose, [*header[:-1], "Site"])).columns


async def test_what_nobody_goes_on_with_is_forgotten(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.checked(file())
        await desk.db.execute("update deployment set clock_offset = interval '25 hours'")
        assert not await digesting.any_waiting(desk.db)
        assert (await desk.find(import_id)).state == "expired"
        left = await _everything(desk.db)
        assert not [word for word in PERSONAL if word in left]
        with pytest.raises(errors.Refused, match="Upload the file again"):
            await uploading.map_columns(desk.db, whose, import_id, COLUMNS, Wishes())


async def test_nothing_is_left_of_a_file_without_one_good_row(database: Database, whose: UUID) -> None:
    """Nor is everything that is wrong in it told as the reason why it was not applied: there is a file of that."""
    async with _desk(database, whose) as desk:
        import_id = await desk.checked(file("1,Surgery,Theatres,Mx Nobody of Ward 7,one@trust.example,"))
        await uploading.apply(desk.db, whose, import_id, skip_rejected=True)
        await desk.work()
        found = await desk.find(import_id)
        assert found.state == "checked"
        assert (found.failure or "").startswith("The file: it has no row that can be used.")
        assert "Nobody" not in (found.failure or "")
        await desk.db.execute("update staff_import set failure = 'of Mx Nobody'")
        await desk.db.execute("update deployment set clock_offset = interval '25 hours'")
        assert not await digesting.any_waiting(desk.db)
        assert b"Nobody" not in await _everything(desk.db)


async def test_organisations_keep_apart(database: Database, whose: UUID) -> None:
    async with _desk(database, whose) as desk:
        import_id = await desk.receive(file())
        with pytest.raises(errors.NotFound):
            await uploading.find(desk.db, sealing.random_id(), import_id)


async def test_the_history_goes_back_page_by_page(db: Db, whose: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "PAGE", 2)
    for number in range(5):
        answer = await staffing.apply(db, whose, file(*ROWS[: 1 + number % 2]), Wishes())
        await uploading.note_applied(db, whose, "command line", f"list {number}.csv", b"", answer)
    seen: list[str] = []
    before: tuple[datetime, UUID] | None = None
    for _ in range(3):
        lines = await uploading.history(db, whose, before)
        seen += [line.file_name for line in lines[:2]]
        before = (lines[min(1, len(lines) - 1)].received_at, lines[min(1, len(lines) - 1)].import_id)
    assert seen == [f"list {number}.csv" for number in (4, 3, 2, 1, 0)]


# Spreadsheets


async def test_a_spreadsheet_by_its_first_sheet_with_people_or_another(database: Database, whose: UUID) -> None:
    header = HEADER.strip().split(",")
    async with _desk(database, whose) as desk:
        data = sheet(header, ["00123", "Surgery", "Theatres", "Students", "a@b.example", ""], before="Cover")
        import_id = await desk.receive(data, "staff.xlsx")
        await desk.work()
        found = await desk.find(import_id)
        assert (found.sheet, uploading.described(found).sheets) == ("Staff", ("Cover", "Staff"))
        await uploading.choose_sheet(desk.db, whose, import_id, "Cover")
        await desk.work()
        found = await desk.find(import_id)
        assert (found.state, found.failure, found.sheet) == ("described", None, "Cover")
        assert uploading.described(found).wrong == (
            "The sheet “Cover”: it has one row only: the first row names the columns, and people follow below it."
        )


async def test_every_month_the_sheet_is_opened_whose_columns_are_those_of_the_last_list(
    database: Database, whose: UUID
) -> None:
    """Not a cover page, though it has rows, nor a list that looks more like one by the names of its columns."""
    people = [["No.", "Grade", "Where"], ["00123", "Students", "Surgery"]]
    cover = [["Staff in post", ""], ["Run on", "1 April"], ["By", "Workforce"]]
    leavers = [["Employee Number", "Staff Group", "Unit Path"], ["77", "Students", "Surgery"]]
    wishes = Wishes({"employee_number": "No.", "staff_group": "Grade", "unit": "Where"}, allow_unreachable=True)
    async with _desk(database, whose) as desk:
        await staffing.apply(desk.db, whose, workbook(List=people), wishes)
        import_id = await desk.receive(workbook(Cover=cover, Leavers=leavers, List=people), "staff.xlsx")
        await desk.work()
        found = await desk.find(import_id)
        assert (found.sheet, uploading.described(found).header) == ("List", ("No.", "Grade", "Where"))
        other = await desk.receive(workbook(Cover=cover, Names=leavers), "other.xlsx")
        await desk.work()
        assert (await desk.find(other)).sheet == "Names", "by the names of its columns, where nothing is as before"
        last = await desk.receive(workbook(Cover=cover, More=cover), "neither.xlsx")
        await desk.work()
        assert (await desk.find(last)).sheet == "Cover", "and else the first"
        allowed = Wishes(allow_unreachable=True)
        assert (await staffing.preview(desk.db, whose, workbook(Cover=cover, List=people), allowed)).changes.nothing


def workbook(**sheets: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return made.getvalue()


def test_cells_are_read_as_people_see_them() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet()
        page.write_row(2, 1, ["Name", "Value"])
        values = [
            (123, "123"), (123.0, "123"), (1.5, "1.5"), ("00123", "00123"), (True, "yes"), (False, "no"),
            (12345678901, "12345678901"), (-4, "-4"),
        ]  # fmt: skip
        for number, (value, _) in enumerate(values):
            page.write(3 + number, 1, value)
        page.write_formula(11, 1, "=1+1", None, 44)
        page.write_datetime(12, 1, date(2026, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_datetime(
            13, 1, datetime.fromisoformat("2026-03-01T09:30"), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        )
        page.write_formula(14, 2, "=1/0", None, "#DIV/0!")
    table = spreadsheets.read(made.getvalue()).table
    expected = [told for _, told in values] + ["44", "2026-03-01", "2026-03-01T09:30:00"]
    assert [row.cells[-2] for row in table.rows] == expected
    assert [row.number for row in table.rows] == list(range(4, 15))


def _archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def _bomb(unpacked: int) -> bytes:
    return _archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * unpacked})


def _lying(data: bytes) -> bytes:
    """The same archive, which says of every member that it holds ten bytes."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place : at + place + 4] = struct.pack("<I", 10)
            at = changed.find(mark, at + 4)
    return bytes(changed)


REFUSED = {
    "a bomb": (_bomb(3_000_000), "unpacks to far more"),
    "a bomb that lies": (_lying(_bomb(3_000_000)), "unpacks to far more"),
    "many members": (_archive({f"xl/{n}": b"" for n in range(2_100)} | {"xl/workbook.xml": b""}), "far more"),
    "a document": (_archive({"word/document.xml": b"<x/>"}), "neither a CSV file nor a spreadsheet"),
    "cut short": (sheet(["a"], ["b"])[:-40], "damaged"),
    "no archive": (b"PK\x03\x04" + b"x" * 400, "damaged"),
    "bzip2": (_archive({"xl/workbook.xml": b"<x/>"}, zipfile.ZIP_BZIP2), "packed in a way"),
    "no sheet in it": (_archive({"xl/workbook.xml": b"<x/>"}), "cannot be read as a spreadsheet"),
    "an old one": (b"\xd0\xcf\x11\xe0" + b"x" * 400, "old kind (XLS), or one with a password"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_spreadsheet_or_would_fill_the_memory_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "UNPACKED", 2_000_000)
    data, said = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        spreadsheets.read(data)
    assert said in str(refused.value)


def test_a_real_bomb_is_refused_before_it_fills_anything() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = [packer.compress(b"\0" * 1_000_000) for _ in range(400)]
    packed = b"".join([*pieces, packer.flush()])
    name = b"xl/workbook.xml"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0) + name
    central = struct.pack(
        "<4s4B4H3L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), len(local) + len(packed), 0)
    with pytest.raises(BadInput, match="unpacks to far more"):
        spreadsheets.read(local + packed + central + name + end)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("", b"", "has not been chosen"),
        ("empty.csv", b"", "is empty"),
        ("list.pdf", b"%PDF-1.7", "neither a CSV file nor a spreadsheet"),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1", "neither a CSV file nor a spreadsheet"),
    ],
)
async def test_what_is_certainly_no_list_is_not_kept(db: Db, whose: UUID, name: str, data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        await uploading.receive(db, whose, SENDER, name, io.BytesIO(data))
    assert await uploading.history(db, whose) == []


async def test_a_file_that_is_too_large_is_not_kept(db: Db, whose: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="larger than"):
        await uploading.receive(db, whose, SENDER, "x.csv", io.BytesIO(b"a" * 101))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\me\\staff.csv", "staff.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00.csv", "ab.csv"),
        ("x" * 200 + ".csv", "x" * 60 + "…" + "x" * 26 + ".csv"),
    ],
)
def test_a_file_keeps_a_name_that_can_be_shown(given: str, kept: str) -> None:
    assert uploading._short(given) == kept
