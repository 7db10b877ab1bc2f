"""The pages of the staff list: what they ask of the database, what they refuse, what they never show."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
import pytest_asyncio
import xlsxwriter
from lxml import html

from survey import sealing
from survey.app import doorway
from survey.core.staff import table
from survey.operations import arranging, correcting, digesting, signing_in, spreadsheets, staffing
from survey.pages.staffing import tree
from survey.sealing import KeyRing
from tests import cast, published
from tests.conftest import SECRET, STANDING, Cluster
from tests.published import Stage
from tests.recorder import MOST_QUERIES, recorded

WHOSE = STANDING.organisation_id
ATTACK = '<img src=x onerror=alert(1)> "{{7*7}}"'
CELL = '=HYPERLINK("http://x")'


class Desk(msgspec.Struct, frozen=True):
    """Somebody who manages rounds, at their browser, and a worker behind the service."""

    stage: Stage
    client: httpx.AsyncClient
    secret: str

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.client.post(path, data={"csrf": signing_in.form_token(self.secret), **form})

    async def upload(self, data: bytes, name: str = "staff.csv", csrf: str | None = None) -> httpx.Response:
        form = {"csrf": signing_in.form_token(self.secret) if csrf is None else csrf}
        return await self.client.post("/staff/imports", data=form, files={"file": (name, data)})

    async def work(self) -> None:
        database = self.stage.database
        async with database.connection() as db:
            while await digesting.work(db, database.connection, sealing.signer(SECRET)):
                pass

    async def units(self) -> dict[str, str]:
        async with self.stage.database.connection() as db:
            forest = await arranging.forest(db, WHOSE)
        return {" > ".join(forest.paths[place.id]): place.id for place in forest.places}

    async def person(self, number: str) -> UUID:
        async with self.stage.database.connection() as db:
            return (await correcting.search(db, WHOSE, number, leavers=True))[0].person_id


def staff_list(*rows: str) -> bytes:
    return ("Employee Number,Division,Team,Staff Group,Email Address\n" + "\n".join(rows)).encode()


@pytest_asyncio.fixture(scope="module")
async def desk(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Of a Trust with sixty people in a round that is open, and one unit with an attack for a name."""
    folder = tmp_path_factory.mktemp("staffing")
    async with published.staged(cluster, template, folder) as stage:
        async with stage.database.connection() as db:
            await cast.launched(db, KeyRing(folder, b"k" * 32), STANDING)
            attacked = f'"{ATTACK.replace(chr(34), chr(34) * 2)}"'
            row = f"900,Care,{attacked},Students,x@trust.example"
            await staffing.apply(db, WHOSE, staff_list(row), staffing.Wishes(columns={"site": ""}))
            secret = await signing_in.sign_in(db, await signing_in.invite(db, WHOSE, "manager"))
        transport = httpx.ASGITransport(app=stage.app)
        cookie = {"cookie": f"__Host-session={secret}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="https://survey.trust.example", headers=cookie
        ) as client:
            yield Desk(stage, client, secret)


def _words(answer: httpx.Response) -> str:
    return " ".join(html.document_fromstring(answer.text).find(".//main").text_content().split())


async def _checked(desk: Desk, data: bytes) -> str:
    """The address of an import that has been checked, its columns taken as they were recognised."""
    sent = await desk.upload(data)
    assert sent.status_code == 303, _words(sent)
    await desk.work()
    address: str = sent.headers["location"]
    await _map(desk, address)
    await desk.work()
    return address


async def _map(desk: Desk, address: str) -> None:
    form = html.document_fromstring((await desk.get(address)).text)
    chosen = {
        select.get("name"): select.xpath("string(option[@selected]/@value)")
        for select in form.xpath("//select[starts-with(@name, 'column-')]")
    }
    assert (await desk.post(f"{address}/columns", **chosen)).status_code == 303


async def test_of_a_worker_that_has_died_an_import_s_page_says_nothing(desk: Desk) -> None:
    sent = (await desk.upload(staff_list("4,Care,Ward 1,Students,d@b.example"))).headers["location"]
    async with desk.stage.database.connection() as db:
        query = "update staff_import set progress = $1, worked_on_until = survey_now() + $2 where import_id = $3"
        for seconds, says in ((20, True), (-1, False)):
            progress = '{"what": "Checking rows", "done": 3, "of": 4}'
            await db.execute(query, progress, timedelta(seconds=seconds), UUID(sent.rpartition("/")[2]))
            page = await desk.get(sent)
            assert ("Checking rows: 3 of 4" in _words(page), 'value="75"' in page.text) == (says, says)
            assert ("Waiting to begin" in _words(page)) != says
    await desk.post(f"{sent}/discard")


