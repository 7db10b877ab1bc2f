"""The console's rounds: from nothing to an open round, what can go wrong on the way, and what can be done after."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey import db as databases
from survey import sealing
from survey.app import create_app
from survey.config import Config, Secret
from survey.core import rounds as rules
from survey.core.disclosure.audits import RULES
from survey.core.steps import HUNDREDTHS
from survey.db import Database, Db
from survey.operations import (
    arranging,
    authoring,
    carrying_out,
    closing,
    custody,
    drafting,
    launching,
    signing_in,
    telling,
)
from survey.operations.launching import Round
from survey.pages.launching import asking
from survey.pages.launching.wizard import STEPS
from survey.sealing import KeyRing
from survey.store import organisations, rounds, unit_changes
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET, STANDING, Cluster
from tests.pages.manager import Manager, signed_in
from tests.pages.person import Page
from tests.recorder import MOST_QUERIES, recorded

ZONE = "Europe/London"
BASE = "https://survey.trust.example"


class Console(msgspec.Struct, frozen=True):
    """A Trust's console, with the staff list and one questionnaire loaded."""

    database: Database
    organisation: Organisation
    config: Config
    app: Any
    manager: Manager

    async def drafted(self, **settings: Any) -> Round:
        """A draft that could be launched at once."""
        whose = self.organisation.organisation_id
        async with self.database.connection() as db:
            (version, *_) = await db.fetch("select questionnaire_hash from questionnaire order by added_at")
            made = await drafting.begin(db, whose, "Autumn", version["questionnaire_hash"], ZONE)
            window = (made.now - timedelta(hours=1), made.now + timedelta(days=20))
            return await drafting.change(db, whose, made.round_id, 1, **({"window": window} | settings))

    async def found(self, round_id: str) -> Round:
        async with self.database.connection() as db:
            return await launching.find(db, self.organisation.organisation_id, round_id)

    async def work(self) -> None:
        """What the worker does."""
        async with self.database.connection() as db:
            for errand in await carrying_out.waiting(db):
                keys = KeyRing(self.config.key_directory(), SECRET)
                await carrying_out.carry_out(db, self.database.connection, keys, sealing.signer(SECRET), errand)

    async def opened(self, **settings: Any) -> str:
        """A round that was launched on pages; its address."""
        round_ = await self.drafted(**settings)
        here = f"/rounds/{round_.round_id}"
        if round_.settings.custody == "split":
            async with self.database.connection() as db:
                await custody.split(db, self.organisation.organisation_id, round_.round_id)
        assert (await self.manager.post(f"{here}/launch")).status == 303
        await self.work()
        return here


@asynccontextmanager
async def staged(database: Database, folder: Path) -> AsyncIterator[Console]:
    config = Config(secret=Secret(SECRET), keys=folder / "keys", base_url=BASE)
    app = create_app(config, database)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as client:
        manager = await signed_in(client, database, STANDING.organisation_id)
        yield Console(database, STANDING, config, app, manager)


