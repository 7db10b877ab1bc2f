"""S7: what somebody sends and is shown again at once, stored nowhere: in a form, in a file, in an address.

Each answer is looked at once, with the policy reporting, which is the policy on and off at the same time: see `shown`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx
import lxml.html
import msgspec
import pytest
from playwright.async_api import Browser

from survey import pages
from survey.core import access
from tests import xss
from tests.browser import shown
from tests.browser.gallery import Gallery
from tests.browser.live import Live
from tests.browser.planting import OPEN
from tests.browser.shown import Page

pytestmark = pytest.mark.browser
MOST = 50_000
"""Bytes of a form that is sent: the service takes no more than some thousands above."""
MARK = "//echo"
"""By which a page shows what was sent, and not what was planted: a comment to a script."""
TEXTS = tuple(f"{text}{MARK}" for text in xss.PAYLOADS)
FILES = {"/questionnaires/file": "a.toml", "/staff/imports": "a.csv"}
"""Where files are sent."""
SILENT = {
    "a choice from what there is: nothing is said of another": (
        "/accounts/{account_id}", "/rounds/{round_id}/devices", "/staff/imports/{import_id}/sheet",
        "/staff/units/{unit_id}/people",
    ),
    "one button, on pages that stand otherwise here": (
        "/accounts/{account_id}/link", "/comments/{round_id}/release", "/r/{round_id}/withdraw",
        "/rounds/{round_id}/devices/{device_id}/take-back", "/rounds/{round_id}/resume",
        "/sending/{round_id}/again/{person_id}", "/sending/{round_id}/resume", "/sign-in/with-account",
        "/sign-in/{token}", "/staff/people/{person_id}/return",
        "/try/{version}/{audience}/{language}/{standing}/submit",
    ),
    "for programs": ("/api/notify/receipts",),
}  # fmt: skip
"""Forms that never show again what was sent."""


class Form(msgspec.Struct, frozen=True):
    """`hidden` goes back as it came; `names` are what somebody can fill in."""

    action: str
    hidden: dict[str, str]
    names: tuple[str, ...]

    def filled(self) -> Iterator[dict[str, str]]:
        """With all the texts in every field, in as many goes as the service takes."""
        size = sum(len(quote(text)) + 3 for text in TEXTS) * len(self.names)
        goes = size // MOST + 1
        for start in range(goes):
            shares = [" ".join(TEXTS[(start + place) % goes :: goes]) for place in range(len(self.names))]
            yield {**self.hidden, **dict(zip(self.names, shares, strict=True))}
        if self.unseen:
            yield {**self.hidden, **dict.fromkeys(self.unseen, SHORT), **dict.fromkeys(self.names, SHORT)}

    @property
    def unseen(self) -> list[str]:
        return [name for name in self.hidden if name != "csrf"]


AROUND = tuple(f"{opening}<img src=x onerror=alert(1)>{MARK}" for opening in xss.OPENINGS)
SHORT = " ".join([*AROUND, *xss.OTHERS[:8], "\0csrf\0"])
"""Every way out of the place in which a text stands."""


def _forms(gallery: Gallery) -> dict[str, Form]:
    """By where they lead."""
    found = {}
    for address, page in gallery.pages.items():
        for form in lxml.html.document_fromstring(page.text).xpath("//form[@method='post'][not(@enctype)]"):
            hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
            fields = ".//*[self::input[not(@type='hidden')] or self::textarea or self::select]/@name"
            action = urljoin(urljoin(gallery.base, address), form.get("action") or "")
            found[action] = Form(action, hidden, tuple(dict.fromkeys(form.xpath(fields))))
    return found


def _repeats(answer: httpx.Response) -> bool:
    """Whether it is a page that says something of what was sent."""
    return answer.headers.get("content-type", "").startswith("text/html") and MARK in answer.text


def _route(method: str, address: str) -> str:
    """The template of an address; of two that fit, the one with fewer holes."""
    path = urlsplit(address).path
    fitting = [
        template
        for (known, template) in access.ROUTES
        if known == method and re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template)), path)
    ]
    return min(fitting, key=lambda template: template.count("{"))


async def test_no_text_runs_where_a_form_is_shown_again(chrome: Browser, gallery: Gallery) -> None:
    """Every form of every page, each field of it an attack: the answer, with what is wrong and what was typed. One
    button would do something, and has nothing to show again."""
    forms, answers = _forms(gallery), list[Page]()
    async with gallery.client() as client:
        for form in forms.values():
            for fields in form.filled() if form.names else ():
                answer = await client.post(form.action, data=fields)
                answers += [shown.of(answer)] if _repeats(answer) else []
    echoed = {_route("POST", page.address) for page in answers}
    buttons = {_route("POST", action) for action, form in forms.items() if not form.names}
    every = {template for method, template in access.ROUTES if method == "POST"}
    spared = {template for templates in SILENT.values() for template in templates}
    assert every - echoed - buttons - FILES.keys() == spared
    assert await shown.amiss(chrome, answers) == []


async def test_no_text_runs_where_a_file_is_refused(chrome: Browser, gallery: Gallery) -> None:
    """A file's name and what it holds: one that is no staff list, and a questionnaire full of mistakes."""
    token = _forms(gallery)[f"{gallery.base}/keys"].hidden["csrf"]
    answers = list[Page]()
    async with gallery.client() as client:
        for start in range(4):
            text = " ".join(one for one in TEXTS[start::4] if "\0" not in one)
            toml = f'title = {text!r}\n[levels]\nnames = [{text!r}]\n[[items]]\nid = {text!r}\n"{start}" = 1\n'.encode()
            for path, name in FILES.items():
                for body in (b"%PDF" + text.encode(), toml, text.encode()):
                    file = {"file": (f"{text} {name}", body, "text/plain")}
                    answer = await client.post(path, data={"csrf": token}, files=file)
                    assert answer.status_code in {303, 422}, (path, answer.status_code)
                    answers += [shown.of(answer)] if _repeats(answer) else []
    assert {_route("POST", page.address) for page in answers} == {"/questionnaires/file"}, "a staff list is not quoted"
    assert await shown.amiss(chrome, answers) == []