async def test_every_page_asks_a_few_questions_however_much_there_is(desk: Desk) -> None:
    units, person = await desk.units(), await desk.person("10001")
    ward = units["Care > Ward 1"]
    address = await _checked(desk, staff_list("1,Care,Ward 1,Students,a@b.example", "2,Care,,Nurses,"))
    waiting = (await desk.upload(staff_list("3,Care,Ward 1,Students,a@b.example"))).headers["location"]
    pages = [
        "/staff", "/staff?unit=ward", "/staff/changes", f"/staff/units/{ward}", f"/staff/units/{units['Care']}",
        *(f"/staff/units/{ward}/{kind}" for kind in ("rename", "move", "merge", "close")),
        "/staff/people", f"/staff/people?unit={ward}&q=person&leavers=yes", "/staff/people/new",
        f"/staff/people/{person}", f"/staff/people/{person}/edit", f"/staff/people/{person}/erase",
        "/staff/people/erased", "/staff/imports", address, f"{address}/columns", f"{address}/mistakes.csv", waiting,
        "/staff/template.csv", "/staff/template.xlsx", "/staff/units/new",
    ]  # fmt: skip
    for page in pages:
        with recorded(desk.stage.database) as asked:
            answer = await desk.get(page)
        assert answer.status_code == 200, page
        assert len(asked) <= MOST_QUERIES, (page, asked)
    for ended in (address, waiting):
        await desk.post(f"{ended}/discard")


async def test_the_recorder_counts(desk: Desk) -> None:
    """A page that asked once too often would be found."""
    with recorded(desk.stage.database) as asked:
        async with desk.stage.database.connection() as db, db.transaction():
            for _ in range(MOST_QUERIES + 1):
                await db.fetchval("select  1")
    assert asked == ["select 1"] * (MOST_QUERIES + 1)


async def test_names_from_a_file_are_shown_as_they_are_and_run_nowhere(desk: Desk) -> None:
    units = await desk.units()
    attacked = next(unit for path, unit in units.items() if "onerror" in path)
    row = f'901,Care,"{ATTACK.replace(chr(34), chr(34) * 2)}",{ATTACK.split(chr(34), maxsplit=1)[0]},x@trust.example'
    address = await _checked(desk, staff_list(row, f"{CELL},Care,{CELL},Students,y@trust.example"))
    pages = ["/staff", "/staff?unit=onerror", f"/staff/units/{attacked}", f"/staff/units/{attacked}/rename",
             f"/staff/units/{units['Care']}/merge", "/staff/people?q=900", f"/staff/people?unit={attacked}", address,
             "/staff/people/new"]  # fmt: skip
    for page in pages:
        text = (await desk.get(page)).text
        assert "<img" not in text, page
        assert "&lt;img" in text, page
    for name in ("mistakes", "differences"):
        text = (await desk.get(f"{address}/{name}.csv")).text.removeprefix("\ufeff")
        cells = [cell for line in text.splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.lstrip('"')[:1] in set("=+-@\t")], name
    await desk.post(f"{address}/discard")


async def test_no_page_knows_who_answered(desk: Desk) -> None:
    """Two people, of whom one sent answers and one did not, have the same page but for their details."""
    person, other = await desk.person("10003"), await desk.person("10004")
    pages = []
    async with desk.stage.database.connection() as db:
        hash_ = await db.fetchrow(
            "select organisation_id, round_id, token_hash from invitation where person_id = $1", person
        )
        await db.execute("insert into answered values ($1, $2, $3)", *hash_)
    for one in (person, other):
        text = _words(await desk.get(f"/staff/people/{one}"))
        pages.append(
            re.sub(r"\d{5}|person\d+@|Yes|No|Nursing and Midwifery Registered|Administrative and Clerical", "", text)
        )
    assert pages[0] == pages[1]
    assert "Autumn" in pages[0]


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("staff.pdf", b"%PDF-1.7 and more", 422, "neither a CSV file nor a spreadsheet"),
        ("staff.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, 422, "neither a CSV file nor a spreadsheet"),
        ("", b"", 422, "not been chosen"),
        ("empty.csv", b"", 422, "is empty"),
    ],
)
async def test_a_file_that_is_none_is_refused_on_the_same_page(
    desk: Desk, name: str, data: bytes, status: int, said: str
) -> None:
    answer = await desk.upload(data, name)
    assert (answer.status_code, said in _words(answer)) == (status, True), _words(answer)
    page = html.document_fromstring(answer.text)
    assert page.find(".//title").text.startswith("Error: ")
    assert page.get_element_by_id("file") is not None


