"""Walks past every state of every page: each yields the name of the state that `page` is in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from survey import errors, languages
from survey.config import Config
from survey.operations import responding, sending
from tests import findings, published
from tests.browser.live import Live
from tests.browser.respondent import fill, follow, press
from tests.conftest import STANDING
from tests.languages import pseudo

Tour = AsyncIterator[str]
PAGES = range(1, 10)
"""The questionnaire's; the sixth is asked of nobody who does not work at home."""
MISTAKES = {
    5: "document.querySelectorAll('[type=checkbox]').forEach(box => box.checked = true)",
    7: "document.querySelector('[type=text]').value = 'many'",
    8: "document.querySelectorAll('select')[1].selectedIndex = 1",
    9: "document.querySelector('textarea').value = 'Too long. '.repeat(30)",
}
STATUS = """said => {
  const line = document.getElementById('status');
  line.textContent = line.dataset[said];
  line.dataset.now = said;
}"""
FORGED = "document.querySelector('[name=csrf]').value = 'x'"
SUBMIT = "action => { document.forms[0].action = action; document.forms[0].requestSubmit(); }"


async def _send(page: Any, action: str) -> None:
    """Send the page's first form somewhere else, as a second tab may."""
    async with page.expect_navigation():
        await page.evaluate(SUBMIT, action)


async def questions(live: Live, page: Any) -> Tour:
    """The landing page, every kind of item blank and with a mistake, and nothing to send."""
    await page.goto(live.link())
    yield "landing"
    await page.locator("summary").click()
    yield "landing, unfolded"
    await press(page, "Start")
    yield "unit"
    here = page.url.removesuffix("/unit")
    await page.goto(f"{here}/check")
    yield "check, nothing answered"
    await page.goto(f"{here}/pause")
    yield "pause"
    await _send(page, "submit")
    yield "check, nothing to send"
    for number in PAGES:
        await page.goto(f"{here}/q/{number}")
        if number != 6:
            yield f"question {number}"
        if number in MISTAKES:
            await page.evaluate(MISTAKES[number])
            await press(page, "Continue")
            yield f"question {number}, mistaken"


async def answers(live: Live, page: Any) -> Tour:
    """Every kind of item answered, checking, sending, and what can be done after."""
    await page.goto(live.link())
    await press(page, "Start")
    here = page.url.removesuffix("/unit")
    for number in PAGES:
        await page.goto(f"{here}/q/{number}")
        await fill(page)
        if number == 5:
            await page.get_by_label("At home").check()
        await press(page, "Continue")
        await page.goto(f"{here}/q/{number}?change=1")
        for folded in await page.locator("summary").all():
            await folded.click()
        yield f"question {number}, answered"
    await page.goto(f"{here}/check")
    yield "check"
    await press(page, "Send my answers")
    yield "sent"
    await page.locator("summary").click()
    yield "sent, unfolded"
    await page.goto(f"{here}/check")
    yield "check, sent"
    await page.goto(f"{here}/q/1?change=1")
    await press(page, "Clear my answer")
    yield "question 1, cleared"
    await page.goto(f"{here}/check")
    yield "check, with changes to send"
    await page.goto(f"{here}/sent")
    yield "sent, with changes to send"
    await page.locator("summary").click()
    await press(page, "Withdraw my answers")
    yield "withdrawn"
    await press(page, "Finish on this device")
    yield "finished"
    await page.goto(f"{here}/q/1")
    yield "cookie missing"
    await page.goto(f"{live.link()}/stop")
    yield "stop reminders"
    await press(page, "Stop reminders")
    yield "reminders stopped"


