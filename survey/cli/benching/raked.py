"""How far an organisation's scores would lie elsewhere, were answers weighted to its staff groups, too.

Releases weight by reporting unit and audience alone: one weight for each person in all roll-ups of a measure, on which
the proof rests that nobody can be found by subtraction. What that costs is measured here, and published nowhere.
"""

import numpy as np

from survey import errors
from survey.cli.benching.scratch import Scratch
from survey.core.disclosure.publishing import examine
from survey.core.frame import Frame
from survey.core.scoring import persons, raking
from survey.core.scoring.moments import Moments, moments
from survey.core.scoring.persons import Floats, Ints
from survey.operations import authoring, gathering, launching, viewing


async def furthest(on: Scratch, round_id: str) -> float | None:
    """Points between a score of the organisation and the same one raked to reporting units and staff groups, at the
    most; None where too few answered for such weights."""
    round_ = await launching.find(on.db, on.organisation_id, round_id)
    questionnaire = await authoring.load(on.db, on.organisation_id, round_.questionnaire_hash)
    frame = (await viewing.view(on.db, round_id)).frame
    given = await gathering.answers(on.db, round_, questionnaire)
    found = examine(frame, round_.settings, questionnaire, given).found
    scored = moments(given.atoms, persons.scores(questionnaire, given.answers), len(frame.atoms))
    try:
        return float(max(abs(raked(frame, scored, m) - found.rollup(0, m).mean) for m in range(scored.n.shape[1])))
    except errors.Refused:
        return None


def raked(frame: Frame, scored: Moments, measure: int) -> float:
    """The whole's mean. Raises Refused."""
    units = np.array([atom.reporting_unit for atom in frame.atoms], np.int64)
    groups = np.unique([atom.group for atom in frame.atoms], return_inverse=True)[1].astype(np.int64)
    n, mean = scored.n[:, measure], scored.mean[:, measure]
    mass: Floats = n * raking.rake(n, [_margin(frame, units), _margin(frame, groups)])
    return float(mass @ mean / mass.sum())


def _margin(frame: Frame, category: Ints) -> raking.Margin:
    people: Floats = np.bincount(category, [atom.headcount for atom in frame.atoms]).astype(float)
    return category, people