async def test_a_form_from_elsewhere_uploads_nothing(desk: Desk) -> None:
    data = staff_list("5,Care,Ward 1,Students,a@b.example")
    for csrf in ("", "x", signing_in.form_token(sealing.random_token())):
        assert (await desk.upload(data, csrf=csrf)).status_code == 403
    async with desk.stage.database.connection() as db:
        assert not await db.fetchval("select count(*) from staff_import where state = 'received'")


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    most = doorway.UPLOADS["POST", "/staff/imports"]
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 4 * most:
            read += 1_000_000
            yield b"x" * 1_000_000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    told = await desk.client.post("/staff/imports", content=b"", headers={**kind, "content-length": "100000000"})
    assert told.status_code == 413
    assert "larger than 30 MB" in _words(told)
    untold = await desk.client.post("/staff/imports", content=endless(), headers=kind)
    assert untold.status_code in {413, 422}
    assert read < 2 * most


async def test_only_the_upload_takes_more_than_a_form(desk: Desk) -> None:
    answer = await desk.post("/staff/people/new", site="x" * 70_000)
    assert answer.status_code == 413
    multipart = await desk.client.post("/staff/people/new", files={"file": ("a.csv", b"a")})
    assert multipart.status_code == 400


async def test_sent_twice_is_applied_once_and_back_leads_nowhere_dangerous(desk: Desk) -> None:
    address = await _checked(desk, staff_list("4001,Care,Ward 1,Students,a@b.example"))
    for _ in range(2):
        assert (await desk.post(f"{address}/apply")).status_code == 303
    await desk.work()
    for step in ("apply", "discard", "columns"):
        assert (await desk.post(f"{address}/{step}")).status_code == 303
    await desk.work()
    assert "The staff list is up to date" in _words(await desk.get(address))
    assert await desk.person("4001")


async def test_rows_that_are_rejected_must_be_left_out_on_purpose(desk: Desk) -> None:
    address = await _checked(desk, staff_list("4002,Care,Ward 1,Students,a@b.example", "4003,Care,Ward 1,Nurses,"))
    assert (await desk.post(f"{address}/apply")).status_code == 422
    assert (await desk.post(f"{address}/apply", skip="yes")).status_code == 303
    await desk.work()
    assert "The staff list is up to date" in _words(await desk.get(address))


async def test_a_file_of_which_nothing_can_be_used_is_not_called_up_to_date(desk: Desk) -> None:
    here = _words(await desk.get(await _checked(desk, staff_list("4004,Care,Ward 1,Nurses,"))))
    assert "There is nothing to apply. Mend the file and upload it again." in here
    assert "says all of this already" not in here


async def test_one_is_spoken_of_as_one(desk: Desk) -> None:
    address = await _checked(desk, staff_list("4005,Care,Ward 1,Students,a@b.example"))
    assert "staff.csv, 1 row " in _words(await desk.get(f"{address}/columns"))
    away = datetime(2026, 1, 1, tzinfo=UTC)
    async with desk.stage.database.connection() as db:
        stays = "(select min(employee_number) from person where left_at is null)"
        leave = f"update person set left_at = $1 where left_at is null and employee_number <> {stays}"
        await db.execute(leave, away)
        address = await _checked(desk, staff_list("4006,Care,Ward 1,Students,a@b.example"))
        await db.execute("update person set left_at = null where left_at = $1", away)
    assert "1 person on the staff list is not in this file, and stays." in _words(await desk.get(address))


