"""What is wrong with a set of shown cells, for those who hold the answers: every rule, checked afresh."""

from collections.abc import Iterator

from survey.core.disclosure.audited import exposed
from survey.core.disclosure.case import Case
from survey.core.disclosure.verdicts import Verdicts, overall_without_vision, primary, smallest_group


def faults(case: Case, decided: Verdicts) -> Iterator[str]:
    """Each rule that the shown cells break, in words; none for what publishing decided."""
    yield from _too_few(case, decided)
    yield from _without_vision(case, decided)
    smallest = smallest_group(case.found, decided, case.k)
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
    for group, is_without in enumerate(overall_without_vision(decided)):
        if is_without:
            yield f"{case.found.layout.groups[group].name}: overall is shown though one of its visions is withheld."
