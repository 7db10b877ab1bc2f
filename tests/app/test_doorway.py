"""What every request passes through: ids, limits, headers, HEAD, one line in the log; first alone, then around the app.

The app is spoken to by ASGI, in this event loop.
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import structlog
from litestar.types import ASGIApp

from survey.app import create_app, doorway
from survey.app.doorway import BODY_LIMIT, Doorway
from survey.config import Config
from survey.db import Database
from survey.errors import Unavailable
from survey.operations import responding
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

TOKEN = "dG9rZW4tdGhhdC1pcy1uZXZlci1pbi1hLWxvZy1maWxl"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
PROMISED = {
    "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "permissions-policy", "x-request-id",
}  # fmt: skip


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was logged, whatever another test did to the logger."""
    monkeypatch.setattr(doorway, "log", structlog.get_logger())
    with structlog.testing.capture_logs() as entries:
        yield entries


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that tells what it was asked: the method, and how much it was sent."""
    scope["path_template"] = "/echo"
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    body = f"{scope['method']} {size}".encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def client(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),  # type: ignore[arg-type]
        base_url="http://survey.trust.example",
    )


@pytest.fixture
async def alone() -> AsyncIterator[httpx.AsyncClient]:
    async with client(Doorway(echo, tls=False)) as speaking:
        yield speaking


# Ids


async def test_a_request_without_an_id_is_given_one(alone: httpx.AsyncClient) -> None:
    given = {(await alone.get("/")).headers["x-request-id"] for _ in range(20)}
    assert len(given) == 20
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in given)


@pytest.mark.parametrize("asked", ["abcdefgh", "A-Za-z0-9_-", "x" * 64, "5f0c1d2e-3a4b-5c6d-7e8f-90a1b2c3d4e5"])
async def test_an_id_is_taken_over_and_echoed(alone: httpx.AsyncClient, asked: str, logged: list[Any]) -> None:
    assert (await alone.get("/", headers={"x-request-id": asked})).headers["x-request-id"] == asked
    assert logged[0]["request_id"] == asked


@pytest.mark.parametrize(
    "asked", ["", "short", "x" * 65, "two words", "a\tb_c_d_e", "<script>x</script>", "üüüüüüüüüü"]
)
async def test_an_id_that_could_do_harm_in_a_log_is_replaced(alone: httpx.AsyncClient, asked: str) -> None:
    echoed = (await alone.get("/", headers={"x-request-id": asked.encode()})).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", echoed)


# The size limit


@pytest.mark.parametrize("size", [0, 1, BODY_LIMIT - 1, BODY_LIMIT])
async def test_what_fits_is_let_through(alone: httpx.AsyncClient, size: int) -> None:
    assert (await alone.post("/", content=b"x" * size)).text == f"POST {size}"


@pytest.mark.parametrize("size", [BODY_LIMIT + 1, 2 * BODY_LIMIT, 5_000_000])
async def test_what_says_that_it_is_too_large_is_refused_unread(size: int) -> None:
    """Bar S12: before a byte of it was asked for."""
    asked = []

    async def receive() -> Any:
        asked.append(True)
        return {"type": "http.request", "body": b"x" * size}

    sent = await _speak(Doorway(echo, tls=False), receive, [(b"content-length", str(size).encode())])
    assert (sent[0]["status"], asked) == (413, [])


@pytest.mark.parametrize("chunk", [1_000, BODY_LIMIT, BODY_LIMIT + 1])
async def test_what_does_not_say_how_large_it_is_is_read_up_to_the_limit(alone: httpx.AsyncClient, chunk: int) -> None:
    taken = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10 * BODY_LIMIT:
            taken += chunk
            yield b"x" * chunk

    answer = await alone.post("/", content=chunks())
    assert answer.status_code == 413
    assert "64 kB" in answer.text
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"0x10", b"99999999999999999999", b" 12", "１２".encode()])
async def test_a_length_that_is_none_is_no_crash_and_no_way_past_the_limit(length: bytes) -> None:
    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * (BODY_LIMIT + 1)}

    sent = await _speak(Doorway(echo, tls=False), receive, [(b"content-length", length)])
    assert sent[0]["status"] == 413


async def _speak(app: Any, receive: Any, headers: list[tuple[bytes, bytes]], **scope: Any) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    await app(asked | scope, receive, send)
    return sent


# Headers


async def test_every_answer_carries_what_keeps_a_page_safe(alone: httpx.AsyncClient) -> None:
    headers = (await alone.get("/")).headers
    assert headers.keys() >= PROMISED
    assert "strict-transport-security" not in headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_policy_allows_no_script_no_frame_and_nothing_from_elsewhere(alone: httpx.AsyncClient) -> None:
    """Bar S8."""
    policy = (await alone.get("/")).headers["content-security-policy"]
    rules = {name: values for name, *values in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert {value for values in rules.values() for value in values} == {"'none'", "'self'", "data:"}
    assert "script-src" not in rules


async def test_respondents_pages_may_load_our_script_and_no_other(alone: httpx.AsyncClient) -> None:
    for address in ("/r/abcdefgh/q/1", "/sw.js", "/privacy/abcdefgh"):
        policy = (await alone.get(address)).headers["content-security-policy"]
        rules = {name: values for name, *values in (rule.split() for rule in policy.split(";"))}
        assert rules["script-src"] == rules["connect-src"] == rules["worker-src"] == ["'self'"]
        assert rules["default-src"] == ["'none'"]


async def test_over_tls_browsers_are_told_to_stay_there() -> None:
    async with client(Doorway(echo, tls=True)) as speaking:
        assert (await speaking.get("/")).headers["strict-transport-security"] == "max-age=31536000"


# HEAD and the log


async def test_head_is_get_without_its_body(alone: httpx.AsyncClient, logged: list[Any]) -> None:
    got, head = await alone.get("/"), await alone.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert [entry["method"] for entry in logged] == ["GET", "HEAD"]


async def test_a_request_is_one_line_with_its_template_and_never_its_path(
    alone: httpx.AsyncClient, logged: list[Any]
) -> None:
    await alone.get(f"/r/k3v9tq2m/{TOKEN}?token={TOKEN}", headers={"cookie": f"r-x={TOKEN}", "referer": TOKEN})
    (line,) = logged
    assert line.keys() == {"event", "log_level", "method", "route", "status", "ms", "request_id"}
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "/echo", 200)
    assert TOKEN not in str(line)


async def test_an_application_that_breaks_is_noted_too(logged: list[Any]) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError

    async with client(Doorway(broken, tls=False)) as speaking:
        assert (await speaking.get("/")).status_code == 500
    assert (logged[0]["status"], logged[0]["route"]) == (500, "-")


async def test_what_is_not_http_is_passed_on_untouched(logged: list[Any]) -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    await Doorway(inner, tls=False)({"type": "lifespan"}, None, None)  # type: ignore[arg-type,typeddict-item]
    assert seen == [{"type": "lifespan"}]
    assert logged == []


# Around the application


@pytest.fixture
async def whole(shared_url: str, config: Config) -> AsyncIterator[httpx.AsyncClient]:
    """On a database with nothing in it; nothing that is sent here puts anything there."""
    database = Database(shared_url)
    async with client(create_app(config, database)) as speaking:
        yield speaking
    await database.close()


@pytest.mark.parametrize(
    "path",
    [
        "/livez",
        "/",
        "/nowhere",
        "/r/unknown1/x",
        "/r/unknown1/check",
        "/api/v1/rounds",
        "/api/v1/nothing",
        "/sign-in",
        "/results",
        "/assets/x/y",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_every_answer_of_the_application_has_an_id_and_the_headers_and_is_no_server_error(
    whole: httpx.AsyncClient, method: str, path: str
) -> None:
    """Bar E2: also what the framework answers by itself."""
    answer = await whole.request(method, path, headers={"x-request-id": "asked-for-this-one"})
    assert answer.status_code < 500
    assert answer.headers["x-request-id"] == "asked-for-this-one"
    assert answer.headers.keys() >= PROMISED
    if path.startswith("/api") and answer.status_code >= 400 and method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json().keys() >= {"type", "title", "status", "detail", "instance", "request_id"}


@pytest.mark.parametrize(
    ("path", "kind"), [("/r/unknown1/submit", "text/html"), ("/api/v1/rounds", "application/problem+json")]
)
@pytest.mark.parametrize("told", [True, False])
async def test_too_large_a_body_is_refused_in_the_words_of_each_face(
    whole: httpx.AsyncClient, path: str, kind: str, told: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    method = "POST" if path.startswith("/r") else "GET"
    content = b"x" * (BODY_LIMIT + 1) if told else chunks()
    answer = await whole.request(method, path, content=content)
    assert answer.status_code == 413 if method == "POST" else answer.status_code in {401, 413}, (
        "GET has no body to read"
    )
    assert answer.headers["content-type"].startswith(kind)


STRANGE = [
    "\0", "a\0b", "\n", "é", "a" * 5000, "..", "../..", "{{7*7}}", "<script>", "'; drop table round; --", " ", "/", "%",
    "٣", "😀", "-1", "0", "99999999999999999999", "1e3",
]  # fmt: skip
ADDRESSES = [
    "/r/{}/token", "/r/unknown1/{}", "/r/unknown1/q/{}", "/privacy/{}", "/sign-in/{}", "/results/{}",
    "/results/unknown1/units/{}", "/api/v1/rounds/{}", "/api/v1/rounds/unknown1/scores?measure={}", "/assets/{}/x",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
async def test_strange_addresses_are_no_server_errors(whole: httpx.AsyncClient, address: str) -> None:
    for strange in [*(quote(text, safe="") for text in STRANGE), "%ff%fe", "%"]:
        for method in ("GET", "POST"):
            answer = await whole.request(method, address.format(strange))
            assert answer.status_code < 500, (method, strange)


async def test_nobody_s_token_is_in_the_log_or_the_answer_of_a_request_that_goes_wrong(
    database: Database, config: Config, organisation: Organisation, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Property 6: unknown, too early, forbidden, broken in every way, database away."""
    keys = KeyRing(config.key_directory(), SECRET)
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
    token, paths = round_.tokens[0], [f"/r/{round_.round_id}/{round_.tokens[0]}", f"/{round_.tokens[0]}"]
    cookie = {"cookie": f"r-{round_.round_id}={token}"}

    async def breaks(*_: object) -> None:
        raise RuntimeError(f"broken near {len(token)} characters")

    async def away(*_: object) -> None:
        raise Unavailable

    answers = []
    async with client(create_app(config, database)) as speaking:
        for failure in (None, breaks, away):
            if failure is not None:
                monkeypatch.setattr(responding, "visit", failure)
            for path in (*paths, f"{paths[0]}/nowhere", f"/r/{round_.round_id}/check", f"/r/{round_.round_id}/q/1"):
                sent = {"headers": cookie, "data": {"csrf": "x"}}
                answers += [await speaking.request(method, path, **sent) for method in ("GET", "POST", "PUT")]
    assert {answer.status_code for answer in answers} >= {200, 303, 403, 404, 500, 503}
    assert len(logged) > len(answers), "the unforeseen ones are logged besides"
    assert token not in repr(logged)
    for answer in answers:
        assert token not in answer.text
        assert token not in str([(k, v) for k, v in answer.headers.multi_items() if k != "set-cookie"])


async def test_while_the_database_is_away_pages_and_api_say_so_and_the_process_is_alive(config: Config) -> None:
    async with client(create_app(config, Database(NOWHERE))) as speaking:
        page, document = await speaking.get("/r/unknown1/check"), await speaking.get("/api/v1/rounds")
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert document.status_code in {401, 503}
        assert (await speaking.get("/livez")).status_code == 200
        ready = await speaking.get("/readyz")
        assert (ready.status_code, ready.text) == (503, "the database is away\n")