async def test_it_is_said_whether_what_is_shown_is_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"{number},Care,Ward 1,Students,s{number}@b.example" for number in (4030, 4031, 4032)]
    bad = [f"{number},Care,Ward 1,Nurses,b@b.example" for number in (4040, 4041, 4042, 4043)]

    async def said(*rows: str) -> str:
        address = await _checked(desk, staff_list(*rows))
        words = _words(await desk.get(address))
        await desk.post(f"{address}/discard")
        return words

    all_of_them = await said(*rows, *bad)
    assert "See all 4 " in all_of_them
    assert "New: see all 3 " in all_of_them
    one = await said(rows[0], bad[0])
    assert "See it " in one
    assert "New: see it " in one
    monkeypatch.setattr(digesting, "SHOWN", 2)
    some = await said(*rows, *bad)
    assert "See the first 2 of 4 " in some
    assert "New: see the first 2 of 3 " in some


async def test_the_history_tells_when_to_the_minute_and_what_stands_below_a_files_name(desk: Desk) -> None:
    address = (await desk.upload(staff_list("4050,Care,Ward 1,Students,a@b.example"), "june.csv")).headers["location"]
    page = html.document_fromstring((await desk.get("/staff/imports")).text)
    (line,) = page.xpath(f"//tr[th/a/@href='{address}']")
    assert re.search(r"june.csv Fingerprint [0-9a-f]{12}\b", " ".join(line.text_content().split()))
    when = line.xpath("string(td[1])")
    assert re.search(r"\d{4} at .", when), when
    await desk.post(f"{address}/discard")


async def test_what_columns_lack_is_said_as_the_page_speaks(desk: Desk) -> None:
    sent = await desk.upload(b"Nr,Who\n1,A\n")
    await desk.work()
    refused = _words(await desk.post(f"{sent.headers['location']}/columns", **{"column-0": "", "column-1": ""}))
    assert "The list has no column for employee number." in refused
    assert "The list does not give the whole unit. Name a column for the unit, for division and team," in refused
    assert "mapping" not in refused


async def test_what_columns_hold_is_remembered_once_a_file_is_applied_and_for_its_columns_only(desk: Desk) -> None:
    """As the page says."""
    data = staff_list("4020,Care,Ward 1,Students,a@b.example").replace(b"Employee Number", b"Assignment")

    async def shown(data: bytes) -> tuple[str, str]:
        """Where a file waits, and what its first column is taken for."""
        address = (await desk.upload(data)).headers["location"]
        await desk.work()
        page = await desk.get(address)
        if "What do the columns hold?" in page.text:
            assert "Once this file has been applied, what you say here is remembered" in _words(page)
        form = html.document_fromstring(page.text)
        return address, form.xpath("string(//select[@name='column-0']/option[@selected]/@value)")

    chosen = {"column-0": "employee_number", "column-1": "division", "column-2": "team", "column-3": "staff_group",
              "column-4": "email"}  # fmt: skip
    address, taken = await shown(data)
    assert taken == ""
    assert (await desk.post(f"{address}/columns", **chosen)).status_code == 303
    await desk.work()
    await desk.post(f"{address}/discard")
    address, taken = await shown(data)
    assert taken == "", "it was not applied"
    await desk.post(f"{address}/columns", **chosen)
    await desk.work()
    await desk.post(f"{address}/apply")
    await desk.work()
    address, taken = await shown(data.replace(b"4020", b"4021"))
    assert taken == "employee_number"
    await desk.post(f"{address}/discard")
    address, taken = await shown(data.replace(b"Email Address", b"Write to"))
    assert taken == "", "other columns are another layout"
    await desk.post(f"{address}/discard")
    assert await _applied(desk, staff_list("4022,Care,Ward 1,Students,a@b.example"))
    address, taken = await shown(data.replace(b"4020", b"4023"))
    assert taken == "", "the last layout that was applied is the one that is remembered"
    await desk.post(f"{address}/discard")


async def _applied(desk: Desk, data: bytes) -> bool:
    address = await _checked(desk, data)
    await desk.post(f"{address}/apply")
    await desk.work()
    return "The staff list is up to date" in _words(await desk.get(address))


