"""What is measured about scores is also checked: a bench that would pass with wrong results is no bench."""

from collections.abc import AsyncIterator, Callable

import msgspec
import numpy as np
import pytest_asyncio

from survey.cli.benching import release, scoring
from survey.cli.benching.scratch import Scratch
from survey.config import Config, Secret
from survey.core.scoring.moments import Moments
from survey.db import Database
from survey.sealing import random_id
from survey.store import organisations
from tests.conftest import SECRET


@pytest_asyncio.fixture
async def on(database: Database, config: Config) -> AsyncIterator[Scratch]:
    """A deployment of the bench's shape, on the tests' own server."""
    whose = random_id()
    settings = msgspec.structs.replace(config, secret=Secret(SECRET))
    async with database.connection() as db:
        await organisations.add(db, whose, "BENCH", "Trust of the Bench")
        yield Scratch(settings, database.url, db, whose, 0)


def _progress(what: str, total: int) -> Callable[[], None]:
    return lambda: None


async def test_scores_are_measured_and_checked(on: Scratch) -> None:
    measured = await scoring.measure(on, 3_000, _progress)
    assert measured.amiss == []
    assert (measured.responses, measured.units, measured.items) == (3_000, 30, 30)
    lines = list(scoring.report(measured))
    assert lines[0].startswith("3,000 responses to 30 items in 30 units")


async def test_a_wrong_moment_and_a_lost_response_are_noticed(on: Scratch) -> None:
    asked, round_ = await scoring._closed(on)
    await scoring._fill(on, round_, asked, 500, 5, _progress)
    shape = (5, len(asked.visions) + 1)
    nothing = Moments(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape))
    amiss = [said async for said in scoring._amiss(on, round_, asked, nothing, 501)]
    assert len(amiss) == 5 * len(asked.visions) + 1
    assert amiss[-1] == "Not every response is in the table."


async def test_a_release_is_measured_and_checked(on: Scratch) -> None:
    measured = await release.measure(on, 400, 0.5, _progress)
    assert measured.amiss == []
    assert measured.cells > measured.withheld
    assert "seconds to publish" in "\n".join(release.report(measured))
