"""What a release tells beside scores: change, priorities, how answers are spread, and how often there is none."""

from collections.abc import Iterator

import msgspec

from survey import errors
from survey.core.disclosure import changes, distributions, ledger, priorities
from survey.core.disclosure.case import Case
from survey.core.disclosure.changes import Round
from survey.core.disclosure.codec import digest, frame_digest
from survey.core.disclosure.release import Change, Compared, Distribution, Priority, Rates
from survey.core.disclosure.responses import Before
from survey.core.disclosure.verdicts import Verdicts
from survey.core.questionnaire.model import Questionnaire
from survey.core.scoring import linking, persons
from survey.core.scoring.method import METHOD
from survey.core.steps import Step, counted, silent


class Findings(msgspec.Struct, frozen=True):
    """The fields of a release that are not scores."""

    compared: Compared | None
    changes: tuple[Change, ...]
    priorities: tuple[Priority, ...]
    items: tuple[Distribution, ...]
    levels_held: tuple[Distribution, ...]
    rates: tuple[Rates, ...]


def find(now: Round, decided: Verdicts, before: Before | None, earlier: Round | None, step: Step = silent) -> Findings:
    """`earlier` is the round of `before`, examined like this one."""
    told = Findings(None, (), *_of_round(now, step))
    if before is None or earlier is None:
        return told
    step("Working out what has changed", 0, 0)
    return msgspec.structs.replace(
        told,
        compared=changes.compared(now.questionnaire, before.questionnaire, before.release, digest(before.release)),
        changes=tuple(changes.changes(now, decided, earlier, before.release)),
    )


_Of = tuple[tuple[Priority, ...], tuple[Distribution, ...], tuple[Distribution, ...], tuple[Rates, ...]]


def _of_round(now: Round, step: Step) -> _Of:
    step("Working out priorities", 0, 0)
    layout, asked, given = now.case.found.layout, now.questionnaire, now.responses
    spreads = list(distributions.items(layout, asked, given.atoms, given.answers))
    told = [found for item, spread in spreads if (found := distributions.of_item(item, spread)) is not None]
    return (
        tuple(
            one
            for ranked in priorities.ranked(layout, asked, given.atoms, given.answers, now.plan.k)
            for one in priorities.priorities(ranked, now.plan.k)
        ),
        tuple(
            one
            for found in counted(step, "Working out how answers are spread, question by question", told)
            for one in distributions.distributions(layout, found)
        ),
        tuple(
            one
            for found in counted(step, "Working out how people stand, score by score", tuple(_levels(now)))
            for one in distributions.distributions(layout, found)
        ),
        tuple(
            one
            for item, spread in counted(step, "Working out how often there is no answer, question by question", spreads)
            for one in distributions.rates(layout, item, spread)
        ),
    )


def _levels(now: Round) -> Iterator[distributions.Told]:
    scores = persons.scores(now.questionnaire, now.responses.answers)
    names = [*(vision.id for vision in now.questionnaire.visions), "overall"]
    atoms, count = now.responses.atoms, len(now.frame.atoms)
    for column, name in enumerate(names):
        yield distributions.of_levels(name, scores[:, column], now.case.starts, atoms, count)


def refuse_incomparable(now: Questionnaire, before: Before, case: Case) -> None:
    """Raises Refused, saying which and why, where no change since that round can be told."""
    which = f"Change since round {before.release.round} cannot be told"
    if before.release.method != METHOD.name:
        raise errors.Refused(f"{which}: it was published by method {before.release.method}, and this is {METHOD.name}.")
    if not linking.alike(now, before.questionnaire):
        raise errors.Refused(f"{which}: the two rounds have no scored question in common.")
    try:
        ledger.refuse_another(case, before.release, frame_digest(before.frame))
    except errors.Refused as wrong:
        raise errors.Refused(f"{which}. {wrong} Compare with another round, or with none.") from None
