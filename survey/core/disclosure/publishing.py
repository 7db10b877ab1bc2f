"""From frame, plan and responses to a release: a pure function, the same digits for the same responses in any order."""

from collections.abc import Iterator, Sequence

from survey import errors
from survey.core.disclosure import cells
from survey.core.disclosure.audited import audited
from survey.core.disclosure.classes import classes
from survey.core.disclosure.estimates import Estimates, estimates
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.release import Cell, Measure, Release
from survey.core.disclosure.responses import Responses, refuse_impossible
from survey.core.disclosure.verdicts import Verdicts, verdicts
from survey.core.frame import Frame
from survey.core.questionnaire.model import Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring import persons
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import moments


def publish(
    frame: Frame,
    plan: Plan,
    questionnaire: Questionnaire,
    responses: Responses,
    *,
    round_id: str,
    number: int,
    earlier: Sequence[Release] = (),
) -> Release:
    """The release of a closed round's responses. Refused where plan, frame and responses cannot belong together."""
    refuse_impossible(frame, plan, questionnaire, responses)
    if earlier:
        raise errors.Refused("This round has been published. A second release of it is not possible yet.")
    scores = persons.scores(questionnaire, responses.answers)
    found = estimates(lay_out(frame, plan), moments(responses.atoms, scores, len(frame.atoms)), plan.k)
    people = classes(responses.atoms, scores, len(frame.atoms))
    starts = [level.start for level in questionnaire.levels]
    decided = audited(found, people, verdicts(found, plan.k), plan.k, starts)
    return Release(
        round=round_id,
        number=number,
        title=questionnaire.title,
        organisation=frame.organisation,
        questionnaire=questionnaire.hash,
        method=METHOD.name,
        k=plan.k,
        measures=measures(questionnaire),
        levels=tuple(level.name for level in questionnaire.levels),
        groups=found.layout.groups,
        cells=tuple(_cells(questionnaire, found, decided)),
    )


def measures(questionnaire: Questionnaire) -> tuple[Measure, ...]:
    """The visions, then the overall score."""
    visions = [Measure(vision.id, vision.name) for vision in questionnaire.visions]
    return (*visions, Measure("overall", {"en": "Overall"}))


def _cells(questionnaire: Questionnaire, found: Estimates, withheld: Verdicts) -> Iterator[Cell]:
    """One cell per group and measure. A withheld one is made without looking at its number."""
    starts = [level.start for level in questionnaire.levels]
    for place, group in enumerate(found.layout.groups):
        for column, measure in enumerate(measures(questionnaire)):
            reason, of = withheld[column][place], found.rollups[place][column]
            if reason is not None or of is None:
                yield Cell(group.id, measure.id, reason=reason or "few_answers")
            else:
                yield cells.cell(group, measure.id, of, found.pooled[column], starts)