@pytest_asyncio.fixture(scope="module")
async def console(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    """Shared: each test has rounds of its own."""
    name = await cluster.create(template)
    database = Database(cluster.url_of(name))
    async with database.connection() as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        await cast.trust(db, STANDING)
    async with staged(database, tmp_path_factory.mktemp("launching")) as made:
        yield made
    await database.close()
    await cluster.drop(name)


async def test_where_there_is_nothing_yet_pages_say_what_to_do_first(
    database: Database, organisation: Organisation, tmp_path: Path
) -> None:
    async with staged(database, tmp_path) as empty:
        assert "Prepare the first round" in (await empty.manager.get("/rounds")).words
        page = await empty.manager.get("/rounds/new")
        assert page.one("//main//a[contains(@class,'nhsuk-button')]").get("href") == "/questionnaires"
        async with database.connection() as db:
            await authoring.add(db, organisation.organisation_id, cast.QUESTIONNAIRE)
        page = await empty.manager.fill("/rounds/new", name="Early")
        who = await empty.manager.get(page.location)
        assert who.one("//main//a[contains(@class,'nhsuk-button')]").get("href") == "/staff"
        review = await empty.manager.get(page.location.partition("/draft/")[0])
        assert "There is nobody to ask" in review.words
        assert not review.all("//form[contains(@action,'/launch')]")


async def test_from_nothing_to_an_open_round_step_by_step(console: Console) -> None:
    manager = console.manager
    page = await manager.fill("/rounds/new", name="Autumn 2026")
    here = page.location.partition("/draft/")[0]
    for step, following in zip(STEPS[1:], [*STEPS[2:], None], strict=True):
        assert page.location == f"{here}/draft/{step.key}"
        page = await manager.fill(page.location)
        assert page.status == 303
        assert page.location == (f"{here}/draft/{following.key}" if following else here)
    review = await manager.get(here)
    assert "60 people are asked" in review.words
    assert "2 reporting units" in review.words
    launched = await manager.send(review, f"{here}/launch")
    assert (launched.status, launched.location) == (303, here)
    waiting = await manager.get(here)
    assert "This round will be launched. Waiting to begin" in waiting.words
    assert waiting.response.headers["refresh"] == "2"
    assert not waiting.all("//main//button")
    await console.work()
    assert "Scheduled" in (await manager.get(here)).words


async def test_a_tree_too_large_for_one_page_unfolds_where_it_is_asked_to(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was ticked and typed stays, nothing is stored on the way, and units that are ticked are always there."""
    round_ = await console.drafted()
    here = f"/rounds/{round_.round_id}/draft/who"
    whole = await console.manager.get(here)
    everything = [one.get("value") for one in whole.all("//input[@name='units']")]
    assert not whole.all("//button[@name='unfold']")
    monkeypatch.setattr(asking, "MOST_WHOLE", 1)
    page = await console.manager.get(here)
    tops = [one.get("value") for one in page.all("//input[@name='units']")]
    assert len(tops) < len(everything)
    (branch, *_) = [one.get("value") for one in page.all("//button[@name='unfold']")]
    page = await console.manager.send(page, here, {"unfold": branch}, scope="without", people="77, 78")
    shown = [one.get("value") for one in page.all("//input[@name='units']")]
    assert (page.status, set(tops) < set(shown)) == (200, True)
    assert page.one("//textarea").text.strip() == "77, 78"
    assert page.one("//input[@name='scope'][@checked]").get("value") == "without"
    assert (await console.found(round_.round_id)).version == round_.version
    below = next(unit for unit in shown if unit not in tops)
    assert (await console.manager.send(page, here, scope="without", units=[below], people="")).status == 303
    kept = await console.manager.get(here)
    assert [one.get("value") for one in kept.all("//input[@name='units'][@checked]")] == [below]


async def test_launched_twice_or_gone_back_to_it_says_so_and_changes_nothing(console: Console) -> None:
    here, manager = await console.opened(), console.manager
    async with console.database.connection() as db:
        before = await cast.tables(db)
    again = await manager.post(f"{here}/launch")
    assert again.location == f"{here}?told=launched"
    assert "has been launched already" in (await manager.get(again.location)).words
    for step in STEPS:
        assert (await manager.get(f"{here}/draft/{step.key}")).location == f"{here}?told=launched"
        assert (await manager.post(f"{here}/draft/{step.key}", {"version": "1"})).location == f"{here}?told=launched"
    async with console.database.connection() as db:
        after = await cast.tables(db)
    assert {name for name in before if before[name] != after[name]} <= {"session", "account"}


async def test_pressed_twice_before_the_worker_comes_it_is_launched_once(console: Console) -> None:
    round_ = await console.drafted()
    for _ in range(2):
        assert (await console.manager.post(f"/rounds/{round_.round_id}/launch")).status == 303
    async with console.database.connection() as db:
        assert len(await carrying_out.waiting(db)) == 1
    await console.work()
    assert (await console.found(round_.round_id)).state == "open"


async def test_the_second_of_two_managers_is_told_what_differs_and_loses_nothing(console: Console) -> None:
    round_ = await console.drafted()
    here = f"/rounds/{round_.round_id}/draft/groups"
    mine, theirs = await console.manager.get(here), await console.manager.get(here)
    assert (await console.manager.send(theirs, here, k="20", response="40")).status == 303
    told = await console.manager.send(mine, here, k="12", response="50")
    assert told.status == 409
    assert "Somebody else has changed this draft" in told.words
    cells = [
        [cell.text_content() for cell in row] for row in told.all("//table[contains(@class,'differences')]//tbody/tr")
    ]
    assert cells == [["Fewest answers for a result", "20", "12"], ["Expected response", "40%", "50%"]]
    assert told.one("//input[@name='k']").value == "12"
    assert (await console.found(round_.round_id)).settings.k == 20
    assert (await console.manager.send(told, here)).status == 303
    assert (await console.found(round_.round_id)).settings.k == 12


async def test_somebody_else_s_change_of_another_step_is_kept_too(console: Console) -> None:
    round_ = await console.drafted()
    here = f"/rounds/{round_.round_id}/draft"
    mine = await console.manager.get(f"{here}/when")
    await console.manager.fill(f"{here}/groups", k="20")
    told = await console.manager.send(mine, f"{here}/when")
    assert told.status == 409
    assert "theirs is the same as yours" in told.words
    assert (await console.manager.send(told, f"{here}/when")).status == 303
    assert (await console.found(round_.round_id)).settings.k == 20


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("questions", {"name": " "}, "Enter a name of at most 100 characters"),
        ("who", {"scope": "only"}, "Choose at least one unit, or ask everyone."),
        ("who", {"people": "10000 77"}, "Nobody on the staff list has the employee number 77."),
        ("when", {"closes-month": "13"}, "Enter a real day, month, year and time"),
        ("when", {"closes-time": "noon"}, "Enter a real day, month, year and time"),
        ("when", {"closes-year": "2025"}, "It must come after the opening date."),
        ("groups", {"k": "4"}, "Enter a whole number of 5 or more."),
        ("groups", {"k": "ten"}, "Enter a whole number of 5 or more."),
        ("groups", {"response": "0"}, "Enter a number from 1 to 100."),
        ("reach", {"channels": "pigeon"}, "Choose how staff get their link."),
        ("reach", {"days": "5, soon"}, "Write days as numbers."),
        ("reach", {"days": "5 5"}, "A day is named twice."),
        ("reach", {"hour": "3"}, "It must be from 7 to 20"),
        ("key", {"custody": "me"}, "Choose who keeps the key."),
    ],
)
async def test_a_mistake_is_told_at_its_field_and_what_was_typed_is_kept(
    console: Console, step: str, typed: dict[str, str], said: str
) -> None:
    round_ = await console.drafted()
    page = await console.manager.fill(f"/rounds/{round_.round_id}/draft/{step}", press=typed)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    (link,) = page.all("//div[contains(@class,'error-summary')]//a")
    assert said in link.text_content()
    assert page.one(f"//*[@id='{link.get('href')[1:]}']") is not None
    assert said in page.text("//span[contains(@class,'nhsuk-error-message')]")
    for name, value in typed.items():
        for field in page.all(f"//*[@name='{name}'][not(@type='radio')]"):
            assert field.value.strip() == value.strip()
    assert (await console.found(round_.round_id)).version == round_.version


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        (("29", "3", "2026"), "01:30", "01:30 on 29 March 2026 does not exist: the clocks go forward then."),
        (("25", "10", "2026"), "1.30am", "01:30 on 25 October 2026 happens twice: the clocks go back then."),
        (("31", "2", "2026"), "17:00", "Enter a real day, month, year and time at which it closes,"),
    ],
)
async def test_a_closing_time_that_clocks_skip_or_repeat_is_refused(
    console: Console, day: tuple[str, str, str], clock: str, said: str
) -> None:
    round_ = await console.drafted()
    typed = dict(zip(("closes-day", "closes-month", "closes-year", "closes-time"), (*day, clock), strict=True))
    page = await console.manager.fill(f"/rounds/{round_.round_id}/draft/when", press=typed)
    assert page.status == 422
    assert said in page.words


async def test_the_review_tells_what_will_not_happen_as_it_seems(console: Console) -> None:
    unsent = "This service is not set up to send by e-mail or text message"
    late = await console.drafted()
    here = f"/rounds/{late.round_id}"
    review = (await console.manager.get(here)).words
    assert "Its opening date has passed: it opens as soon as it is launched." in review
    assert unsent in review
    assert unsent in (await console.manager.get(f"{here}/draft/reach")).words
    ahead = (late.now + timedelta(days=1), late.now + timedelta(days=9))
    reach = msgspec.structs.replace(late.reaching, channels=())
    quiet = await console.drafted(window=ahead, reach=reach)
    review = (await console.manager.get(f"/rounds/{quiet.round_id}")).words
    assert "opening date has passed" not in review
    assert unsent not in review


async def test_the_review_tells_of_people_in_a_unit_that_has_been_closed(console: Console) -> None:
    here = f"/rounds/{(await console.drafted()).round_id}"
    assert "which has been closed" not in (await console.manager.get(here)).words
    async with console.database.connection() as db:
        whose = console.organisation.organisation_id
        forest = await arranging.forest(db, whose)
        ward = next(place for place in forest.places if forest.sitting.get(place.id))
        await unit_changes.add(
            db, whose, sealing.random_id(), UUID(ward.id), "close", name=None, parent_id=None, into_id=None,
            effective_at=datetime.now(UTC) - timedelta(minutes=1),
        )  # fmt: skip
        told = (await console.manager.get(here)).words
        (change,) = await arranging.list_changes(db, whose, ward.id)
        await unit_changes.undo(db, whose, change.change_id)
    assert f"{forest.sitting[ward.id]} people are still in “{ward.name}”, which has been closed." in told


async def test_a_round_over_a_clock_change_keeps_to_the_clock_on_the_wall(console: Console) -> None:
    window = (datetime(2026, 10, 19, 8, tzinfo=UTC), datetime(2026, 11, 9, 17, tzinfo=UTC))
    round_ = await console.drafted(window=window)
    here = f"/rounds/{round_.round_id}/draft/when"
    page = await console.manager.get(here)
    assert "The clocks go back around 25 October 2026" in page.words
    assert [page.one(f"//input[@name='{name}-time']").value for name in ("opens", "closes")] == ["09:00", "17:00"]
    assert (await console.manager.send(page, here)).status == 303
    kept = await console.found(round_.round_id)
    assert (kept.opens_at, kept.closes_at) == window


async def test_shares_are_handed_out_on_the_screen_and_two_of_them_close_the_round(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing may take longer than requests are given otherwise."""
    sound, limits = closing.open_answers, []

    async def noting(db: Db, *args: Any, **more: Any) -> closing.Opened:
        limits.extend([await db.fetchval(f"show {name}") for name in databases.UNHURRIED])
        return await sound(db, *args, **more)

    monkeypatch.setattr(closing, "open_answers", noting)
    round_ = await console.drafted(plan=rules.Plan(custody="split"))
    here, manager = f"/rounds/{round_.round_id}", console.manager
    assert "shares of the key are not handed out yet" in (await manager.get(here)).words
    assert not (await manager.get(here)).all(f"//form[@action='{here}/launch']")
    page = await manager.fill(f"{here}/shares")
    shares = []
    for number in (1, 2, 3):
        assert f"Holder {number} of 3" in page.title
        page = await manager.send(page, f"{here}/shares")
        shares.append([word.text for word in page.all("//ol[@class='rounds-words']/li")])
        page = await manager.send(page, f"{here}/shares")
    assert page.location == f"{here}/shares"
    assert [len(share) for share in shares] == [33, 33, 33]
    assert (await manager.post(f"{here}/launch")).status == 303
    await console.work()
    assert (await console.found(round_.round_id)).state == "open"
    await _close_with(console, here, shares)
    assert (await console.found(round_.round_id)).opened_answers_at is not None
    assert limits == ["0", "0"]
    async with console.database.connection() as db:
        everything = str(await cast.tables(db)) + str(await db.fetch("select * from audit_entry"))
    for share in shares:
        assert " ".join(share[3:7]) not in everything


async def _close_with(console: Console, here: str, shares: list[list[str]]) -> None:
    manager, close = console.manager, f"{here}/close"
    page = await manager.fill(close, share="too few words")
    assert page.status == 422
    assert "this has 3" in page.words
    assert "too few words" not in page.response.text
    slip = [*shares[0][:5], "advocat", *shares[0][6:]]
    page = await manager.send(page, close, share=" ".join(slip))
    assert (page.status, "First holder" in page.words) == (422, True)
    assert "Word 6 is not one of the words that shares are made of." in page.words
    assert "advocat" not in page.response.text
    page = await manager.send(page, close, share=" ".join([shares[0][1], shares[0][0], *shares[0][2:]]))
    assert "One of its words is wrong, or two have changed places." in page.words
    second = await manager.send(page, close, share=" ".join(shares[0]))
    assert "Second holder" in second.words
    assert " ".join(shares[0]) not in second.response.text
    second = await manager.send(second, close, share=" ".join(shares[0]))
    assert (second.status, "Second holder" in second.words) == (422, True)
    assert "It takes the share of a different holder." in second.words
    wrong = await manager.send(second, close, share=sealing.split_key_pair()[1][0])
    assert wrong.status == 422
    assert "Begin again with the first holder. They do not fit together. Enter the shares" in wrong.words
    second = await manager.send(wrong, close, share=" ".join(shares[2]).upper())
    done = await manager.send(second, close, share="  ".join(shares[1]))
    assert (done.status, done.location) == (303, here)


async def test_a_namesake_is_noted_before_a_launch(console: Console) -> None:
    first, other = await console.drafted(name="Twice"), await console.drafted(name="Once only")
    assert "Another round is called" not in (await console.manager.get(f"/rounds/{first.round_id}")).words
    await console.drafted(name="TWICE")
    assert "Another round is called “Twice”, too" in (await console.manager.get(f"/rounds/{first.round_id}")).words
    assert "Another round is called" not in (await console.manager.get(f"/rounds/{other.round_id}")).words


async def test_a_launched_round_says_who_is_asked(console: Console) -> None:
    page = await console.manager.get(await console.opened())
    assert page.text("//dt[text()='Asked']/following-sibling::dd") == "60 people in 2 reporting units"


async def test_a_round_that_has_not_opened_is_called_off_and_its_draft_shown(console: Console) -> None:
    now = datetime.now(UTC)
    here = await console.opened(name="Too soon", window=(now + timedelta(days=2), now + timedelta(days=9)))
    page = await console.manager.get(here)
    assert f"{here}/call-off" in [a.get("href") for a in page.all("//main//a")]
    asked = await console.manager.get(f"{here}/call-off")
    assert "Call off “Too soon”?" in asked.words and "nobody has answered" in asked.words
    keys = KeyRing(console.config.key_directory(), SECRET)
    assert here.rpartition("/")[2] in keys.rounds()
    done = await console.manager.send(asked, f"{here}/call-off")
    assert here.rpartition("/")[2] not in keys.rounds()
    left = await console.manager.get(done.location)
    assert left.one("//h1").text_content().split() == ["Too", "soon", "Draft"]
    assert "The round has been called off" in left.words
    assert (await console.manager.get(here)).status == 404
    assert (await console.manager.post(f"{here}/call-off")).status == 404, "a button pressed twice"


async def test_a_round_that_has_opened_offers_no_calling_off_and_refuses_it(console: Console) -> None:
    here = await console.opened()
    assert f"{here}/call-off" not in [a.get("href") for a in (await console.manager.get(here)).all("//main//a")]
    assert (await console.manager.get(f"{here}/call-off")).location == here
    refused = await console.manager.post(f"{here}/call-off")
    assert refused.status == 409 and "You cannot call off this round: it is still open" in refused.words


async def test_pausing_shows_respondents_a_page_that_says_so(console: Console) -> None:
    here = await console.opened()
    async with console.database.connection() as db:
        keys = KeyRing(console.config.key_directory(), SECRET)
        links = await launching.links(db, keys, console.organisation.organisation_id, here.rpartition("/")[2])
    assert (await console.manager.post(f"{here}/pause")).location == here
    assert (await console.manager.post(f"{here}/pause")).location == here, "a button pressed twice"
    page = await console.manager.get(here)
    assert "Paused" in page.words
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=console.app), base_url=BASE) as phone:
        seen = Page(await phone.get(links[0].path))
        started = Page(await phone.post(links[0].path, headers={"sec-fetch-site": "same-origin"}))
    for told in (seen, started):
        assert told.status == 403
        assert told.text("//h1") == "This survey is closed for now"
        assert "What you have saved or sent is kept." in told.words
    assert (await console.manager.send(page, f"{here}/resume")).location == here
    assert "Staff can answer until" in (await console.manager.get(here)).words


