"""Property 5: on respondents' addresses GET and HEAD change nothing and hand out nothing; and what a program that
presses every button can do (BARS S2)."""

import re
from itertools import product

import asyncpg
import httpx
import pytest

from survey import sealing
from survey.pages.routes import ROUTES
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person

TABLES = ("draft", "sealed", "answered", "invitation", "response", "comment", "session")
READ = sorted(route.path for route in ROUTES if route.method == "GET" and route.path.startswith("/r/"))


async def _rows(stage: Stage) -> dict[str, str]:
    """Each table's content as one hash, transaction ids included: an update to the same values shows, too."""
    connection = await asyncpg.connect(stage.url)
    try:
        query = "select md5(string_agg(t::text || t.xmin::text, ',' order by t::text)) from {} t"
        return {table: await connection.fetchval(query.format(table)) for table in TABLES}
    finally:
        await connection.close()


def _address(path: str, round_id: str, token: str) -> str:
    named = {"round_id": round_id, "token": token, "number": "1"}
    return re.sub(r"{(\w+):\w+}", lambda found: named[found[1]], path)


@pytest.mark.parametrize("started", [False, True])
async def test_get_and_head_change_nothing_and_set_no_cookie(person: Person, stage: Stage, started: bool) -> None:
    if started:
        await person.start()
        await person.answer("q/1", A1="3")
    before = await _rows(stage)
    assert len(READ) > 8
    for method, path in product(("GET", "HEAD", "OPTIONS"), READ):
        for token in (person.token, sealing.random_token()):
            response = await person.client.request(method, _address(path, stage.round_id, token))
            assert "set-cookie" not in response.headers, (method, path)
            assert response.status_code < 500
            assert method != "HEAD" or not response.content
    assert await _rows(stage) == before
    assert (await person.start()).status == 303


async def test_a_program_that_presses_every_button_answers_nothing(person: Person, stage: Stage) -> None:
    """It loads the link, follows what it finds, and sends every form as it stands."""
    before = (await _rows(stage))["answered"], (await _rows(stage))["sealed"]
    seen: set[str] = set()
    todo = [person.path]
    while todo and len(seen) < 80:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        todo += await _press_everything(person.client, address)
    assert {f"{person.round}/{here}" for here in ("q/1", "check", "pause")} <= seen
    assert ((await _rows(stage))["answered"], (await _rows(stage))["sealed"]) == before
    assert (await person.start()).location == f"{person.round}/unit"


async def _press_everything(client: httpx.AsyncClient, address: str) -> list[str]:
    """Where the page's links, forms and buttons lead."""
    response = await client.get(address)
    found = [str(response.url.join(response.headers["location"]))] if response.is_redirect else []
    page = Page(response)
    if page.tree is None:
        return found
    found += [str(response.url.join(link.get("href"))) for link in page.all("//a[@href]")]
    for form in page.all("//form"):
        target = str(response.url.join(form.get("action") or address))
        sent = await client.post(target, data=dict(form.form_values()), headers={"sec-fetch-site": "same-origin"})
        found += [str(sent.url.join(sent.headers["location"]))] if sent.is_redirect else []
    paths = [httpx.URL(one).path for one in found if httpx.URL(one).host == "survey.trust.example"]
    return [path for path in paths if not path.endswith("/finish")]