async def test_two_columns_cannot_hold_the_same(desk: Desk) -> None:
    sent = await desk.upload(staff_list("6,Care,Ward 1,Students,a@b.example"))
    await desk.work()
    chosen = {"column-0": "employee_number", "column-1": "team", "column-2": "team"}
    answer = await desk.post(f"{sent.headers['location']}/columns", **chosen)
    assert answer.status_code == 422
    assert "Team: more than one column is said to hold it." in _words(answer)
    page = html.document_fromstring(answer.text)
    assert page.xpath("string(//select[@name='column-1']/option[@selected]/@value)") == "team", "what was chosen stays"
    await desk.post(f"{sent.headers['location']}/discard")


async def test_a_unit_is_merged_and_that_is_undone(desk: Desk) -> None:
    units = await desk.units()
    ward, other = units["Care > Ward 1"], units["Care > Ward 2"]
    refused = await desk.post(f"/staff/units/{ward}/merge", target="", day="")
    assert (refused.status_code, "not chosen" in _words(refused)) == (422, True)
    bad_day = await desk.post(f"/staff/units/{ward}/merge", target=other, day="next week")
    assert (bad_day.status_code, "not a day" in _words(bad_day)) == (422, True)
    nowhere = await desk.post(f"/staff/units/{ward}/merge", target="x'; drop table unit", day="")
    assert nowhere.status_code == 422
    assert (await desk.post(f"/staff/units/{ward}/merge", target=other, day="")).status_code == 303
    page = await desk.get(f"/staff/units/{ward}")
    assert "It was merged into another unit. Its people are now in Care > Ward 2" in _words(page)
    (undo,) = html.document_fromstring(page.text).xpath("//form[contains(@action, '/undo')]/@action")
    assert (await desk.post(undo)).status_code == 303
    assert "merged into another" not in _words(await desk.get(f"/staff/units/{ward}"))
    assert (await desk.post(undo)).status_code == 404


async def test_a_renaming_is_told_with_the_former_name(desk: Desk) -> None:
    units = await desk.units()
    care = units["Care"]
    later = datetime.now(UTC) + timedelta(days=30)
    day = f"{later.day} {later:%B %Y}"
    assert (await desk.post(f"/staff/units/{care}/rename", name="Caring", day="")).status_code == 303
    await desk.post(f"/staff/units/{care}/rename", name="Care again", day=f"{later:%d/%m/%Y}")
    for page in (f"/staff/units/{care}", "/staff/changes"):
        said = _words(await desk.get(page))
        assert "“Care” renamed to “Caring”, since" in said
        assert f"“Caring” will be called “Care again”, from {day} on" in said
    for _ in range(2):
        form = html.document_fromstring((await desk.get(f"/staff/units/{care}")).text)
        await desk.post(form.xpath("string(//form[contains(@action, '/undo')]/@action)"))
    assert "Care" in await desk.units()


async def test_a_closing_is_planned_with_people_there_who_are_to_be_moved_by_then(desk: Desk) -> None:
    units = await desk.units()
    ward = units["Care > Ward 1"]
    form = _words(await desk.get(f"/staff/units/{ward}/close"))
    assert re.search(
        r"\d+ people are in it: choose the day by which they will have been moved, or move them first.", form
    )
    refused = await desk.post(f"/staff/units/{ward}/close", day="")
    assert refused.status_code == 409
    assert "people sit in this unit. Move them first" in _words(refused)
    closing = datetime.now(UTC) + timedelta(days=30)
    assert (await desk.post(f"/staff/units/{ward}/close", day=f"{closing:%d/%m/%Y}")).status_code == 303
    page = await desk.get(f"/staff/units/{ward}")
    said = rf"It will be closed on {closing.day} {closing:%B %Y}. The \d+ people in it must be moved by then."
    assert re.search(said, _words(page))
    (undo,) = html.document_fromstring(page.text).xpath("//form[contains(@action, '/undo')]/@action")
    assert (await desk.post(undo)).status_code == 303
    assert "It will be closed" not in _words(await desk.get(f"/staff/units/{ward}"))