async def test_extending_closing_and_publishing_on_pages(console: Console) -> None:
    here, manager = await console.opened(), console.manager
    round_id = here.rpartition("/")[2]
    before = await console.found(round_id)
    extended = await manager.fill(f"{here}/dates", press={"closes-year": "2030"})
    assert extended.location == f"{here}?told=moved"
    assert (await console.found(round_id)).closes_at > before.closes_at
    past = await manager.fill(f"{here}/dates", press={"closes-year": "2026", "closes-month": "1"})
    assert past.status in {409, 422}
    assert (await manager.fill(f"{here}/close")).location == here
    assert "Nobody can answer any more. Waiting to begin" in (await manager.get(here)).words
    async with console.database.connection() as db:
        from_worker = KeyRing(console.config.key_directory(), SECRET)
        await closing.open_answers(db, from_worker, console.organisation.organisation_id, round_id)
    page = await manager.get(here)
    assert "Work out and publish the results" in page.words
    await manager.send(page, f"{here}/publish")
    assert "The results will be worked out. Waiting to begin" in (await manager.get(here)).words
    await console.work()
    page = await manager.get(here)
    assert "Passed." in page.words
    assert [rule in page.words for rule in RULES.values()] == [True] * len(RULES)
    shown, withheld = map(int, re.findall(r"(\d+) shown, (\d+) withheld", page.words)[0])
    assert shown + withheld > 0
    assert sum(int(number) for number in re.findall(r"(\d+) (?:because|so that|overall,)", page.words)) == withheld
    assert (await manager.post(f"{here}/publish")).location == f"{here}?told=published"
    await manager.post(f"{here}/publish", {"correction": "1"})
    await console.work()
    assert "There is nothing to correct" in (await manager.get(here)).words