async def test_no_text_runs_where_a_form_waits_for_the_database(chrome: Browser, gallery: Gallery, live: Live) -> None:
    """What was typed is in the page that offers to send it again, under the names that it came by."""
    answers, journey = list[Page](), _forms(gallery)[f"{gallery.base}/r/{OPEN}/q/1"].hidden
    async with gallery.client() as client:
        for start in range(4):
            fields = journey | dict(zip(TEXTS[start::4], TEXTS[start::4], strict=True))
            words = journey | dict(zip("hij", (" ".join(TEXTS[n::12]) for n in range(start, 12, 4)), strict=True))
            with live.outage():
                answers.append(shown.of(await client.post(f"/r/{OPEN}/q/1", data=words)))
                answers += [shown.of(await client.post(path, data=fields)) for path in (f"/r/{OPEN}/submit", "/keys")]
    assert {page.status for page in answers} == {503}
    assert all(page.text.count(MARK) > 50 for page in answers)
    assert await shown.amiss(chrome, answers) == []


NAMED = {
    "about", "after", "as", "before", "below", "beyond", "change", "closes", "code", "days", "device", "error",
    "error_description", "from", "in", "lang", "language", "leavers", "open", "opens", "order", "overtaken", "q",
    "questionnaire", "saved", "since", "slip", "state", "told", "unit", "until", "who",
}  # fmt: skip
"""What addresses may say after the question mark."""
IDS = {"below", "device", "language", "questionnaire", "since", "unit"}
"""Of these a wrong one is not found, and nothing else is looked at."""


async def test_no_text_runs_where_an_address_is_wrong(chrome: Browser, gallery: Gallery) -> None:
    """Every page, asked for with every name that an address may have, and every part of a path that is not fixed."""
    assert _asked_for() <= NAMED
    answers = list[Page]()
    async with gallery.client() as client:
        for addresses in _wrong(gallery):
            for address in addresses:  # the others where the first is repeated
                answer = await client.get(address)
                assert answer.status_code in {200, 303, 403, 404, 409, 422}, address[:80]
                if not _repeats(answer):
                    break
                answers.append(shown.of(answer))
    assert {_route("GET", page.address) for page in answers} >= {"/staff", "/staff/people", "/audit-log"}
    assert await shown.amiss(chrome, answers) == []


def _wrong(gallery: Gallery) -> Iterator[list[str]]:
    """The same in several ways each: a page may show no more than the beginning of what it was asked for."""
    for address in {_route("GET", page.address): address for address, page in gallery.pages.items()}.values():
        for names in (NAMED, NAMED - IDS):
            told = [urlencode(dict.fromkeys(names, "".join(AROUND[n:] + AROUND[:n]))) for n in range(len(AROUND))]
            yield [f"{address.partition('?')[0]}?{one}" for one in told]
    for method, template in access.ROUTES:
        if method == "GET" and "{" in template and not template.startswith(("/api", "/assets")):
            of_round = template.replace("{round_id}", OPEN)
            yield [_holed(template, AROUND[:4])]
            yield [_holed(of_round, AROUND[n:]) for n in range(len(AROUND))]


def _holed(template: str, texts: Sequence[str]) -> str:
    return re.sub(r"\{\w+\}", quote("".join(texts), safe=""), template)


def _asked_for() -> set[str]:
    """The names by which pages ask their address for something."""
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(pages.__file__).parent.rglob("*.py"))
    called = re.findall(r'(?:asked|query_params)(?:\.get)?\("(\w+)"', sources)
    return {*called, *re.findall(r'"(\w+)" in \S*query_params', sources)}


async def test_no_error_of_the_api_is_a_page(gallery: Gallery) -> None:
    """Whatever an address of it holds: no browser takes the answer for a page."""
    async with gallery.client() as client:
        for method, template in access.ROUTES:
            if method == "GET" and template.startswith("/api") and template != "/api":
                answer = await client.get(f"{_holed(template, AROUND)}?{urlencode({AROUND[0]: AROUND[1]})}")
                assert "html" not in answer.headers["content-type"], template
                assert answer.headers["x-content-type-options"] == "nosniff", template
