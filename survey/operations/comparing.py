"""Which earlier round a round's changes are told against: the one that was named, or the last before it that asked
some of the same questions."""

from collections.abc import Sequence

from survey import errors
from survey.core import disclosure
from survey.core.disclosure import Before
from survey.core.disclosure.release import Compared, Release
from survey.core.scoring import linking
from survey.core.scoring.method import METHOD
from survey.db import Db
from survey.operations import arranging, auditing, authoring, gathering
from survey.store import releases, rounds
from survey.store.releases import Edition
from survey.store.rounds import Round


async def choose(db: Db, round_: Round, named: str | None, corrected: Sequence[Release]) -> Before | None:
    """The earlier round with its latest release. A correction is compared with the round that its release was, unless
    another is named. None where there is none to compare with; Refused where the one that is named cannot be."""
    before = corrected[-1].compared if corrected else None
    wanted = named or (before.round if before is not None else None)
    known = await releases.list_latest(db, round_.organisation_id)
    published = [one for one in known if one.opens_at < round_.opens_at]
    if wanted is not None:
        edition = next((one for one in published if one.round_id == wanted), None)
        if edition is None:
            raise errors.Refused(
                f"Change since round {wanted} cannot be told: there is no published round by that name that opened "
                "before this one."
            )
        return await _before(db, round_, edition.round_id, edition.number)
    for edition in published:
        if await _shares_questions(db, round_, edition):
            found = await _before(db, round_, edition.round_id, edition.number)
            return found if found.release.method == METHOD.name else None
    return None


async def again(db: Db, round_: Round, compared: Compared | None) -> Before | None:
    """The earlier round as a release of this one names it. Raises Refused where that release is not here, or another
    one now."""
    if compared is None:
        return None
    found = await _before(db, round_, compared.round, compared.number)
    if disclosure.digest(found.release) != compared.digest:
        raise errors.Refused(
            f"Release {compared.number} of round {compared.round}, with which this one compares, is not the one that "
            "it names by its digest."
        )
    return found


async def _shares_questions(db: Db, round_: Round, edition: Edition) -> bool:
    now = await authoring.load(db, round_.organisation_id, round_.questionnaire_hash)
    return bool(linking.alike(now, await authoring.load(db, round_.organisation_id, edition.questionnaire_hash)))


async def _before(db: Db, later: Round, round_id: str, number: int) -> Before:
    organisation_id = later.organisation_id
    release = await auditing.stored(db, organisation_id, round_id, number)
    round_ = await rounds.find(db, organisation_id, round_id)
    frame = await rounds.frame(db, organisation_id, round_id)
    assert frame is not None and round_.launched_at is not None and later.launched_at is not None
    questionnaire = await authoring.load(db, organisation_id, round_.questionnaire_hash)
    given = await gathering.answers(db, round_, questionnaire)
    heirs = await arranging.successors(db, organisation_id, round_.launched_at, later.launched_at)
    return Before(release, frame, round_.settings, questionnaire, given, heirs)