async def _shown(console: Console, here: str, told: str) -> Page:
    """The page as soon as it says that."""
    async with asyncio.timeout(10):
        while told not in (page := await console.manager.get(here)).words:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return page


async def test_while_a_worker_is_at_it_the_page_says_what_is_done_and_how_far_it_is(console: Console) -> None:
    """The work holds the round all the time. Of a worker that has died, nothing is said to go on."""
    round_, side, link = await console.drafted(), console.database.connection, "Making everybody’s link"
    here, key = f"/rounds/{round_.round_id}", (console.organisation.organisation_id, round_.round_id)
    await console.manager.post(f"{here}/launch")
    async with side() as db, side() as other, telling.of_round(side, *key) as step, db.transaction():
        await rounds.hold(db, *key)
        step("Forming reporting units", 0, 0)
        page = await _shown(console, here, "Forming reporting units")
        assert page.one("//main//progress").get("value") is None
        step(link, 12_000, 25_000)
        page = await _shown(console, here, f"This round is being launched. {link}: 12,000 of 25,000")
        assert page.response.headers["refresh"] == "2"
        bar = page.one("//*[@role='status']//progress")
        assert (bar.get("value"), bar.get("max"), bar.text_content()) == ("48", "100", "48%")
        assert bar.get("aria-label") == f"{link}: 12,000 of 25,000"
        with recorded(console.database) as asked:
            await console.manager.get(here)
        assert len([one for one in asked if "into progress" not in one]) <= MOST_QUERIES
        await other.execute("update progress set holds_until = survey_now() where round_id = $1", round_.round_id)
        page = await console.manager.get(here)
        assert "This round will be launched. Waiting to begin" in page.words
        assert not page.all("//progress")
    assert not (await console.manager.get(here)).all("//progress")
    await console.work()
    assert "Staff can answer until" in (await console.manager.get(here)).words


