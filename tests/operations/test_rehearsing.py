"""Invented staff who answer: believably, differently, the same again for the same seed, and by the same operations."""

import random
import statistics
from pathlib import Path

import pytest

from survey.config import Config
from survey.core import answers as packing
from survey.core.frame import Audience
from survey.core.questionnaire.model import Questionnaire
from survey.core.questionnaire.reading import read
from survey.db import Db
from survey.operations import authoring, launching, rehearsing, responding
from survey.operations.rehearsing import Mood
from survey.sealing import KeyRing
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET

SHIPPED = Path(authoring.__file__).parents[1] / "data" / "questionnaires"
QUESTIONNAIRES = [read(cast.QUESTIONNAIRE)] + [read(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.toml"))]
AUDIENCES: tuple[Audience, ...] = ("clinical", "non_clinical", "everyone")


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES, ids=lambda one: one.title["en"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_invented_answers_are_ones_that_the_form_would_take(questionnaire: Questionnaire, audience: Audience) -> None:
    """Each survives being packed, and only items of the audience are answered."""
    mine = {item.id for item in packing.for_audience(questionnaire, audience)}
    for seed in range(60):
        given = rehearsing.plausible(questionnaire, audience, "Ward 1", Mood(1), random.Random(seed))
        assert set(given) <= mine
        kept = packing.unpack(questionnaire, packing.pack(questionnaire, audience, given))
        asked = {item.id for item in packing.asked(questionnaire, audience, given)}
        texts = {item.id for item in questionnaire.items if item.kind == "text"}
        assert kept == {item: values for item, values in given.items() if item in asked - texts}


def test_teams_differ_and_stay_as_they_are() -> None:
    mood = Mood(3)
    levels = [mood.team(f"Unit {n}", "v") for n in range(200)]
    assert statistics.stdev(levels) > 0.3
    assert levels == [Mood(3).team(f"Unit {n}", "v") for n in range(200)]
    assert levels != [Mood(4).team(f"Unit {n}", "v") for n in range(200)]
    assert all(0.3 < mood.willingness(f"Unit {n}") < 0.7 for n in range(200))


async def test_about_half_answer_and_their_answers_are_sent_like_anybody_s(
    db: Db, config: Config, organisation: Organisation
) -> None:
    keys = KeyRing(config.key_directory(), SECRET)
    round_ = await cast.launched(db, keys, organisation)
    links = await launching.links(db, keys, organisation.organisation_id, round_.round_id)
    seen: list[None] = []
    sent = await rehearsing.answer(db, round_.view, links, 7, lambda: seen.append(None))
    assert len(seen) == 60
    assert 15 <= sent <= 45
    assert await db.fetchval("select count(*) from sealed") == sent
    visits = [await responding.visit(db, round_.view, token) for token in round_.tokens]
    assert sum(visit.sent and not visit.unsent and bool(visit.answers) for visit in visits) == sent