async def test_people_in_a_closed_unit_are_marked_and_moved(desk: Desk) -> None:
    units = await desk.units()
    made = await desk.post("/staff/units/new", name="Pop-up clinic", target=units["Care"])
    clinic = made.headers["location"].rpartition("/")[2]
    closing = datetime.now(UTC) + timedelta(days=30)
    day = f"{closing.day} {closing:%B %Y}"
    assert (await desk.post(f"/staff/units/{clinic}/close", day=f"{closing:%d/%m/%Y}")).status_code == 303
    assert f"Care > Pop-up clinic (closes on {day})" in _words(await desk.get("/staff/people/new"))
    given = {"employee_number": "901", "unit": clinic, "staff_group": "Students", "email": "pop@trust.example"}
    person = (await desk.post("/staff/people/new", **given)).headers["location"]
    assert f"Their unit will be closed on {day}. They must be moved by then." in _words(await desk.get(person))
    said = _words(await desk.get(f"/staff/units/{clinic}"))
    assert f"It will be closed on {day}. The 1 person in it must be moved by then." in said
    async with desk.stage.database.connection() as db:
        await db.execute("update unit_change set effective_at = survey_now() where unit_id = $1", UUID(clinic))
    assert "Their unit has been closed." in _words(await desk.get(person))
    assert "It was closed, but 1 person is still in it." in _words(await desk.get(f"/staff/units/{clinic}"))
    assert "Care > Pop-up clinic (closed)" in _words(await desk.get("/staff/people?q=901"))
    assert "Pop-up clinic" not in _words(await desk.get("/staff/people/new"))
    tree = html.document_fromstring((await desk.get("/staff")).text)
    (node,) = tree.xpath("//li[contains(@class, 'staffing-tree__item')][div/a = 'Pop-up clinic']/div")
    assert " ".join(node.text_content().split()) == "Pop-up clinic Closed 1 person Move them out of Pop-up clinic"
    (move,) = node.xpath("a[contains(., 'Move them')]/@href")
    assert "Care > Pop-up clinic: 1 person. Move them" in _words(await desk.get("/staff"))
    refused = await desk.post(move, target="")
    assert (refused.status_code, "It is not chosen." in _words(refused)) == (422, True)
    assert (await desk.post(move, target=clinic)).status_code == 422
    assert (await desk.post(move, target=units["Care > Ward 1"])).status_code == 303
    assert "Pop-up clinic" not in _words(await desk.get("/staff"))
    assert (await desk.get(move)).status_code == 303, "nobody is left to be moved"
    async with desk.stage.database.connection() as db:
        entry = await db.fetchrow("select subject, details from audit_entry where action = 'unit.move_people'")
    assert (entry["subject"], msgspec.json.decode(entry["details"])["people"]) == (clinic, 1)


async def test_who_is_back_chooses_a_unit_where_theirs_has_been_closed(desk: Desk) -> None:
    units = await desk.units()
    made = await desk.post("/staff/units/new", name="Bay 3", target=units["Care"])
    bay = made.headers["location"].rpartition("/")[2]
    given = {"employee_number": "902", "unit": bay, "staff_group": "Students", "email": "bay@trust.example"}
    person = (await desk.post("/staff/people/new", **given)).headers["location"]
    assert (await desk.post(f"{person}/leave")).status_code == 303
    assert (await desk.post(f"/staff/units/{bay}/close", day="")).status_code == 303
    assert "Where they work now" in _words(await desk.get(person))
    refused = await desk.post(f"{person}/return", unit="")
    assert (refused.status_code, "They are not back yet" in _words(refused)) == (422, True)
    assert (await desk.post(f"{person}/return", unit=units["Care > Ward 1"])).status_code == 303
    assert "Care > Ward 1" in _words(await desk.get(person))
    await desk.post(f"{person}/leave")


async def test_what_two_change_at_once_is_not_lost(desk: Desk) -> None:
    person, units = await desk.person("10006"), await desk.units()
    form = html.document_fromstring((await desk.get(f"/staff/people/{person}/edit")).text).forms[-1]
    given = {key: value for key, value in form.form_values() if key != "csrf"}
    mine, theirs = {**given, "site": "North"}, {**given, "site": "South"}
    assert (await desk.post(f"/staff/people/{person}/edit", **mine)).status_code == 303
    late = await desk.post(f"/staff/people/{person}/edit", **theirs)
    assert late.status_code == 409
    assert "Somebody else has changed this person" in _words(late)
    again = html.document_fromstring(late.text).forms[-1]
    assert dict(again.form_values())["site"] == "South"
    kept = {key: value for key, value in again.form_values() if key != "csrf"}
    assert (await desk.post(f"/staff/people/{person}/edit", **kept)).status_code == 303
    assert units


