"""Every error under /api is a problem document that names its request."""

from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
from litestar.exceptions import HTTPException, ValidationException

from survey import errors
from survey.api import problems
from survey.api.problems import ProblemDocument
from tests.api.conftest import caller
from tests.published import ROUND, Stage

ASKED = [
    ("GET", "/api", 404),
    ("GET", "/api/", 404),
    ("GET", "/api/nothing", 404),
    ("GET", "/api/v1", 404),
    ("GET", "/api/v1/rounds/none/nothing", 404),
    ("GET", "/api/v1/rounds/%00", 404),
    ("GET", "/api/v1/rounds/%F0%9F%92%A9", 404),
    ("GET", f"/api/v1/rounds/{'x' * 3000}", 404),
    ("GET", f"/api/v1/rounds/{ROUND}/scores?kind=team", 400),
    ("GET", f"/api/v1/rounds/{ROUND}/scores?measure=%00", 404),
    ("GET", f"/api/v1/rounds/{ROUND}/scores?measures=staff", 400),
    ("GET", f"/api/v1/rounds/{ROUND}?kind=division", 400),
    ("GET", "/api/v1/rounds?page=2", 400),
    ("POST", "/api/v1/rounds", 405),
    ("DELETE", f"/api/v1/rounds/{ROUND}/scores", 405),
    ("POST", "/api/openapi.json", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_an_error_is_a_problem_document(stage: Stage, method: str, path: str, status: int) -> None:
    async with caller(stage, "own") as own:
        answer = await own.request(method, path, headers={"x-request-id": "asked-by-a-test"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = msgspec.json.decode(answer.content, type=ProblemDocument)
    assert (told.status, told.request_id) == (status, "asked-by-a-test")
    assert answer.headers["x-request-id"] == "asked-by-a-test"
    assert told.instance.isascii()
    assert answer.headers["cache-control"] == "no-store"
    assert ("allow" in answer.headers) == (status == 405)


async def test_a_wrong_filter_is_named(own: httpx.AsyncClient) -> None:
    answer = await own.get(f"/api/v1/rounds/{ROUND}/scores?kind=team")
    (mistake,) = answer.json()["problems"]
    assert mistake["place"] == "query: kind"
    assert "team" in mistake["what"]


async def test_a_filter_that_is_none_is_named(own: httpx.AsyncClient) -> None:
    answer = await own.get(f"/api/v1/rounds/{ROUND}/scores?measures=staff&kind=division")
    assert answer.json()["problems"] == [
        {"place": "query: measures", "what": "This is not a filter. It can be measure, kind, group."}
    ]


async def test_a_database_that_is_away_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise errors.Unavailable

    monkeypatch.setattr(stage.database, "connection", away)
    async with caller(stage, "own") as own:
        answer = await own.get("/api/v1/rounds")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def _told(error: Exception) -> dict[str, Any]:
    request: Any = SimpleNamespace(scope={"path": "/api/v1/ü", "state": {"request_id": "r"}})
    told: dict[str, Any] = msgspec.json.decode(problems.respond(request, error).content)
    return told


TOLD = [
    (errors.NotFound("Gone."), 404, "urn:survey:problem:not-found", "Gone."),
    (errors.TooManyAttempts(), 429, "urn:survey:problem:too-many-attempts", str(errors.TooManyAttempts())),
    (HTTPException(status_code=418), 418, "urn:survey:problem:i-m-a-teapot", "I'm a Teapot"),
    (ValueError("svy_secret"), 500, "urn:survey:problem:internal-server-error", problems._WORDS[500]),
    (
        HTTPException("svy_secret", status_code=500),
        500,
        "urn:survey:problem:internal-server-error",
        problems._WORDS[500],
    ),
]


@pytest.mark.parametrize(("error", "status", "kind", "detail"), TOLD)
def test_each_error_in_its_words(error: Exception, status: int, kind: str, detail: str) -> None:
    told = _told(error)
    assert (told["status"], told["type"], told["detail"]) == (status, kind, detail)
    assert "svy_secret" not in str(told)
    assert told["instance"] == "/api/v1/%C3%BC"


def test_every_mistake_is_listed() -> None:
    wrong = errors.BadInput([errors.Problem("name", "is missing.", "Give one."), errors.Problem("days", "is 0.")])
    assert _told(wrong)["problems"] == [
        {"place": "name", "what": "is missing. Give one."},
        {"place": "days", "what": "is 0."},
    ]
    assert _told(ValidationException(extra=[{"message": "bad", "key": "k"}]))["problems"] == [
        {"place": "request: k", "what": "bad"}
    ]
