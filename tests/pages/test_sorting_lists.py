"""Lists of the console in the order of a column: accounts, keys, imports, the audit log, paper, what did not arrive."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from survey import sealing
from survey.operations import recording, signing_in, uploading
from survey.pages import tracing
from survey.pages.console import divisions
from tests.conftest import STANDING
from tests.pages.manager import Manager, signed_in
from tests.pages.person import Page
from tests.pages.test_launching import BASE, Console
from tests.pages.test_sending import fail, sent
from tests.pages.test_sorting import UNKNOWN, column, console, sorts, wide

__all__ = ["console", "wide"]


@asynccontextmanager
async def _as(console: Console, role: str) -> AsyncIterator[Manager]:
    transport = httpx.ASGITransport(app=console.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield await signed_in(client, console.database, STANDING.organisation_id, role)


async def test_accounts_and_last_those_who_never_signed_in(wide: Console) -> None:
    async with wide.database.connection() as db:
        for name, role in (("Zoë", "reader"), ("Nurse 10", "reader"), ("nurse 2", "reviewer")):
            token = await signing_in.invite(db, STANDING.organisation_id, role, name)
            if name != "nurse 2":
                await signing_in.sign_in(db, token)
    by_name = ["nurse 2", "Nurse 10", "Zoë"]
    cases = {
        "": (by_name, "Name"), "-name": (by_name[::-1], "Name"), "-roles": (["Nurse 10", "Zoë", "nurse 2"], "Roles"),
        "roles": (["nurse 2", "Nurse 10", "Zoë"], "Roles"), "how": (by_name, "Signs in with"),
        "last": (["Zoë", "Nurse 10", "nurse 2"], "Last signed in"),
        "-last": (["Nurse 10", "Zoë", "nurse 2"], "Last signed in"), **dict.fromkeys(UNKNOWN, (by_name, "Name")),
    }  # fmt: skip
    async with _as(wide, "owner") as owner:
        for order, (names, head) in cases.items():
            page = await owner.get(f"/accounts?order={order}")
            assert page.status == 200
            assert [one for one in column(page, "Who may sign in") if one in by_name] == names, order
            down = order.startswith("-") and order not in UNKNOWN
            assert sorts(page) == {head: "descending" if down else "ascending"}, order


async def test_keys_by_name_and_by_how_long_they_work(wide: Console) -> None:
    async with _as(wide, "api_admin") as admin:
        for name, days in (("Bus 10", 5), ("bus 2", 90), ("Car", 30)):
            assert (await admin.post("/keys", {"name": name, "days": str(days)})).status == 200

        async def told(order: str) -> list[str]:
            page = await admin.get(f"/keys?order={order}")
            return [one.text for one in page.all("//ul[@class='console-list']//strong")]

        assert await told("name") == ["bus 2", "Bus 10", "Car"]
        assert await told("-name") == ["Car", "Bus 10", "bus 2"]
        assert await told("until") == ["Bus 10", "Car", "bus 2"]
        assert await told("-until") == ["bus 2", "Car", "Bus 10"]
        plain = await told("")
        assert [await told(order) for order in UNKNOWN] == [plain] * len(UNKNOWN)
        wrong = await admin.client.post("/keys?order=-name", data={"csrf": signing_in.form_token(admin.secret)})
        assert [one.text for one in Page(wrong).all("//ul[@class='console-list']//strong")] == [
            "Car",
            "Bus 10",
            "bus 2",
        ]


async def _through(manager: Manager, here: str, more: str, caption: str) -> list[str]:
    """A column of all pages, from the first on."""
    told: list[str] = []
    while here:
        page = await manager.get(here)
        assert page.status == 200
        told += column(page, caption)
        here = "".join(link.get("href") for link in page.all(f"//a[.='{more}']"))
    return told


async def test_earlier_imports_from_either_end(wide: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "PAGE", 2)
    files = [f"list {number}.csv" for number in range(5)]
    async with wide.database.connection() as db:
        await db.execute("delete from staff_import")
        for place, name in enumerate(files):
            await db.execute(
                "insert into staff_import (organisation_id, import_id, actor, received_at, settled_at, file_name,"
                " file_hash, file_size, state) values ($1, $2, 'Kim', survey_now() + make_interval(hours => $3),"
                " survey_now(), $4, 'abc', 1, 'applied')",
                STANDING.organisation_id, sealing.random_id(), place, name,
            )  # fmt: skip

    async def told(order: str) -> list[str]:
        rows = await _through(wide.manager, f"/staff/imports?order={order}", "More imports", "Earlier imports")
        return [row.removesuffix(" Fingerprint abc") for row in rows]

    assert await told("when") == files
    for order in ("", "-when", *UNKNOWN):
        assert await told(order) == files[::-1], order
    page = await wide.manager.get("/staff/imports?order=when")
    assert sorts(page) == {"When": "ascending"}
    page = await wide.manager.get(page.one("//a[.='More imports']").get("href"))
    assert page.one("//a[.='Back to the beginning']").get("href") == "/staff/imports?order=when"


async def test_the_audit_log_from_either_end(wide: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "A_PAGE", 2)
    async with wide.database.connection() as db:
        actor = recording.Actor("service", STANDING.organisation_id, None, sealing.signer(b"s" * 32))
        for _ in range(3):
            await recording.record(db, actor, "release.try")
    async with _as(wide, "reviewer") as reviewer:

        async def told(order: str, more: str) -> list[int]:
            here = f"/audit-log?about=release&order={order}"
            return list(map(int, await _through(reviewer, here, more, "Entries")))

        upwards = await told("when", "Later entries")
        assert upwards == sorted(upwards)
        assert len(upwards) >= 3
        for order in ("", "-when", *UNKNOWN):
            assert await told(order, "Earlier entries") == upwards[::-1], order
        page = await reviewer.get("/audit-log?about=release&order=when")
        assert sorts(page) == {"When": "ascending"}
        assert page.one("//form[@action='/audit-log']/input[@name='order']").get("value") == "when"
        assert page.one("//thead//a").get("href") == "/audit-log?about=release&order=-when#entries"
        assert page.one("//a[.='Show everything']").get("href") == "/audit-log?order=when"


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["Apart 2", "Apart 10"]), ("-name", ["Apart 10", "Apart 2"]), ("people", ["Apart 10", "Apart 2"]),
        ("-people", ["Apart 2", "Apart 10"]), ("slips", ["Apart 2", "Apart 10"]), ("-slips", ["Apart 10", "Apart 2"]),
    ],
)  # fmt: skip
async def test_posters_and_slips(wide: Console, monkeypatch: pytest.MonkeyPatch, order: str, names: list[str]) -> None:
    async with wide.database.connection() as db:
        await db.execute("update person set email = null where employee_number like '10___'")
    here = f"{await wide.opened()}/paper"
    page = await wide.manager.get(f"{here}?order={order}")
    assert column(page, "Reporting units") == names
    told = {"name": "Unit", "people": "People", "slips": "Slips"}[order.strip("-")]
    assert sorts(page) == {told: "descending" if "-" in order else "ascending"}
    plain = await wide.manager.get(here)
    for unknown in UNKNOWN:
        unsorted = await wide.manager.get(f"{here}?order={unknown}")
        assert column(unsorted, "Reporting units") == column(plain, "Reporting units")
    monkeypatch.setattr(divisions, "MOST_OPEN", 1)
    folded = await wide.manager.get(f"{here}?order={order}&open=units-1")
    assert folded.all("//main//details[@open]")
    assert not (await wide.manager.get(here)).all("//main//details[@open]")


async def test_whom_a_message_did_not_reach(console: Console) -> None:
    here = (await console.opened()).replace("/rounds/", "/sending/")
    await sent(console, here)
    async with console.database.connection() as db:
        told: Any = await db.fetch(
            "select p.employee_number from person p join message m using (person_id) where m.round_id = $1"
            " order by 1", here.rsplit("/", 1)[1],
        )  # fmt: skip
    numbers = [row["employee_number"] for row in told]
    first, second, last = numbers[0], numbers[6], numbers[-1]
    await fail(console, here, **{f"n{first}": "refused", f"n{second}": "bounced", f"n{last}": "refused"})

    async def order(asked: str) -> list[str]:
        page = await console.manager.get(f"{here}?order={asked}")
        return [link.text.removeprefix("Number ") for link in page.all("//li[@class='console-list__item']//a")]

    assert await order("number") == [first, second, last]
    assert await order("-number") == [last, second, first]
    assert await order("team") == [first, second, last]
    assert await order("-team") == [last, second, first]
    assert await order("lost") == [first, second, last]
    for unknown in UNKNOWN:
        assert await order(unknown) == await order("")


async def test_sending_again_keeps_the_order(console: Console) -> None:
    here = (await console.opened()).replace("/rounds/", "/sending/")
    page = await console.manager.post(f"{here}/again/{sealing.random_id()}?order=-team")
    assert page.location == f"{here}?told=not&order=-team"
