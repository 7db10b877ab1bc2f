"""S7: every text of the corpus, wherever somebody's text is shown, with the content security policy on and off.

A page of one's own is added to PAGES: where it is, once `plant` has put the texts into what it shows.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from survey import sealing
from survey.core.disclosure.release import Cell, Group, Measure
from survey.db import Db
from survey.operations import administering, granting, resuming, signing_in
from survey.operations.resuming import Form
from survey.store import accounts, sessions, units
from tests import published, xss
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.respondent import press

pytestmark = pytest.mark.browser
ROUND = "xss00001"


class Planted(msgspec.Struct, frozen=True):
    """`secrets` are the sessions' of an owner and of somebody with a role whose name is one of the texts."""

    base: str
    secret: str
    account: UUID


async def plant(db: Db) -> tuple[UUID, str, UUID]:
    """An organisation all of whose texts are attacks; the secret of its owner's session; one of its accounts."""
    whose = (await administering.add(db, "XSS", xss.STORABLE[16])).organisation_id
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner", xss.STORABLE[1]))
    ids = [sealing.random_id() for _ in xss.STORABLE]
    for account_id, text in zip(ids, xss.STORABLE, strict=True):
        roles = ["reader"] if account_id.int % 2 else []
        await accounts.add(db, whose, account_id, text, roles, issuer=text, subject=text)
        await granting.new_key(db, whose, text[:100], 30)
    await units.add_all(db, whose, [(sealing.random_id(), None, text) for text in xss.STORABLE])
    owner = (await signing_in.who(db, secret)).account_id
    for text in xss.STORABLE[:40]:
        await sessions.add(db, whose, signing_in.hashed(sealing.random_token()), owner, text, timedelta(hours=1))
    fields = tuple((f"field {place}", text) for place, text in enumerate(xss.STORABLE))
    plain = msgspec.json.encode(Form("/keys", fields))
    await sessions.keep(
        db, whose, signing_in.hashed(secret), owner, resuming._closed(secret, plain), timedelta(hours=1)
    )
    await _publish(db, whose)
    return whose, secret, ids[0]


async def _publish(db: Db, whose: UUID) -> None:
    """Results of units whose names are the texts."""
    groups = (
        Group("org", "organisation", xss.STORABLE[2], None, 9000),
        *(Group(f"ru:{n}", "reporting_unit", text, "org", 40) for n, text in enumerate(xss.STORABLE)),
    )
    measures = tuple(Measure(f"m{n}", {"en": xss.STORABLE[n + 3]}) for n in range(2))
    shown = {"value": 50, "bound": "exact", "low": 45, "high": 55, "answers": "20 to 24", "levels": (2,)}
    release = msgspec.structs.replace(
        published.RELEASE,
        round=ROUND,
        organisation=xss.STORABLE[16],
        title={"en": xss.STORABLE[4]},
        groups=groups,
        measures=measures,
        cells=tuple(Cell(g.id, m.id, level=xss.STORABLE[5], **shown) for g in groups for m in measures),  # type: ignore[arg-type]
    )
    await published._publish(db, whose, ROUND, None)
    await published.republish(db, whose, ROUND, release)


@pytest_asyncio.fixture(scope="module")
async def planted(live: Live) -> AsyncIterator[Planted]:
    async with live.database.connection() as db:
        _, secret, account = await plant(db)
    yield Planted(live.base, secret, account)


PAGES = [
    "/",
    "/accounts",
    "/accounts/invite",
    "/accounts/{account}",
    "/account",
    "/keys",
    "/audit-log",
    "/kept",
    "/results",
    f"/results/{ROUND}",
    f"/results/{ROUND}/visions/m0",
    f"/results/{ROUND}/units/script-alert-1-script",
    f"/results/{ROUND}/method",
]


async def _page(chrome: Browser, planted: Planted, *, policy: bool) -> Any:
    context = await chrome.new_context(bypass_csp=not policy)
    await context.add_init_script(xss.LISTEN)
    await context.add_cookies([{"name": "session", "value": planted.secret, "url": planted.base}])
    return await context.new_page()


@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
async def test_no_text_runs_where_texts_are_shown(chrome: Browser, planted: Planted, policy: bool) -> None:
    page, found = await _page(chrome, planted, policy=policy), list[str]()
    for place in PAGES:
        answer = await page.goto(planted.base + place.format(account=planted.account))
        assert answer.status == 200, place
        found += await xss.ran(page)
    await page.context.close()
    assert found == []


ECHOES = xss.PAYLOADS[::12] + xss.OTHERS[::6]


@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
async def test_no_text_runs_where_a_mistake_is_told(chrome: Browser, planted: Planted, policy: bool) -> None:
    """What somebody typed into a form, and into an address, shown back to them with what is wrong."""
    page, found = await _page(chrome, planted, policy=policy), list[str]()
    await page.goto(f"{planted.base}/keys")
    for text in ECHOES:
        await page.evaluate("text => { document.querySelector('#name').value = text.repeat(99).slice(0, 5000); }", text)
        await page.evaluate("text => { document.querySelector('#days').type = 'text'; }", text)
        await page.locator("#days").fill(text)
        await press(page, "Make the key")
        assert (await page.title()).startswith("Error: ")
        found += await xss.ran(page)
    for text in ECHOES:
        query = "&".join(f"{name}={quote(text)}" for name in ("about", "who", "since", "until", "before"))
        await page.goto(f"{planted.base}/audit-log?{query}")
        found += await xss.ran(page)
    await page.context.close()
    assert found == []


async def test_a_template_in_a_text_stays_a_text(chrome: Browser, planted: Planted) -> None:
    page = await _page(chrome, planted, policy=True)
    await page.goto(f"{planted.base}/keys")
    shown = await page.locator("main").inner_text()
    await page.context.close()
    assert "{{7*7}}" in shown and "${alert(1)}" in shown


WRITE = "text => { document.open(); document.write(`<main>${text}</main>`); document.close(); }"


async def test_a_text_that_runs_is_seen(chrome: Browser, planted: Planted) -> None:
    """The measure can fail: a page that prints the texts as they are is complained about for nearly each of them."""
    page, missed = await _page(chrome, planted, policy=False), []
    for text in (opening + vector for opening in xss.OPENINGS[:1] for vector in xss.VECTORS):
        await page.goto(planted.base + "/sign-in")
        await page.evaluate(WRITE, text)
        missed += [] if await xss.ran(page) else [text]
    await page.context.close()
    assert missed == [text for text in xss.VECTORS if text.startswith("<math>")], "that one is for careless cleaners"
    assert len(xss.PAYLOADS) >= 200


async def test_the_owner_can_read_what_was_planted(window: Window, planted: Planted) -> None:
    """Nothing is cut out of anybody's text: it is all there, as text."""
    page = await window((1280, 900))
    await page.context.add_cookies([{"name": "session", "value": planted.secret, "url": planted.base}])
    await page.goto(f"{planted.base}/accounts")
    shown = await page.locator("main").inner_text()
    assert all(text in shown for text in xss.VECTORS)
