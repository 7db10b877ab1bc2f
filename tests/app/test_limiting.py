"""Guessing links is slowed down; a neighbour's guessing holds nobody up (bar S5)."""

from typing import Any

import httpx
import pytest

from survey.app import create_app, limiting
from tests.pages.conftest import Stage, stage  # noqa: F401
from tests.pages.person import Person

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


async def test_a_thousand_wrong_links_a_minute_hold_no_neighbour_up(stage: Stage) -> None:  # noqa: F811
    """S5, with the limit as it ships: one address, which is a whole Trust's."""
    transport = httpx.ASGITransport(app=create_app(stage.config, stage.database), client=("192.0.2.7", 1))
    ours = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as guesser:
        answers = [
            await guesser.post(
                f"/r/{stage.round_id}/{number:043}", headers=ours | {"x-forwarded-for": f"10.0.{number % 9}.1"}
            )
            for number in range(1_000)
        ]
    statuses = [answer.status_code for answer in answers]
    assert statuses[: limiting.GUESSES] == [404] * limiting.GUESSES
    assert set(statuses[limiting.GUESSES :]) == {429}
    assert all(answer.headers["retry-after"] == "60" for answer in answers[limiting.GUESSES :])
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as neighbour:
        person = Person(neighbour, stage.link())
        assert (await person.start()).status == 303
        assert (await person.answer("q/1", A1="2")).status == 303
        assert (await person.press("check", "submit")).location.endswith("/sent")


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