async def neighbours(live: Live, page: Any) -> Tour:
    """Another Trust: the shipped questionnaire, several teams put together, notices of its own, no results yet."""
    await page.goto(live.base + live.merged.path)
    yield "landing of the shipped questionnaire"
    await press(page, "Start")
    yield "unit of several teams"
    await follow(page, "Continue")
    yield "question of the shipped questionnaire"
    await page.goto(page.url.replace("/q/1", "/check"))
    yield "check of the shipped questionnaire"
    round_id = live.merged.path.split("/")[2]
    await page.goto(f"{live.base}/method/{round_id}")
    for folded in await page.locator("summary").all():
        await folded.click()
    yield "method"
    for notice in ("privacy", "accessibility", "help"):
        await page.goto(f"{live.base}/{notice}/{live.stage.round_id}")
        yield notice
        await page.goto(f"{live.base}/{notice}/{round_id}")
        yield f"{notice} in their own words"
    await page.goto(await live.sign_in(live.neighbour))
    await press(page, "Sign in")
    yield "no results yet"


@contextmanager
def _failing(error: Exception, function: str = "visit") -> Iterator[None]:
    with patch.object(responding, function, side_effect=error):
        yield


async def refusals(live: Live, page: Any) -> Tour:
    """Every way of saying no to a respondent."""
    await page.goto(f"{live.base}/nowhere")
    yield "404"
    await page.goto(live.base + live.stage.early.path)
    yield "not yet open"
    await page.goto(live.base + live.stage.over.path)
    yield "closed"
    await page.goto(f"{live.base}/r/{live.stage.round_id}/{'a' * 43}")
    await press(page, "Start")
    yield "unknown link"
    await page.goto(live.link())
    await press(page, "Start")
    here = page.url.removesuffix("/unit")
    await _send(await _at(page, f"{here}/pause"), "../unit")
    yield "405"
    await page.goto(f"{here}/q/9")
    await page.evaluate("document.querySelector('textarea').value = 'x'.repeat(66_000)")
    await press(page, "Continue")
    yield "413"
    await page.goto(f"{here}/q/1")
    await page.evaluate(FORGED)
    await press(page, "Continue")
    yield "somebody else's form"
    for name, error in (("429", errors.TooManyAttempts()), ("500", RuntimeError())):
        with _failing(error):
            await page.goto(f"{here}/q/1")
        yield name


