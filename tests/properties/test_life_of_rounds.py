"""Rounds live as they should, whatever happens in whatever order: the service against a model without a database.

Hypothesis drafts, launches, answers, changes, withdraws, lets time pass, closes, publishes and pulls the plug; after
every step what the service holds is compared with what a few dictionaries say (properties 2 and 4).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from survey import db as databases
from survey import errors, sealing
from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.questionnaire.reading import read
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import administering, closing, launching, publishing, rehearsing, responding, viewing
from survey.operations.viewing import View
from survey.sealing import KeyRing
from survey.workers import closing as worker
from tests import cast
from tests.conftest import SECRET
from tests.dying import Dying, Killed

QUESTIONNAIRE = read(cast.QUESTIONNAIRE)
EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=10)
PEOPLE = 20
people = st.integers(0, 3)
"""Few of them, so that much happens to each."""
numbers = st.integers(0, 999)
dying = st.one_of(st.just(0), st.integers(1, 45))
"""At which point to die; 0: not at all."""


class Model:
    """What a round is, in dictionaries: who has answered what, and who has sent what."""

    def __init__(self, opens: datetime, closes: datetime) -> None:
        self.opens, self.closes = opens, closes
        self.launched = self.opened = self.published = False
        self.tokens: tuple[str, ...] = ()
        self.drafts: dict[int, Answers] = {}
        self.sent: dict[int, Answers] = {}
        self.flagged: set[int] = set()

    def state(self, now: datetime) -> str:
        if not self.launched:
            return "draft"
        if self.published:
            return "published"
        if self.opened or now >= self.closes:
            return "closed"
        return "open" if now >= self.opens else "scheduled"


class LifeOfRounds(RuleBasedStateMachine):
    """The database's clock stands five minutes past a multiple of ten: never near an edge of a window."""

    url: str
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now, self.rounds, self.views = EPOCH, dict[str, Model](), dict[str, View]()
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.connecting = databases.connect(self.url, idle_in_transaction_session_timeout="0")
        self.db: Db = await self.connecting.__aenter__()
        code = "".join(random.SystemRandom().choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=10))
        trust = await administering.add(self.db, code, "Trust")
        self.whose: UUID = trust.organisation_id
        self.keys = KeyRing(self.folder / code, SECRET)
        self.questionnaire = await cast.trust(self.db, trust, people=PEOPLE, teams=1)
        await self._set_clock()

    async def _set_clock(self) -> None:
        await rehearsing.set_clock(self.db, self.now + STEP / 2)

    def teardown(self) -> None:
        self.runner.run(self.connecting.__aexit__(None, None, None))
        self.runner.close()

    def do(self, work: Awaitable[Any]) -> Any:
        async def waited() -> Any:
            return await work

        return self.runner.run(waited())

    def state(self, round_id: str) -> str:
        return self.rounds[round_id].state(self.now + STEP / 2)

    def some(self, chosen: int) -> str:
        return sorted(self.rounds)[chosen % len(self.rounds)]

    def refused(self, work: Awaitable[Any], kind: type[errors.SurveyError] = errors.Refused) -> None:
        with pytest.raises(kind):
            self.do(work)

    # Rounds

    @initialize(lasts=st.integers(2, 9))
    def there_is_an_open_round(self, lasts: int) -> None:
        self.draft(-1, lasts)
        self.launch(0, 0)

    @rule(opens=st.integers(-2, 4), lasts=st.integers(1, 6))
    def draft(self, opens: int, lasts: int) -> None:
        if len(self.rounds) == 3:
            return
        window = (self.now + opens * STEP, self.now + (opens + lasts) * STEP)
        made = self.do(launching.draft(self.db, self.whose, "Round", self.questionnaire, *window, Plan()))
        self.rounds[made.round_id] = Model(*window)

    @precondition(lambda self: self.rounds)
    @rule(chosen=numbers, dies=dying)
    def launch(self, chosen: int, dies: int) -> None:
        round_id = self.some(chosen)
        model, now = self.rounds[round_id], self.now + STEP / 2
        if model.state(now) != "draft" or model.closes <= now:
            self.refused(launching.launch(self.db, self.keys, self.whose, round_id))
            return
        self._dying(lambda db: launching.launch(db, self.keys, self.whose, round_id), dies)
        found = self.do(launching.find(self.db, self.whose, round_id))
        if found.launched_at is not None:
            model.launched = True

    @rule(steps=st.integers(1, 3))
    def time_passes(self, steps: int) -> None:
        self.now += steps * STEP
        self.do(self._set_clock())

    @precondition(lambda self: self.rounds)
    @rule(chosen=numbers)
    def end_now(self, chosen: int) -> None:
        round_id = self.some(chosen)
        if self.state(round_id) == "open":
            self.rounds[round_id].closes = self.now
        self.do(closing.end_now(self.db, self.whose, round_id))

    @precondition(lambda self: self.rounds)
    @rule(chosen=numbers, dies=dying)
    def close(self, chosen: int, dies: int) -> None:
        round_id = self.some(chosen)
        if self.state(round_id) in {"draft", "scheduled", "open"}:
            self.refused(closing.open_answers(self.db, self.keys, self.whose, round_id))
            return
        self._dying(lambda db: closing.open_answers(db, self.keys, self.whose, round_id), dies)
        found = self.do(launching.find(self.db, self.whose, round_id))
        self._opened(round_id, found.opened_answers_at is not None)

    def _opened(self, round_id: str, opened: bool) -> None:
        model = self.rounds[round_id]
        if opened and not model.opened:
            model.opened, model.drafts, model.flagged = True, {}, set()

    @rule()
    def the_worker_looks(self) -> None:
        self.do(worker.tick(self.db, cast.unheard, self.keys))
        for round_id in self.rounds:
            self._opened(round_id, self.state(round_id) in {"closed", "published"})

    @precondition(lambda self: self.rounds)
    @rule(chosen=numbers)
    def publish(self, chosen: int) -> None:
        round_id = self.some(chosen)
        model, work = self.rounds[round_id], publishing.publish(self.db, self.whose, round_id)
        if not model.opened or model.published:
            self.refused(work)
            return
        self.do(work)
        model.published = True

    # Respondents

    def _open_round(self, chosen: int) -> tuple[str, Model]:
        """Any launched one whose links are still told, with its links."""
        launched = sorted(name for name, model in self.rounds.items() if model.launched)
        round_id = launched[chosen % len(launched)]
        model = self.rounds[round_id]
        if not model.tokens and self.state(round_id) in {"scheduled", "open"}:
            links = self.do(launching.links(self.db, self.keys, self.whose, round_id))
            model.tokens = tuple(link.path.rpartition("/")[2] for link in links)
        if round_id not in self.views:
            self.views[round_id] = self.do(viewing.view(self.db, round_id))
        return round_id, model

    def _anyone(self, chosen: int, person: int) -> tuple[str, Model, str] | None:
        """Somebody who may answer now. Where the window is shut it is tried that nobody may."""
        round_id, model = self._open_round(chosen)
        token = model.tokens[person] if model.tokens else "never-seen"
        state = self.state(round_id)
        if state == "open":
            return round_id, model, token
        if model.tokens:
            shut = errors.RoundNotOpen if state == "scheduled" else errors.RoundClosed
            self.refused(responding.visit(self.db, self.views[round_id], token), shut)
        return None

    _LAUNCHED = precondition(lambda self: any(model.launched for model in self.rounds.values()))

    @_LAUNCHED
    @rule(chosen=numbers, person=people, number=numbers, item=st.sampled_from(["COUNT", "AGREE", None]))
    def answer(self, chosen: int, person: int, number: int, item: str | None) -> None:
        if (who := self._anyone(chosen, person)) is None:
            return
        round_id, model, token = who
        view, before = self.views[round_id], model.drafts.get(person, {})
        given: Answers = {"COUNT": (str(number),), "AGREE": (str(1 + number % 5),)}
        after = {name: values for name, values in before.items() if name != item} if item else before | given
        visit = self.do(responding.visit(self.db, view, token))
        self.do(responding.save(self.db, view, token, visit, after))
        model.drafts[person] = after

    @_LAUNCHED
    @rule(chosen=numbers, person=people, number=numbers)
    def answer_and_submit(self, chosen: int, person: int, number: int) -> None:
        """What most people do; without it, few that Hypothesis invents would ever send anything."""
        self.answer(chosen, person, number, None)
        self.submit(chosen, person, 0, 1)

    @_LAUNCHED
    @rule(chosen=numbers, person=people, dies=dying.map(lambda at: at % 12), times=st.integers(1, 3))
    def submit(self, chosen: int, person: int, dies: int, times: int) -> None:
        if (who := self._anyone(chosen, person)) is None:
            return
        round_id, model, token = who
        visit = self.do(responding.visit(self.db, self.views[round_id], token))
        if not visit.answers:
            self.refused(responding.submit(self.db, self.views[round_id], token, visit))
            return
        for _ in range(times):
            died = self._dying(lambda db: responding.submit(db, self.views[round_id], token, visit), dies)
            before, after = model.sent.get(person), self._stored(round_id, token)
            assert after in ((before, visit.answers) if died else (visit.answers,))
            if after is not None:
                model.sent[person] = after
                model.flagged.add(person)
            dies = 0

    @_LAUNCHED
    @rule(chosen=numbers, person=people)
    def withdraw(self, chosen: int, person: int) -> None:
        if (who := self._anyone(chosen, person)) is None:
            return
        round_id, model, token = who
        self.do(responding.withdraw(self.db, self.views[round_id], token))
        model.drafts.pop(person, None)
        model.sent.pop(person, None)

    @rule()
    def the_process_starts_anew(self) -> None:
        self.views = {}

    def _dying(self, work: Callable[[Any], Any], at: int) -> bool:
        """Do it, and die at that point; at 0 not. Whether it died."""
        with Dying(at) as dying:
            try:
                self.do(work(dying.db(self.db)))
            except Killed:
                return True
        return False

    def _stored(self, round_id: str, token: str) -> Answers | None:
        """What somebody has sent, as it stands under seal."""
        query = "select ciphertext from sealed where round_id = $1 and token_hash = $2"
        found = self.do(self.db.fetchval(query, round_id, sealing.lookup_hash(token, round_id)))
        if found is None:
            return None
        (plain,), _ = sealing.unseal_all(self.keys.private(round_id), [found])
        return packing.unpack(QUESTIONNAIRE, closing._INNER.decode(plain).answers)

    # What must hold after every step

    @invariant()
    def states_are_as_they_should_be(self) -> None:
        found = {one.round_id: one.state for one in self.do(launching.list_all(self.db, self.whose))}
        assert found == {round_id: self.state(round_id) for round_id in self.rounds}

    @invariant()
    def rows_are_as_many_as_they_should_be(self) -> None:
        for round_id, model in self.rounds.items():
            live = model.launched and not model.opened
            expected = {
                "invitation": PEOPLE if live else 0,
                "draft": len(model.drafts),
                "sealed": 0 if model.opened else len(model.sent),
                "answered": len(model.flagged),
                "response": len(model.sent) if model.opened else 0,
                "frame_member": PEOPLE if model.launched else 0,
            }
            assert {table: self._count(table, round_id) for table in expected} == expected

    def _count(self, table: str, round_id: str) -> int:
        return int(self.do(self.db.fetchval(f"select count(*) from {table} where round_id = $1", round_id)))

    @invariant()
    def opened_answers_are_those_that_were_sent(self) -> None:
        for round_id, model in self.rounds.items():
            if model.opened:
                rows = self.do(self.db.fetch("select answers from response where round_id = $1", round_id))
                stored = [packing.unpack(QUESTIONNAIRE, row[0]) for row in rows]
                assert sorted(map(_plain, stored)) == sorted(map(_plain, model.sent.values()))

    @invariant()
    def private_keys_are_there_while_they_are_needed(self) -> None:
        """What a launch or a close that was cut short left may lie about until it is done again."""
        for round_id, model in self.rounds.items():
            if model.launched and not model.opened:
                assert self.keys.private(round_id)


def _plain(given: Answers) -> list[tuple[str, tuple[str, ...]]]:
    return sorted(given.items())


def _run(url: str, folder: Path, examples: int, steps: int) -> None:
    machine = type("Lives", (LifeOfRounds,), {"url": url, "folder": folder})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )


def test_rounds_live_as_the_model_says(database_url: str, tmp_path: Path) -> None:
    _run(database_url, tmp_path, 10, 40)


@pytest.mark.long
def test_many_rounds_live_as_the_model_says(database_url: str, tmp_path: Path) -> None:
    """Bar R13."""
    _run(database_url, tmp_path, 400, 50)
