"""Guessing links is slowed down; a neighbour's guessing holds nobody up (bar S5)."""

from typing import Any

import httpx
import pytest

from survey.app import create_app, limiting
from tests.pages.conftest import Stage, stage  # noqa: F401

WRONG = "A" * 43


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting.Limiter.__init__, "__defaults__", (3,))


@pytest.fixture
async def visitor(few: None, stage: Stage) -> Any:  # noqa: F811
    transport = httpx.ASGITransport(app=create_app(stage.config, stage.database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        yield client


async def test_unknown_links_are_slowed_down_and_known_ones_are_not(visitor: httpx.AsyncClient, stage: Stage) -> None:  # noqa: F811
    wrong = f"/r/{stage.round_id}/{WRONG}"
    seen = [(await visitor.post(wrong, headers={"sec-fetch-site": "same-origin"})).status_code for _ in range(5)]
    assert seen == [404, 404, 404, 429, 429]
    slowed = await visitor.post(wrong, headers={"sec-fetch-site": "same-origin"})
    assert slowed.headers["retry-after"] == "60"
    assert "Too many" in slowed.text
    known = await visitor.post(stage.link(), headers={"sec-fetch-site": "same-origin"})
    assert known.status_code == 303


async def test_a_forged_header_is_not_another_address(visitor: httpx.AsyncClient, stage: Stage) -> None:  # noqa: F811
    wrong = f"/r/{stage.round_id}/{WRONG}"
    for attempt in range(4):
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": f"10.0.0.{attempt}"}
        status = (await visitor.post(wrong, headers=headers)).status_code
    assert status == 429


async def test_wrong_keys_count_and_their_absence_does_not(visitor: httpx.AsyncClient) -> None:
    for _ in range(6):
        assert (await visitor.get("/api/v1/rounds")).status_code == 401
    headers = {"authorization": f"Bearer svy_{WRONG}"}
    seen = [(await visitor.get("/api/v1/rounds", headers=headers)).status_code for _ in range(5)]
    assert seen == [401, 401, 401, 429, 429]
