"""Asking for one's link: the same page, headers and work for who is on the staff list and who is not."""

from typing import Any

import httpx
import pytest

from survey.app import create_app
from survey.operations import crowding
from tests.pages.person import Page
from tests.recorder import recorded
from tests.staging import Stage

OURS = {"sec-fetch-site": "same-origin"}
LISTED, UNLISTED = ("p1@trust.example", "1", "p3@trust.example"), ("q1@trust.example", "99999", "07700 900999")
_OWN = ("x-request-id", "date")


async def _ask(client: httpx.AsyncClient, stage: Stage, who: str) -> httpx.Response:
    return await client.post(f"/link/{stage.round_id}", data={"who": who}, headers=OURS)


def _told(response: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    headers = [(name, value) for name, value in response.headers.items() if name not in _OWN]
    return response.status_code, response.content, headers


async def test_nothing_tells_somebody_on_the_list_from_a_stranger(browser: httpx.AsyncClient, stage: Stage) -> None:
    """Neither body, status, headers nor what is asked of the database, the second time either."""
    await browser.get(_asked(stage))  # so that the process knows the round
    answers, asked = [], []
    for who in (*LISTED, *UNLISTED, LISTED[0], UNLISTED[0]):
        with recorded(stage.database) as statements:
            answers.append(_told(await _ask(browser, stage, who)))
            answers.append(_told(await browser.get(_asked(stage))))
        asked.append(tuple(statements))
    assert len({str(answer) for answer in answers[::2]}) == 1
    assert len({str(answer) for answer in answers[1::2]}) == 1
    assert answers[0][0] == 303
    assert len(set(asked)) == 1 and len(asked[0]) == 1
    assert "insert into link_request" in asked[0][0]


def _asked(stage: Stage) -> str:
    return f"/link/{stage.round_id}/asked"


@pytest.mark.parametrize("who", ["", " ", "x" * 101, "a\0b"])
async def test_what_cannot_be_anybody_is_told_beside_the_field(
    browser: httpx.AsyncClient, stage: Stage, who: str
) -> None:
    page = Page(await _ask(browser, stage, who))
    assert page.status == 422 and page.title.startswith("Error: ")
    assert "Enter your work e-mail" in page.text("//span[@id='who-error']")


async def test_more_than_a_whole_trust_from_one_network_have_to_wait_listed_or_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same answer, without asking the database; whoever was asked for before the limit still is."""
    monkeypatch.setattr(crowding, "most", lambda headcount: 2)
    transport = httpx.ASGITransport(app=create_app(stage.config, stage.database), client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        assert [(await _ask(client, stage, who)).status_code for who in ("p7@trust.example", "nobody")] == [303, 303]
        with recorded(stage.database) as asked:
            listed, unlisted = [await _ask(client, stage, who) for who in ("p9@trust.example", "nobody else")]
        assert str(_told(listed)) == str(_told(unlisted)) and listed.status_code == 429
        assert "in the last hour" in Page(listed).words and asked == []
        assert (await _ask(client, stage, "P7@trust.example ")).status_code == 303


async def test_looking_changes_nothing_and_another_site_asks_nothing(browser: httpx.AsyncClient, stage: Stage) -> None:
    looked: Any = await browser.get(f"/link/{stage.round_id}")
    assert looked.status_code == 200 and "set-cookie" not in looked.headers
    there = await browser.post(
        f"/link/{stage.round_id}", data={"who": "p5@trust.example"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert there.status_code == 403


async def test_a_round_that_is_over_or_early_says_so(browser: httpx.AsyncClient, stage: Stage) -> None:
    for link, status in ((stage.over, 410), (stage.early, 403)):
        address = f"/link/{link.path.split('/')[2]}"
        assert (await browser.get(address)).status_code == status
        assert (await browser.post(address, data={"who": "1"}, headers=OURS)).status_code == status
