"""From frame, plan and responses to a release: a pure function, the same digits for the same responses in any order."""

from collections.abc import Iterator, Sequence

import msgspec

from survey.core.disclosure import findings, ledger, suspicions
from survey.core.disclosure.audited import audited
from survey.core.disclosure.case import Case
from survey.core.disclosure.changes import Round
from survey.core.disclosure.classes import classes
from survey.core.disclosure.codec import frame_digest
from survey.core.disclosure.estimates import estimates
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.release import Cell, Measure, Release
from survey.core.disclosure.responses import Before, Responses, refuse_impossible
from survey.core.disclosure.verdicts import Verdicts, verdicts
from survey.core.frame import Frame
from survey.core.questionnaire.model import Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring import persons
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import moments
from survey.core.steps import Step, silent


def publish(
    frame: Frame,
    plan: Plan,
    questionnaire: Questionnaire,
    responses: Responses,
    *,
    round_id: str,
    number: int,
    earlier: Sequence[Release] = (),
    before: Before | None = None,
    step: Step = silent,
) -> Release:
    """The release of a closed round's responses, with its changes since `before`. Refused where plan, frame and
    responses cannot belong together, where that round cannot be compared with, or where this release and the round's
    earlier ones together would tell more than one alone."""
    step("Working out the scores", 0, 0)
    refuse_impossible(frame, plan, questionnaire, responses)
    case = examine(frame, plan, questionnaire, responses)
    then = _before(questionnaire, before)
    decided = audited(case, verdicts(case.found, plan.k, step), step)

    def release(settled: Verdicts) -> Release:
        return _release(frame, plan, questionnaire, case, settled, round_id=round_id, number=number)

    step("Looking for what a reader could take for a group found out", 0, 0)  # how often it looks would say how many
    decided = suspicions.allayed(case, release, decided)
    ledger.refuse_differences(case, decided, earlier, frame_digest(frame))
    now = Round(frame, plan, questionnaire, responses, case)
    told = msgspec.structs.asdict(findings.find(now, decided, before, then, step))
    whole = msgspec.structs.replace(release(decided), **told)
    ledger.refuse_other_findings(whole, earlier)
    return whole


def _before(questionnaire: Questionnaire, before: Before | None) -> Round | None:
    """The earlier round, examined; refused where it is not what its release was made of."""
    if before is None:
        return None
    refuse_impossible(before.frame, before.plan, before.questionnaire, before.responses)
    case = examine(before.frame, before.plan, before.questionnaire, before.responses)
    findings.refuse_incomparable(questionnaire, before, case)
    return Round(before.frame, before.plan, before.questionnaire, before.responses, case, before.heirs)


def _release(
    frame: Frame,
    plan: Plan,
    questionnaire: Questionnaire,
    case: Case,
    decided: Verdicts,
    *,
    round_id: str,
    number: int,
) -> Release:
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
        groups=case.found.layout.groups,
        cells=tuple(_cells(questionnaire, case, decided)),
        plan=plan,
        frame=frame_digest(frame),
    )


def examine(frame: Frame, plan: Plan, questionnaire: Questionnaire, responses: Responses) -> Case:
    """Everything that follows from the responses, before anything is decided."""
    scores = persons.scores(questionnaire, responses.answers)
    count = len(frame.atoms)
    return Case(
        estimates(lay_out(frame, plan), moments(responses.atoms, scores, count), plan.k),
        classes(responses.atoms, scores, count),
        plan.k,
        tuple(level.start for level in questionnaire.levels),
    )


def measures(questionnaire: Questionnaire) -> tuple[Measure, ...]:
    """The visions, then the overall score."""
    visions = [Measure(vision.id, vision.name) for vision in questionnaire.visions]
    return (*visions, Measure("overall", {"en": "Overall"}))


def _cells(questionnaire: Questionnaire, case: Case, withheld: Verdicts) -> Iterator[Cell]:
    """One cell per group and measure. A withheld one is made without looking at its number."""
    for place, group in enumerate(case.found.layout.groups):
        for column, measure in enumerate(measures(questionnaire)):
            reason = withheld[column][place]
            yield case.cell(place, column, measure.id) if reason is None else Cell(group.id, measure.id, reason=reason)
