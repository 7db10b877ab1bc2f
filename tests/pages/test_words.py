"""Changing what messages say: looked at first, refused with every mistake told at its field, saved, and sent so."""

import pytest

from survey.core.reaching import Reach
from survey.operations import authoring, drafting, reaching, tracing
from survey.operations.tracing import Wanted
from tests import cast
from tests.pages.test_launching import ZONE, Console, console  # noqa: F401

SPOKEN = cast.QUESTIONNAIRE.replace("title =", 'languages = ["en", "cy"]\ntitle =', 1)


async def _spoken(console: Console) -> str:  # noqa: F811
    """The page of a draft whose questionnaire has Welsh."""
    whose = console.organisation.organisation_id
    async with console.database.connection() as db:
        added = await authoring.add(db, whose, SPOKEN)
        made = await drafting.begin(db, whose, "Spoken", added.questionnaire_hash, ZONE)
    return f"/sending/{made.round_id}/words"


async def _texts(console: Console, here: str) -> dict[str, dict[str, str]]:  # noqa: F811
    async with console.database.connection() as db:
        found = await reaching.find(db, console.organisation.organisation_id, here.split("/")[2])
    return {language: dict(texts) for language, texts in found.texts.items()}


async def test_our_words_stand_there_and_what_they_make_below(console: Console) -> None:  # noqa: F811
    here = f"/sending/{(await console.drafted()).round_id}/words"
    page = await console.manager.get(here)
    assert page.one("//input[@id='invitation-subject']").get("value") == "How well do our digital tools work for you?"
    assert len(page.all("//textarea")) == 6 and len(page.all("//fieldset//details")) == 6
    assert "Charged as 2 text messages." in page.words
    assert not page.all("//a[contains(@href, 'language=')]"), "there is no other language"
    sent = await console.manager.send(page, here)
    assert sent.location == f"{here}?language=en&told=saved"
    assert await _texts(console, here) == {}, "what was ours stays ours, and follows when ours changes"


async def test_words_are_looked_at_without_saving_and_then_saved(console: Console) -> None:  # noqa: F811
    here = f"/sending/{(await console.drafted()).round_id}/words"
    looked = await console.manager.fill(
        here, {"look": "yes"}, reminder_sms="Do <b>answer</b>: {link}", reminder_subject="Again"
    )
    assert looked.status == 200
    assert "Nothing has been saved yet." in looked.words
    assert "Do <b>answer</b>: https://survey.trust.example/r/" in looked.words
    assert await _texts(console, here) == {}
    assert (await console.manager.send(looked, here)).status == 303
    assert await _texts(console, here) == {
        "en": {"reminder_sms": "Do <b>answer</b>: {link}", "reminder_subject": "Again"}
    }
    async with console.database.connection() as db:
        (line, *_) = await tracing.read(db, console.organisation.organisation_id, Wanted("round"))
    assert (line.action, line.details) == ("round.change_words", '{"language":"en"}')
    back = await console.manager.fill(here, reminder_sms="", reminder_subject="")
    assert back.status == 303
    assert await _texts(console, here) == {}


@pytest.mark.parametrize("press", [{}, {"look": "yes"}])
async def test_every_mistake_is_told_at_its_field(console: Console, press: dict[str, str]) -> None:  # noqa: F811
    here = f"/sending/{(await console.drafted()).round_id}/words"
    page = await console.manager.fill(
        here, press, invitation_sms="No link", last_day_subject="{name}", reminder_email="{link} www.evil.example"
    )
    assert page.status == 422
    assert page.title.startswith("Error: ")
    told = {one.get("id"): one.text_content() for one in page.all("//span[@class='nhsuk-error-message']")}
    assert set(told) == {"invitation-sms-error", "last-day-subject-error", "reminder-email-error"}
    assert "It must have {link} in it" in told["invitation-sms-error"]
    assert page.one("//textarea[@id='invitation-sms']").text.strip() == "No link"
    assert await _texts(console, here) == {}


async def test_each_language_has_words_of_its_own(console: Console) -> None:  # noqa: F811
    here = await _spoken(console)
    english = await console.manager.get(here)
    assert [a.get("href") for a in english.all("//a[contains(@href, 'language=')]")] == [f"{here}?language=cy"]
    welsh = await console.manager.get(f"{here}?language=cy")
    assert welsh.one("//input[@id='invitation-subject']").get("value").startswith("Pa mor dda")
    saved = await console.manager.send(welsh, here, reminder_sms="Atebwch: {link}")
    assert saved.location == f"{here}?language=cy&told=saved"
    assert "The words have been saved." in (await console.manager.get(saved.location)).words
    assert await _texts(console, here) == {"cy": {"reminder_sms": "Atebwch: {link}"}}


async def test_who_changes_the_english_alone_is_told_that_it_goes_to_everybody(console: Console) -> None:  # noqa: F811
    """Our Welsh would say something else. Saying it is right makes it the Trust's own."""
    here = await _spoken(console)
    await console.manager.fill(here, reminder_sms="Answer: {link}")
    welsh = await console.manager.get(f"{here}?language=cy")
    assert "You have changed the English." in welsh.words
    await console.manager.send(welsh, here)
    ours = (await console.manager.get(f"{here}?language=cy")).one("//textarea[@id='reminder-sms']").text.strip()
    assert await _texts(console, here) == {"en": {"reminder_sms": "Answer: {link}"}, "cy": {"reminder_sms": ours}}
    assert "You have changed the English." not in (await console.manager.get(f"{here}?language=cy")).words


async def test_only_what_the_round_sends_is_asked_for_and_only_until_it_has_closed(console: Console) -> None:  # noqa: F811
    none = await console.drafted(reach=Reach(channels=()))
    assert "sends no messages" in (await console.manager.get(f"/sending/{none.round_id}/words")).words
    round_id = (await console.opened(reach=Reach(channels=("sms",)))).split("/")[2]
    here = f"/sending/{round_id}/words"
    page = await console.manager.get(here)
    assert len(page.all("//textarea")) == 3 and not page.all("//form[@action]//input[@type='text']")
    assert here in [a.get("href") for a in (await console.manager.get(f"/sending/{round_id}")).all("//a")]
    async with console.database.connection() as db:
        await db.execute("update round set closes_at = survey_now() where round_id = $1", round_id)
    assert (await console.manager.get(here)).location == f"/sending/{round_id}"
    assert (await console.manager.send(page, here, reminder_sms="{link}")).status == 409
