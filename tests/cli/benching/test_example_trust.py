"""The example Trust's release: whom it tells something about their own unit, and that its reader finds nobody out."""

import msgspec
import pytest

from survey.cli.benching import example, raked
from survey.cli.benching.scratch import Scratch
from survey.config import Config
from survey.core.disclosure.audits import Bound
from survey.db import Database
from survey.store.organisations import Organisation


async def _share(
    database: Database, config: Config, organisation: Organisation, expected: float, response: float
) -> example.Share:
    async with database.connection() as db:
        on = Scratch(config, database.url, db, organisation.organisation_id, 0)
        release = await example.publish(on, await example.settle(on), expected, response)
        apart = await raked.furthest(on, release.round)
        return msgspec.structs.replace(example.share(release, expected, response), raked=apart)


async def test_the_example_trust_at_half_response(
    database: Database, config: Config, organisation: Organisation
) -> None:
    found = await _share(database, config, organisation, 0.5, 0.5)
    assert (found.broken, found.close, found.contained) == ((), (), ())
    assert found.reach >= example.REACH
    assert example.amiss([found]) == []
    assert found.raked is not None and 0 < found.raked < 1


@pytest.mark.long
@pytest.mark.parametrize(("expected", "response"), [case for case in example.CASES if case != (0.5, 0.5)])
async def test_the_example_trust_at_other_responses(
    database: Database, config: Config, organisation: Organisation, expected: float, response: float
) -> None:
    found = await _share(database, config, organisation, expected, response)
    assert (found.broken, found.close) == ((), ())
    assert expected != response or found.reach >= example.REACH


def test_what_is_amiss_and_what_is_contained_is_told() -> None:
    bound = Bound("ru:1", "Ward", "v1", "few_answers", 40, 60, None)
    inside = msgspec.structs.replace(bound, within="Division")
    other = msgspec.structs.replace(bound, name="Therapies", reason="protects_others")
    found = example.Share(0.5, 0.5, 20, 0.8, 90, 10, (bound,), (inside,), ("It is broken.",), others=(other,))
    assert example.amiss([found]) == [
        "It is broken.",
        "At 50% response, Ward, v1, can be placed within 25 points.",
        "At 50% response, 80% of staff are in a unit with a result of its own.",
    ]
    *_, contained, apart = example.report([found])
    assert contained.endswith("Ward, v1, 40 to 60: nearly all of Division")
    assert apart.endswith("Therapies, v1, 40 to 60: has enough answers; withheld to protect others")