async def outages(live: Live, page: Any) -> Tour:
    """The database is away, or another device in the way, while somebody reads, answers and sends without our script:
    with it they stay on the page that is sent again (`offline`)."""
    await page.route("**/survey.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.goto(live.link())
    await press(page, "Start")
    here = page.url.removesuffix("/unit")
    with live.outage():
        await page.goto(f"{here}/check")
    yield "503"
    for number in (1, 5, 9):
        await page.goto(f"{here}/q/{number}")
        await fill(page)
        with live.outage():
            await press(page, "Continue")
        yield f"503, question {number} answered"
    await page.goto(f"{here}/q/1")
    await fill(page)
    with _failing(errors.Refused("Your answers are being changed on another device. Try again in a moment."), "save"):
        await press(page, "Continue")
    yield "409"
    await press(page, "Continue")
    await page.goto(f"{here}/check")
    with live.outage():
        await press(page, "Send my answers")
    yield "503, sending"


async def _at(page: Any, address: str) -> Any:
    await page.goto(address)
    return page


async def results(live: Live, page: Any) -> Tour:
    """Signing in, the heat map, a vision, a unit with results and one without, and out again."""
    link = await live.sign_in()
    await page.goto(f"{live.base}/results")
    yield "not signed in"
    await page.goto(link)
    yield "sign-in link"
    await press(page, "Sign in")
    yield "rounds"
    await page.goto(f"{live.base}/results/{published.ROUND}")
    yield "heat map"
    for place in (
        "method",
        "comments",
        "visions/services",
        "units/alpha",
        "units/delta",
        "units/north",
        "units/nursing",
    ):
        await page.goto(f"{live.base}/results/{published.ROUND}/{place}")
        yield f"results: {place}"
    for place in ("", "/changes", "/priorities", "/units/alpha", "/units/test-hospital-trust/questions"):
        await page.goto(f"{live.base}/results/{findings.WITH_ALL}{place}")
        await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
        yield f"results with everything: {place}"
    await page.goto(f"{live.base}/results/{published.ROUND}/units/nobody")
    yield "no such unit"
    await page.goto(link)
    yield "used sign-in link"
    await page.goto(f"{live.base}/results")
    await press(page, "Sign out")
    yield "signed out"


async def comments(live: Live, page: Any) -> Tour:
    """Reading what staff wrote: nothing read yet, a comment, a mistake, all read, released; and as others read it."""
    await page.goto(await live.sign_in(role="reviewer"))
    await press(page, "Sign in")
    await page.goto(f"{live.base}/comments")
    yield "rounds with comments"
    desk = f"{live.base}/comments/{published.ROUND}"
    await page.goto(desk)
    yield "comments to read"
    await page.goto(f"{desk}/{next(iter(published.COMMENTS))}")
    yield "comment with suggestions"
    await page.locator("textarea").fill("Other words [[")
    await press(page, "Save and go on")
    yield "comment, mistaken"
    async with live.database.connection() as db:
        await published.decide_all(db, STANDING.organisation_id, published.ROUND)
    await page.goto(desk)
    await page.locator("summary").first.click()
    yield "comments, all read"
    if await page.get_by_role("button", name="Release these comments").count():  # another tour may have released them
        await press(page, "Release these comments")
    yield "comments, released"
    await page.goto(await live.sign_in())
    await press(page, "Sign in")
    await page.goto(f"{live.base}/results/{published.ROUND}/comments")
    yield "comments as others read them"


async def _spoken(live: Live, page: Any, language: str) -> Tour:
    """The journey in another language: every kind of item, mistaken and answered, checked, sent, and an error."""
    with patch.object(languages, "known", pseudo.known):
        await page.goto(f"{live.base}{next(live.spoken).path}?lang={language}")
        yield "landing"
        await page.locator("summary").click()
        yield "landing, unfolded"
        async with page.expect_navigation():
            await page.locator("main form button").click()
        yield "unit"
        here = page.url.rsplit("/", 1)[0]
        for number in PAGES:
            await page.goto(f"{here}/q/{number}")
            if number in MISTAKES:
                await page.evaluate(MISTAKES[number])
                await page.locator("main form .nhsuk-button").first.click()
                await page.locator(".nhsuk-error-summary").wait_for()
                yield f"question {number}, mistaken"
            elif number != 6:
                yield f"question {number}"
        await page.goto(f"{here}/pause")
        yield "pause"
        await page.goto(f"{here}/check")
        yield "check, nothing answered"
        for notice in ("privacy", "accessibility", "help"):
            await page.goto(f"{live.base}/{notice}/{here.rsplit('/', 1)[1]}")
            yield notice
        await page.goto(f"{live.base}/r/{here.rsplit('/', 1)[1]}/nowhere/at/all")
        yield "404"


def welsh(live: Live, page: Any) -> Tour:
    return _spoken(live, page, "cy")


def mirrored(live: Live, page: Any) -> Tour:
    return _spoken(live, page, "ar-XB")


async def offline(live: Live, page: Any) -> Tour:
    """What the script and the service worker show while there is no connection; told apart by the name of the state."""
    await page.goto(f"{live.base}/offline")
    yield "offline"
    await page.goto(live.link())
    await press(page, "Start")
    await page.goto(page.url.replace("/unit", "/q/1"))
    for said in ("saving", "saved", "again"):
        await page.evaluate(STATUS, said)
        yield f"question, {said}"
    await page.goto(page.url.replace("/q/1", "/check"))
    await page.evaluate(STATUS, "again")
    yield "check, again"
    await page.goto(page.url.replace("/check", "/pause"))
    await page.evaluate(STATUS, "again")
    yield "pause, again"


async def console(live: Live, page: Any) -> Tour:
    """An owner's pages: who may come in, keys, the log; and what happens when a session ends in the middle."""
    await page.goto(await live.sign_in(role="owner"))
    await press(page, "Sign in")
    yield "home"
    await page.goto(f"{live.base}/accounts")
    yield "accounts"
    await follow(page, "Invite somebody")
    yield "invitation"
    await press(page, "Make the link")
    yield "invitation, mistaken"
    await page.get_by_label("Name").fill("Kim of Estates and Facilities")
    await page.get_by_label("Results reader", exact=True).check()
    await press(page, "Make the link")
    yield "invitation's link"
    await page.goto(f"{live.base}/accounts")
    await page.get_by_role("link", name="Kim of Estates and Facilities").first.click()
    yield "account"
    await page.get_by_label("Results reader", exact=True).uncheck()
    await page.locator("#unit").select_option(index=1)
    await press(page, "Save")
    yield "account, mistaken"
    await page.locator("#unit").select_option(index=0)
    await press(page, "Save")
    yield "account, saved"
    await page.goto(f"{live.base}/accounts")
    yield "accounts, somebody waits"
    await page.get_by_role("link", name="Look and decide").last.click()
    await press(page, "Remove")
    await page.goto(f"{live.base}/account")
    yield "own account"
    await page.goto(f"{live.base}/keys")
    yield "keys, none"
    await press(page, "Make the key")
    yield "keys, mistaken"
    await page.get_by_label("What will use it").fill("Power BI")
    await press(page, "Make the key")
    yield "key made"
    await page.goto(f"{live.base}/keys")
    yield "keys"
    await page.goto(f"{live.base}/audit-log")
    yield "audit log"
    await page.goto(f"{live.base}/audit-log?about=questionnaire&since=2031-01-01")
    yield "audit log, nothing matches"
    await page.goto(f"{live.base}/audit-log?since=soon&who=x")
    yield "audit log, mistaken"
    await page.goto(f"{live.base}/kept")
    yield "kept, nothing"
    await page.goto(f"{live.base}/keys")
    await page.get_by_label("What will use it").fill("Data warehouse")
    async with live.database.connection() as db:
        await db.execute("update session set used_at = used_at - interval '3 hours'")
    await press(page, "Make the key")
    yield "signed out while typing"
    await page.goto(await live.sign_in(role="owner"))
    await press(page, "Sign in")
    yield "kept"
    await press(page, "Let it go")
    async with live.database.connection() as db:
        await db.execute("update account set roles = '{}' where name like 'Sign-in link (Owner)'")
    await page.goto(live.base)
    yield "without a role"
    async with live.database.connection() as db:
        await db.execute("update account set roles = '{owner}' where name like 'Sign-in link (Owner)'")


async def sent(live: Live, page: Any) -> Tour:
    """The state of sending: nothing sent, much that did not arrive, one sent again, held back and going on."""
    await page.goto(await live.sign_in(role="manager"))
    await press(page, "Sign in")
    await page.goto(f"{live.base}/sending")
    yield "rounds that are sent"
    here = f"{live.base}/sending/{live.stage.round_id}"
    await page.goto(here)
    yield "nothing sent"
    async with live.database.connection() as db:
        await sending.fill_due(db, ["email"], "Europe/London")
        await db.execute(
            "update message set doubtful = true, state = (array['accepted', 'accepted', 'delivered', 'bounced',"
            " 'refused', 'waiting', 'accepted', 'delivered'])[1 + (hashtext(message_id::text) & 7)]"
        )
    with patch.object(Config, "sends_by", ("email",)):
        await page.goto(here)
        yield "much that did not arrive"
        await page.get_by_role("button", name="Send again").first.click()
        await page.wait_for_url("**told=again")
        yield "sent again"
        await press(page, "Pause sending")
        yield "held back"
        await press(page, "Go on sending")
        yield "going on"
    await page.goto(f"{here}/words")
    for folded in await page.locator("summary").all():
        await folded.click()
    yield "words of messages"
    await page.locator("#invitation-sms").fill("No link")
    await press(page, "Look without saving")
    yield "words of messages, mistaken"
    async with live.database.connection() as db:
        await db.execute("delete from message")
        await db.execute("delete from wave")


TOURS = (questions, answers, neighbours, refusals, outages, welsh, mirrored, offline, results, comments, console, sent)
