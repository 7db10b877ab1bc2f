"""Before a round is open: drafting, previewing, launching, links, dates; and every step that must be refused."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from survey import sealing
from survey.config import Config
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.errors import BadInput, NotFound, Refused, SurveyError
from survey.operations import authoring, closing, launching, publishing, rehearsing, responding, staffing, viewing
from survey.sealing import KeyRing
from survey.store import invitations
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import DAY, HOUR
from tests.conftest import SECRET
from tests.dying import Dying, Killed

NOW = datetime.now(UTC)


@pytest.fixture
def keys(config: Config) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)


# Drafting


async def test_a_draft_has_what_it_was_given_and_is_nobody_s_business_yet(db: Db, organisation: Organisation) -> None:
    questionnaire = await cast.trust(db, organisation)
    whose, plan = organisation.organisation_id, Plan(k=12, expected_response=0.6)
    made = await launching.draft(db, whose, "  Autumn 2026 ", questionnaire, NOW + HOUR, NOW + DAY, plan)
    assert (made.name, made.questionnaire_hash, made.state) == ("Autumn 2026", questionnaire, "draft")
    assert (made.opens_at, made.closes_at, made.settings) == (NOW + HOUR, NOW + DAY, plan)
    assert [one.round_id for one in await launching.list_all(db, whose)] == [made.round_id]
    with pytest.raises(NotFound):
        await viewing.view(db, made.round_id)


async def test_everything_wrong_with_a_draft_is_told_at_once(db: Db, organisation: Organisation) -> None:
    before = await cast.tables(db)
    with pytest.raises(BadInput) as refused:
        await launching.draft(
            db, organisation.organisation_id, " ", "f00", NOW + DAY, NOW + DAY, Plan(k=3, expected_response=7)
        )
    assert [problem.place for problem in refused.value.problems] == ["k", "expected response", "name", "closing date"]
    assert await cast.tables(db) == before


async def test_a_draft_needs_a_questionnaire_of_the_same_organisation(db: Db, organisation: Organisation) -> None:
    questionnaire = await cast.trust(db, organisation)
    for whose, hash_ in ((organisation.organisation_id, "0" * 64), (sealing.random_id(), questionnaire)):
        with pytest.raises(NotFound):
            await launching.draft(db, whose, "Autumn", hash_, NOW, NOW + DAY, Plan())


async def test_another_organisation_s_round_is_not_there(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """Scope: the outsider gets the answer for a round that does not exist, in the same words."""
    round_ = await cast.launched(db, keys, organisation)
    before, outsider = await cast.tables(db), sealing.random_id()
    steps: list[Callable[[UUID, str], Awaitable[Any]]] = [
        lambda whose, name: launching.find(db, whose, name),
        lambda whose, name: launching.preview(db, whose, name),
        lambda whose, name: launching.launch(db, keys, whose, name),
        lambda whose, name: launching.links(db, keys, whose, name),
        lambda whose, name: launching.reschedule(db, whose, name, None, NOW + DAY),
        lambda whose, name: closing.end_now(db, whose, name),
        lambda whose, name: closing.open_answers(db, keys, whose, name),
        lambda whose, name: publishing.publish(db, whose, name),
    ]
    for step in steps:
        told = []
        for whose, name in ((outsider, round_.round_id), (organisation.organisation_id, "nosuchid")):
            with pytest.raises(NotFound) as refused:
                await step(whose, name)
            told.append(str(refused.value).replace(name, "ROUND"))
        assert told[0] == told[1]
    assert await cast.tables(db) == before


# Preview


async def test_a_preview_changes_nothing_and_says_what_launching_will_freeze(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    questionnaire = await cast.trust(db, organisation)
    round_id = await cast.drafted(db, organisation, questionnaire)
    before = await cast.tables(db)
    seen = await launching.preview(db, organisation.organisation_id, round_id)
    assert await cast.tables(db) == before
    assert (seen.headcount, len(seen.outlooks)) == (60, 2)
    done = await launching.launch(db, keys, organisation.organisation_id, round_id)
    assert tuple(outlook.unit for outlook in seen.outlooks) == done.frame.reporting_units


# Launching


async def test_a_launch_freezes_the_frame_and_invites_everybody_once(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    assert (await launching.find(db, organisation.organisation_id, round_.round_id)).state == "open"
    assert round_.view.frame.headcount == 60
    assert [unit.name for unit in round_.view.frame.reporting_units] == ["Ward 1", "Ward 2"]
    assert [atom.headcount for atom in round_.view.frame.atoms] == [10, 20, 10, 20]
    invited = await db.fetch("select person_id, atom from invitation order by 1")
    members = await db.fetch("select person_id, atom from frame_member order by 1")
    assert len(invited) == 60
    assert invited == members
    assert set(cast.files(keys)) == {f"{round_.round_id}.private", f"{round_.round_id}.mailing"}


async def test_the_frame_stays_as_it_was_when_the_staff_list_changes(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    wishes = staffing.Wishes(leavers=True)
    await staffing.apply(db, organisation.organisation_id, cast.staff_list(40).encode(), wishes)
    assert (await viewing.view(db, round_.round_id)).frame == round_.view.frame
    assert len(await launching.links(db, keys, organisation.organisation_id, round_.round_id)) == 60


async def test_leavers_are_not_invited(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    questionnaire = await cast.trust(db, organisation)
    wishes = staffing.Wishes(leavers=True)
    await staffing.apply(db, organisation.organisation_id, cast.staff_list(59).encode(), wishes)
    round_id = await cast.drafted(db, organisation, questionnaire)
    assert (await launching.launch(db, keys, organisation.organisation_id, round_id)).invitations == 59


async def test_the_database_keeps_a_token_s_hash_and_nothing_of_the_token(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    """Property 6."""
    round_ = await cast.launched(db, keys, organisation)
    stored = {row["token_hash"] for row in await db.fetch("select token_hash from invitation")}
    assert stored == {sealing.lookup_hash(token, round_.round_id) for token in round_.tokens}
    dump = "\n".join(row["line"] for row in await db.fetch("select i::text as line from invitation i"))
    mailing = keys.mailing(round_.round_id)
    for secret in (*round_.tokens, mailing.hex(), keys.private(round_.round_id).hex()):
        assert secret not in dump
        assert secret.encode().hex() not in dump


async def test_links_repeat_identically_and_lead_to_their_owner(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    first = await launching.links(db, keys, organisation.organisation_id, round_.round_id)
    assert await launching.links(db, keys, organisation.organisation_id, round_.round_id) == first
    rows = {row["Employee Number"]: row for row in csv.DictReader(io.StringIO(cast.staff_list()))}
    assert [link.employee_number for link in first] == sorted(rows)
    assert len({link.path for link in first}) == 60
    for link in first:
        row = rows[link.employee_number]
        visit = await responding.visit(db, round_.view, link.path.rpartition("/")[2])
        assert link.path.startswith(f"/r/{round_.round_id}/")
        assert link.reporting_unit == visit.reporting_unit.name == row["Team"] == link.team
        assert visit.atom.group == row["Staff Group"]
        assert (link.email, link.audience) == (row["Email Address"], visit.atom.audience)


async def test_links_need_the_key_directory(db: Db, keys: KeyRing, organisation: Organisation, tmp_path: Path) -> None:
    round_ = await cast.launched(db, keys, organisation)
    with pytest.raises(SurveyError, match="is not in the key directory"):
        await launching.links(
            db, KeyRing(tmp_path / "elsewhere", SECRET), organisation.organisation_id, round_.round_id
        )


async def test_invitations_lie_in_another_order_than_the_staff_list_and_than_the_frame(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    await cast.launched(db, keys, organisation)
    orders = [
        [row[0] for row in await db.fetch(f"select person_id from {table} order by ctid")]
        for table in ("person", "frame_member", "invitation")
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(orders[2])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        same = sum(a == b for a, b in zip(orders[one], orders[other], strict=True))
        assert same <= 10, "one in place is expected by chance; eleven once in 10 million runs"


# Bad transitions: a human error, and not a byte different


async def _state(db: Db, keys: KeyRing) -> Any:
    return await cast.tables(db), cast.files(keys)


async def _refuses(db: Db, keys: KeyRing, step: Awaitable[Any], words: str) -> None:
    before = await _state(db, keys)
    with pytest.raises(Refused, match=words):
        await step
    assert await _state(db, keys) == before


async def test_what_cannot_be_done_to_a_draft(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    whose = (organisation.organisation_id, round_id)
    await _refuses(db, keys, closing.open_answers(db, keys, *whose), "You cannot close this round: it is still a draft")
    await _refuses(db, keys, launching.links(db, keys, *whose), "cannot list links of this round: it is still a draft")
    await _refuses(db, keys, publishing.publish(db, *whose), "You cannot publish this round: it is still a draft")


async def test_what_cannot_be_done_to_a_scheduled_round(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation, opens=HOUR)
    whose = (organisation.organisation_id, round_.round_id)
    await _refuses(db, keys, launching.launch(db, keys, *whose), "has been launched and has not opened yet")
    await _refuses(db, keys, closing.open_answers(db, keys, *whose), "cannot close this round: it has been launched")
    await _refuses(db, keys, publishing.publish(db, *whose), "cannot publish this round: it has been launched")


async def test_what_cannot_be_done_to_an_open_round(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    round_ = await cast.launched(db, keys, organisation)
    whose = (organisation.organisation_id, round_.round_id)
    await _refuses(
        db, keys, launching.launch(db, keys, *whose), "You cannot launch this round: it has been launched already"
    )
    await _refuses(db, keys, closing.open_answers(db, keys, *whose), "You cannot close this round: it is still open")
    await _refuses(db, keys, publishing.publish(db, *whose), "You cannot publish this round: it is still open")
    moved = launching.reschedule(db, *whose, NOW, None)
    await _refuses(db, keys, moved, "has opened already: its opening date cannot move")


async def test_what_cannot_be_done_to_a_round_whose_window_has_ended(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    await rehearsing.set_clock(db, round_.view.closes_at)
    whose = (organisation.organisation_id, round_.round_id)
    await _refuses(db, keys, launching.launch(db, keys, *whose), "You cannot launch this round: it has closed")
    await _refuses(db, keys, launching.links(db, keys, *whose), "You cannot list links of this round: it has closed")
    await _refuses(db, keys, publishing.publish(db, *whose), "its answers are still sealed")
    late = launching.reschedule(db, *whose, None, round_.view.closes_at + DAY)
    await _refuses(db, keys, late, "You cannot reschedule this round: it has closed")


async def test_what_cannot_be_done_to_a_closed_and_to_a_published_round(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_ = await cast.launched(db, keys, organisation)
        await rehearsing.set_clock(db, round_.view.closes_at)
        whose = (organisation.organisation_id, round_.round_id)
        await closing.open_answers(db, keys, *whose)
        for words in ("it has closed", "its results have been published"):
            await _refuses(db, keys, launching.launch(db, keys, *whose), f"You cannot launch this round: {words}")
            await _refuses(db, keys, launching.links(db, keys, *whose), f"cannot list links of this round: {words}")
            late = launching.reschedule(db, *whose, None, round_.view.closes_at + DAY)
            await _refuses(db, keys, late, f"You cannot reschedule this round: {words}")
            if words == "it has closed":
                await publishing.publish(db, *whose)
        await _refuses(db, keys, publishing.publish(db, *whose), "You cannot publish this round: its results have been")


async def test_an_empty_staff_list_cannot_be_launched(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    questionnaire = (await authoring.add(db, organisation.organisation_id, cast.QUESTIONNAIRE)).questionnaire_hash
    round_id = await cast.drafted(db, organisation, questionnaire)
    words = "There is nobody on the staff list to ask"
    await _refuses(db, keys, launching.launch(db, keys, organisation.organisation_id, round_id), words)
    await _refuses(db, keys, launching.preview(db, organisation.organisation_id, round_id), words)


async def test_a_staff_list_that_nobody_on_it_can_be_reached_by_cannot_be_launched(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    questionnaire = await cast.trust(db, organisation)
    await db.execute("update person set email = null, mobile = null")
    round_id = await cast.drafted(db, organisation, questionnaire)
    launch = launching.launch(db, keys, organisation.organisation_id, round_id)
    await _refuses(db, keys, launch, "Nobody on the staff list can be reached")


async def test_a_round_whose_closing_date_has_passed_cannot_be_launched(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation), -DAY, -HOUR)
    launch = launching.launch(db, keys, organisation.organisation_id, round_id)
    await _refuses(db, keys, launch, "This round's closing date has passed. Give it new dates first")


# Dates


@pytest.mark.parametrize(
    ("state", "opens", "closes"),
    [("draft", 5 * HOUR, 6 * HOUR), ("draft", -5 * HOUR, -HOUR), ("scheduled", 2 * HOUR, 3 * HOUR),
     ("scheduled", None, 9 * DAY), ("scheduled", -HOUR, None), ("open", None, 9 * DAY), ("open", None, HOUR)],
)  # fmt: skip
async def test_dates_that_may_move(
    db: Db,
    keys: KeyRing,
    organisation: Organisation,
    state: str,
    opens: timedelta | None,
    closes: timedelta | None,
) -> None:
    round_id = await cast.drafted(
        db, organisation, await cast.trust(db, organisation), -HOUR if state == "open" else HOUR
    )
    if state != "draft":
        await launching.launch(db, keys, organisation.organisation_id, round_id)
    was = await launching.find(db, organisation.organisation_id, round_id)
    wanted = (opens and NOW + opens, closes and NOW + closes)
    moved = await launching.reschedule(db, organisation.organisation_id, round_id, *wanted)
    assert (moved.opens_at, moved.closes_at) == (wanted[0] or was.opens_at, wanted[1] or was.closes_at)


@pytest.mark.parametrize("state", ["draft", "scheduled", "open"])
async def test_dates_that_may_not_move(db: Db, keys: KeyRing, organisation: Organisation, state: str) -> None:
    opens = -HOUR if state == "open" else HOUR
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation), opens)
    whose = (organisation.organisation_id, round_id)
    if state != "draft":
        await launching.launch(db, keys, *whose)
    before = await _state(db, keys)
    with pytest.raises(BadInput, match="closing date: it must come after the opening date"):
        await launching.reschedule(db, *whose, None, NOW + opens)
    if state != "draft":
        with pytest.raises((Refused, BadInput)):
            await launching.reschedule(db, *whose, None, NOW - timedelta(minutes=1))
    assert await _state(db, keys) == before


async def test_the_database_s_clock_decides_and_not_ours(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """A closing date in this process's future but in the database's past is refused, and the other way round taken."""
    round_ = await cast.launched(db, keys, organisation, closes=10 * DAY)
    whose = (organisation.organisation_id, round_.round_id)
    await rehearsing.set_clock(db, NOW + 5 * DAY)
    await _refuses(db, keys, launching.reschedule(db, *whose, None, NOW + 4 * DAY), "must be in the future")
    assert (await launching.reschedule(db, *whose, None, NOW + 6 * DAY)).state == "open"
    await rehearsing.set_clock(db, NOW + 6 * DAY)
    assert (await launching.find(db, *whose)).state == "closed"


# Two at once, and launches cut short


async def test_of_two_launches_at_once_one_wins_and_its_links_work(
    database: Database, keys: KeyRing, organisation: Organisation
) -> None:
    async with database.connection() as db:
        round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))

    async def launch() -> Any:
        async with database.connection() as db:
            return await launching.launch(db, keys, organisation.organisation_id, round_id)

    outcomes = await asyncio.gather(*(launch() for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, launching.Launched) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 5
    async with database.connection() as db:
        round_ = await cast.cast_of(db, keys, organisation, round_id)
        await cast.submit(db, round_, round_.tokens[0], cast.answers())
        await _opens_under_its_key(db, round_)


async def _opens_under_its_key(db: Db, round_: cast.Cast) -> None:
    (sealed,) = await db.fetch("select ciphertext from sealed where round_id = $1", round_.round_id)
    opened, unreadable = sealing.unseal_all(round_.keys.private(round_.round_id), [sealed[0]])
    assert (len(opened), unreadable) == (1, 0)


async def test_a_launch_killed_at_any_point_changes_nothing_or_is_whole_and_can_be_done_again(
    database: Database, config: Config, organisation: Organisation
) -> None:
    """Every statement and every touch of the key directory, before it and after it."""
    async with database.connection() as db:
        questionnaire = await cast.trust(db, organisation, people=20, teams=1)
        outcomes, point, finished = [], 0, False
        while not finished:
            point += 1
            keys = KeyRing(config.key_directory() / str(point), SECRET)
            round_id = await cast.drafted(db, organisation, questionnaire)
            before = await cast.tables(db)
            with Dying(point) as dying:
                try:
                    await launching.launch(dying.db(db), keys, organisation.organisation_id, round_id)
                    finished = True
                except Killed:
                    pass
            state = (await launching.find(db, organisation.organisation_id, round_id)).state
            outcomes.append(state)
            if state == "draft":
                assert await cast.tables(db) == before, dying.where
                await launching.launch(db, keys, organisation.organisation_id, round_id)
            round_ = await cast.cast_of(db, keys, organisation, round_id)
            assert len(round_.tokens) == 20
            await cast.submit(db, round_, round_.tokens[0], cast.answers())
            await _opens_under_its_key(db, round_)
    assert outcomes == ["draft"] * (len(outcomes) - 2) + ["open", "open"], "after the commit, and not killed at all"
    assert len(outcomes) > 25


async def test_keys_left_by_a_cut_launch_do_not_serve_the_next(
    db: Db, keys: KeyRing, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever copied them meanwhile has nothing."""
    round_id = await cast.drafted(db, organisation, await cast.trust(db, organisation))
    with monkeypatch.context() as patch:

        async def fail(*_: object) -> None:
            raise Killed

        patch.setattr(invitations, "add_all", fail)
        with pytest.raises(Killed):
            await launching.launch(db, keys, organisation.organisation_id, round_id)
    left = cast.files(keys)
    assert len(left) == 2
    await launching.launch(db, keys, organisation.organisation_id, round_id)
    assert not set(cast.files(keys).values()) & set(left.values())