@pytest.mark.parametrize("custody", ["service", "split"])
async def test_while_answers_are_opened_the_page_says_so_and_nobody_else_is_asked_to(
    console: Console, custody: rules.Custody
) -> None:
    here = await console.opened(plan=rules.Plan(custody=custody))
    key = (console.organisation.organisation_id, here.rpartition("/")[2])
    async with console.database.connection() as db:
        await closing.end_now(db, *key)
    waiting = await console.manager.get(here)
    assert ("Open the answers with two holders" in waiting.words) == (custody == "split")
    assert not waiting.all("//progress")
    async with telling.of_round(console.database.connection, *key) as step:
        step("Opening the sealed answers", 20, HUNDREDTHS)
        page = await _shown(console, here, "The answers are being opened. Opening the sealed answers")
        assert page.one("//main//progress").get("value") == "20"
        assert page.one("//main//progress").get("aria-label") == "Opening the sealed answers"
        assert page.response.headers["refresh"] == "2"
        assert "with two holders" not in page.words


async def test_another_round_like_it_begins_with_its_first_step(console: Console) -> None:
    here = await console.opened()
    page = await console.manager.post(f"{here}/clone")
    assert page.location.endswith("/draft/questions")
    assert (await console.manager.get(page.location)).one("//input[@name='name']").value == "Autumn, again"
    copy = page.location.partition("/draft/")[0]
    assert (await console.manager.post(f"{copy}/discard")).location == "/rounds?told=discarded"
    assert (await console.manager.get(copy)).status == 404