async def test_erasing_says_in_the_log_that_but_not_whom(desk: Desk) -> None:
    person = await desk.person("10008")
    assert (await desk.post(f"/staff/people/{person}/erase")).status_code == 303
    assert (await desk.get(f"/staff/people/{person}")).status_code == 404
    async with desk.stage.database.connection() as db:
        entry = await db.fetchrow("select subject, details from audit_entry where action = 'person.erase'")
    assert (entry["subject"], entry["details"]) == ("", "{}")


async def test_a_tree_too_large_to_be_read_at_once_shows_its_upper_levels(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST_WHOLE", 1)
    text = (await desk.get("/staff")).text
    assert "staffing-tree__item" in text
    monkeypatch.setattr(tree, "_depth", lambda forest: 1)
    assert "below</span>" in (await desk.get("/staff")).text


async def test_the_template_is_a_list_that_imports(desk: Desk) -> None:
    text = (await desk.get("/staff/template.csv")).content
    async with desk.stage.database.connection() as db:
        answer = await staffing.preview(db, published.OTHER, text, staffing.Wishes())
    assert (answer.rejected, len(answer.changes.new)) == ((), 2)


async def test_the_template_is_a_spreadsheet_too(desk: Desk) -> None:
    """The same rows, noughts and all; and the same file each time."""
    answer = await desk.get("/staff/template.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="staff-list.xlsx"'
    assert spreadsheets.read(answer.content).table == table.read((await desk.get("/staff/template.csv")).content)
    assert answer.content == (await desk.get("/staff/template.xlsx")).content


async def test_a_sheet_that_is_no_list_does_not_end_the_import(desk: Desk) -> None:
    """Which one is told, and another can be chosen; of a file without others nothing is to be chosen."""
    data = _workbook(
        {"Notes": [["Only a title"]], "People": [*HEADED, ["77", "Care", "Ward 1", "Students", "a@b.example"]]}
    )
    address = (await desk.upload(data, "book.xlsx")).headers["location"]
    await desk.work()
    assert "What do the columns hold?" in _words(await desk.get(address)), "the first with people is taken"
    assert (await desk.post(f"{address}/sheet", sheet="Notes")).status_code == 303
    await desk.work()
    words = _words(await desk.get(address))
    assert "The sheet “Notes”: it has one row only" in words
    assert "What do the columns hold?" not in words
    assert (await desk.post(f"{address}/columns")).status_code == 422
    assert (await desk.post(f"{address}/sheet", sheet="People")).status_code == 303
    await desk.work()
    assert "“Employee Number” holds" in _words(await desk.get(address))
    await desk.post(f"{address}/discard")
    alone = (await desk.upload(_workbook({"Notes": [["Only a title"]]}), "alone.xlsx")).headers["location"]
    await desk.work()
    assert "The file could not be used" in _words(await desk.get(alone))


HEADED = [["Employee Number", "Division", "Team", "Staff Group", "Email Address"]]


def _workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return made.getvalue()


async def test_a_unit_is_added_by_hand_where_the_tree_would_stand(desk: Desk) -> None:
    units = await desk.units()
    care, ward = units["Care"], units["Care > Ward 1"]
    form = html.document_fromstring((await desk.get(f"/staff/units/new?below={care}")).text)
    assert form.xpath("string(//select[@name='target']/option[@selected]/@value)") == str(care)
    wrong = {
        "It is empty.": {"name": " ", "target": str(care)},
        "It is not chosen.": {"name": "Ward 9", "target": ""},
        "not chosen.": {"name": "Ward 9", "target": "x'; drop table unit"},
        "two units of this name": {"name": "ward 1", "target": str(care)},
    }
    for said, given in wrong.items():
        refused = await desk.post("/staff/units/new", **given)
        assert (refused.status_code, said in _words(refused)) == (422, True), said
    assert "Care > Ward 9" not in await desk.units()
    made = await desk.post("/staff/units/new", name="  Ward 9 ", target=str(care))
    assert made.headers["location"] == f"/staff/units/{(await desk.units())['Care > Ward 9']}"
    top = await desk.post("/staff/units/new", name="Estates", target="top")
    assert "0 people in this unit" in _words(await desk.get(top.headers["location"]))
    async with desk.stage.database.connection() as db:
        logged = await db.fetch("select subject from audit_entry where action = 'unit.add' order by number")
    assert [f"/staff/units/{row['subject']}" for row in logged[-2:]] == [one.headers["location"] for one in (made, top)]
    for one in (made, top):
        assert (await desk.post(f"{one.headers['location']}/close", day="")).status_code == 303
    gone = await desk.post("/staff/units/new", name="Bay", target=logged[-2]["subject"])
    assert (gone.status_code, "closed or merged" in _words(gone)) == (422, True)
    assert ward


async def test_a_unit_and_a_person_are_added_once_and_the_second_time_leads_to_them(desk: Desk) -> None:
    units = await desk.units()
    form = html.document_fromstring((await desk.get("/staff/units/new")).text)
    given = {"name": "Bay 7", "target": units["Care"], "once": str(form.xpath("string(//input[@name='once']/@value)"))}
    first = [(await desk.post("/staff/units/new", **given)).headers["location"] for _ in range(2)]
    other = (await desk.post("/staff/units/new", **{**given, "name": "Bay 8"})).headers["location"]
    assert (len(set(first)), other in first) == (1, False), "with another name it is another unit"
    form = html.document_fromstring((await desk.get("/staff/people/new")).text)
    given = {
        "employee_number": "907", "unit": units["Care > Ward 1"], "staff_group": "Students", "email": "p7@x.example",
        "once": str(form.xpath("string(//input[@name='once']/@value)")),
    }  # fmt: skip
    first = [(await desk.post("/staff/people/new", **given)).headers["location"] for _ in range(2)]
    assert len(set(first)) == 1
    for made in (*{*first}, other):
        assert (await desk.get(made)).status_code == 200
    await desk.post(f"{first[0]}/leave")


async def test_a_mistake_far_from_its_field_says_which_field(desk: Desk) -> None:
    page = html.document_fromstring((await desk.post("/staff/people/new", staff_group="Students")).text)
    summary = [line.text_content() for line in page.xpath("//*[contains(@class, 'error-summary')]//a")]
    assert [line.partition(".")[0] for line in summary] == ["Employee number: it is empty", "Unit: it is empty"]


async def test_before_there_is_a_list_the_page_says_how_to_get_one(desk: Desk) -> None:
    async with desk.stage.database.connection() as db:
        secret = await signing_in.sign_in(db, await signing_in.invite(db, published.OTHER, "manager"))
    answer = await desk.client.get("/staff", headers={"cookie": f"__Host-session={secret}"})
    assert "There is nobody on the staff list yet." in _words(answer)
    people = _words(await desk.client.get("/staff/people", headers={"cookie": f"__Host-session={secret}"}))
    assert "There is nobody on the staff list yet." in people
    assert "Import a staff list" in people
    sought = _words(await desk.client.get("/staff/people?q=1", headers={"cookie": f"__Host-session={secret}"}))
    assert "Nobody was found." in sought


async def _while_worked_on(desk: Desk, address: str) -> dict[str, set[str | None]]:
    """What the page says while a worker is at it, and the values of its bar."""
    seen: dict[str, set[str | None]] = {}
    work = asyncio.create_task(desk.work())
    while not work.done():
        page = html.document_fromstring((await desk.get(address)).text)
        for bar in page.xpath("//main//*[@role='status']/progress"):
            seen.setdefault(bar.get("aria-label").partition(":")[0], set()).add(bar.get("value"))
        await asyncio.sleep(0.01)
    await work
    return seen


async def test_while_a_list_is_imported_its_page_says_how_far_it_is(desk: Desk) -> None:
    """Each step, though it be over in less time than somebody looks twice; and how much of it, where that is known."""
    rows = [f"{number},Care,Many,Students,m{number}@b.example" for number in range(500_000, 504_000)]
    sent = (await desk.upload(staff_list(*rows))).headers["location"]
    page = await desk.get(sent)
    assert "Waiting to begin" in _words(page) and "<progress" not in page.text
    await desk.work()
    await _map(desk, sent)
    seen = await _while_worked_on(desk, sent)
    assert seen["Checking rows"] - {None}
    await desk.post(f"{sent}/apply")
    seen = await _while_worked_on(desk, sent)
    assert seen["Checking rows"] - {None}
    assert seen["Adding people"] - {None}
    assert "The staff list is up to date" in _words(await desk.get(sent))
