"""What is wrong with a set of shown cells, for those who hold the answers: every rule, checked afresh."""

from collections.abc import Iterator

import numpy as np

from survey.core.disclosure import revealed
from survey.core.disclosure.audited import exposed
from survey.core.disclosure.case import Case
from survey.core.disclosure.verdicts import Verdicts, primary


def faults(case: Case, decided: Verdicts) -> Iterator[str]:
    """Each rule that the shown cells break, in words; none for what publishing decided."""
    yield from _too_few(case, decided)
    yield from _without_vision(case, decided)
    smallest = smallest_group(case, decided)
    if smallest < case.k:
        yield f"The shown cells together reveal a group of {smallest}, and the plan allows none under {case.k}."
    for hidden in exposed(case, decided):
        yield f"The shown cells together tell too much about {hidden.n} people ({hidden.name})."


def _too_few(case: Case, decided: Verdicts) -> Iterator[str]:
    for measure, reasons in enumerate(decided):
        for group, why in enumerate(primary(case.found, measure, case.k)):
            if why is not None and reasons[group] is None:
                yield f"{case.found.layout.groups[group].name}, measure {measure}: shown for too few people."


def _without_vision(case: Case, decided: Verdicts) -> Iterator[str]:
    *visions, overall = decided
    for group, (whole, *parts) in enumerate(zip(overall, *visions, strict=True)):
        if whole is None and any(parts):
            yield f"{case.found.layout.groups[group].name}: overall is shown though one of its visions is withheld."


def smallest_group(case: Case, decided: Verdicts) -> int:
    """The smallest group that shown cells reveal on any measure, or k if none is smaller."""
    found = case.found
    return min(
        revealed.smallest_group(
            found.layout,
            found.n[:, measure],
            found.weights[measure].stratum,
            np.array([reason is None for reason in reasons], bool),
            case.k,
        )
        for measure, reasons in enumerate(decided)
    )
