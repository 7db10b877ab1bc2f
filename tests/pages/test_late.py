"""A page that our script sends again, late: it must not overwrite what another device answered meanwhile."""

from typing import Any

import httpx
import pytest

from tests.pages.person import Page, Person
from tests.staging import Stage


def _value(page: Page) -> str:
    return str(page.one("//input[@type='radio'][@checked]").get("value"))


async def _filled(person: Person, here: str, value: str) -> dict[str, Any]:
    """A page's form with this choice, as it stands before it is sent."""
    page = await person.get(here)
    return page.filled() | {page.all("//input[@type='radio']")[0].get("name"): value}


async def _send(person: Person, form: dict[str, Any], *, late: bool) -> httpx.Response:
    headers = {"survey-key": "a" * 32} | ({"survey-late": "1"} if late else {})
    return await person.client.post(f"{person.round}/q/1", data=form, headers=headers)


async def test_a_late_page_does_not_overwrite_a_newer_answer(person: Person) -> None:
    await person.start()
    lost = await _filled(person, "q/1", "2")
    await _send(person, await _filled(person, "q/1", "4"), late=False)
    answer = await _send(person, lost, late=True)
    assert answer.headers["survey-next"].endswith("/q/1?overtaken=1")
    assert "survey-saved" not in answer.headers
    page = await person.get("q/1?overtaken=1")
    assert _value(page) == "4"
    assert "That newer answer is kept" in page.words
    again = await _send(person, page.filled(), late=False)
    assert again.headers["survey-next"].endswith("/q/2")


async def test_what_is_sent_for_the_first_time_is_the_newest(person: Person) -> None:
    """Somebody has just pressed the button, whatever was done elsewhere while they looked at the page."""
    await person.start()
    mine = await _filled(person, "q/1", "2")
    await _send(person, await _filled(person, "q/1", "4"), late=False)
    answer = await _send(person, mine, late=False)
    assert answer.headers["survey-saved"] == "a" * 32
    assert _value(await person.get("q/1")) == "2"


@pytest.mark.parametrize("arrived", [False, True], ids=["it never came", "only the answer was lost"])
async def test_a_late_page_is_saved_where_nothing_is_newer(person: Person, arrived: bool) -> None:
    await person.start()
    lost = await _filled(person, "q/1", "2")
    if arrived:
        await _send(person, lost, late=False)
    answer = await _send(person, lost, late=True)
    assert answer.headers["survey-saved"] == "a" * 32
    assert answer.headers["survey-next"].endswith("/q/2")
    assert _value(await person.get("q/1")) == "2"


async def test_an_answer_that_was_taken_away_meanwhile_stays_away(person: Person) -> None:
    await person.start()
    await _send(person, await _filled(person, "q/1", "4"), late=False)
    lost = await _filled(person, "q/1", "2")
    page = await person.get("q/1")
    name = page.all("//input[@type='radio']")[0].get("name")
    await _send(person, page.filled() | {"_clear": name}, late=False)
    assert (await _send(person, lost, late=True)).headers["survey-next"].endswith("?overtaken=1")
    assert not (await person.get("q/1")).all("//input[@type='radio'][@checked]")


async def test_another_process_s_memory_does_not_hide_what_is_newer(
    person: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late page asks the database, and not what this process remembers."""
    await person.start()
    lost = await _filled(person, "q/1", "2")
    await _send(person, await _filled(person, "q/1", "4"), late=False)
    monkeypatch.setattr("survey.operations.responding.recall", lambda *_: pytest.fail("asked its memory"))
    assert (await _send(person, lost, late=True)).headers["survey-next"].endswith("?overtaken=1")


async def test_a_form_without_its_traces_is_taken_as_it_is(person: Person) -> None:
    await person.start()
    form = await _filled(person, "q/1", "2")
    for traces in ([], ["x"]):
        await _send(person, await _filled(person, "q/1", "4"), late=False)
        answer = await _send(person, form | {"_were": traces, "_shown": []}, late=True)
        assert "survey-saved" in answer.headers