async def test_no_page_asks_the_database_more_than_a_few_questions(console: Console) -> None:
    draft, here = await console.drafted(), await console.opened()
    pages = ["/rounds", "/rounds/new", here, f"{here}/dates", f"{here}/close", f"{here}/response", f"{here}/unreached"]
    pages += [f"/rounds/{draft.round_id}", f"/rounds/{draft.round_id}/unreached"]
    pages += [f"/rounds/{draft.round_id}/draft/{step.key}" for step in STEPS]
    await console.manager.get("/rounds")
    for address in pages:
        with recorded(console.database) as asked:
            page = await console.manager.get(address)
        assert page.status == 200, address
        assert len(asked) <= MOST_QUERIES, (address, asked)


async def test_everything_done_is_in_the_audit_log(console: Console) -> None:
    here = await console.opened()
    for step in ("pause", "resume", "clone"):
        await console.manager.post(f"{here}/{step}")
    async with console.database.connection() as db:
        query = "select action from audit_entry where subject = $1 order by number"
        rows = await db.fetch(query, here.rpartition("/")[2])
    told = [row["action"] for row in rows]
    assert told == ["round.ask_launch", "round.launch", "round.pause", "round.resume", "round.clone"]


async def test_a_share_that_meets_the_end_of_a_session_is_kept_nowhere(console: Console) -> None:
    """What else was typed is put aside until its owner has signed in again."""
    here = await console.opened(plan=rules.Plan(custody="split"))
    draft = await console.drafted()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=console.app), base_url=BASE) as client:
        late = await signed_in(client, console.database, STANDING.organisation_id)
        pages = [await late.get(f"{here}/close"), await late.get(f"/rounds/{draft.round_id}/draft/groups")]
        async with console.database.connection() as db:
            await db.execute(
                "update session set expires_at = survey_now() where session_hash = $1", signing_in.hashed(late.secret)
            )
            kept = []
            for page, form in zip(pages, ({"share": "acid acne"}, {"k": "12"}), strict=True):
                told = await late.send(page, page.one("//main//form").get("action"), **form)
                assert told.status == 401
                assert "acid" not in told.response.text
                kept.append(await db.fetchval("select count(*) from kept_form"))
    assert kept == [0, 1]
