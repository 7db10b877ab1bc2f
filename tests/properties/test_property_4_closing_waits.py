"""Property 4: a submission under way when a round is closed is either in the results or was never acknowledged."""

import asyncio

from survey import sealing
from survey.config import Config
from survey.core import answers as packing
from survey.db import Database
from survey.operations import closing, responding
from survey.sealing import KeyRing
from survey.store import rounds, sealed
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET


async def test_closing_waits_for_a_submission_that_has_begun(
    database: Database, config: Config, organisation: Organisation
) -> None:
    """The submission holds its lock and has written, but not committed: closing must not overtake it."""
    keys = KeyRing(config.key_directory(), SECRET)
    async with database.connection() as slow, database.connection() as other:
        round_ = await cast.launched(slow, keys, organisation)
        token, whose = round_.tokens[0], organisation.organisation_id
        visit = await cast.save(slow, round_, token, cast.answers())
        packed = packing.pack(round_.view.questionnaire, visit.atom.audience, visit.answers)
        inner = responding.Sealed(visit.position, packed, [])
        envelope = sealing.seal(round_.view.public_key, responding._PACK.encode(inner), round_.view.size)
        async with slow.transaction():
            await rounds.share(slow, round_.round_id)
            assert await sealed.put(
                slow, round_.round_id, sealing.lookup_hash(token, round_.round_id), visit.version, envelope
            )
            await other.execute("update round set closes_at = survey_now() where round_id = $1", round_.round_id)
            closed = asyncio.create_task(closing.open_answers(other, keys, whose, round_.round_id))
            done, _ = await asyncio.wait({closed}, timeout=0.3)
            assert not done, "the round was closed under a submission"
        assert (await closed).responses == 1
