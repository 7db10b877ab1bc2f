"""Why a cell is withheld: too few people, protection of others, or an overall score that is not whole."""

from collections.abc import Sequence

import numpy as np

from survey.core.disclosure import revealed
from survey.core.disclosure.bands import fewest_eligible
from survey.core.disclosure.estimates import Estimates
from survey.core.disclosure.release import Group, Reason
from survey.core.scoring.method import METHOD
from survey.core.scoring.rollups import Rollup
from survey.core.steps import Step, counted, silent

Verdict = Reason | None
"""None where the cell may be shown."""
Verdicts = tuple[tuple[Verdict, ...], ...]
"""Per measure, per group."""


def verdicts(found: Estimates, k: int, step: Step = silent) -> Verdicts:
    """Threshold and safe-add per vision; then the overall score, only where every vision is shown.

    Where everybody scored has all visions, an overall mean is the mean of vision means that are shown beside it, so
    that it adds nothing to what they reveal; where not, the audit bounds what the difference tells.
    """
    overall = found.n.shape[1] - 1
    decided: list[tuple[Verdict, ...]] = []
    for measure in counted(step, "Choosing what can be shown, score by score", range(overall + 1)):
        enough = primary(found, measure, k)
        decided.append(_safe(found, measure, _whole(decided, enough) if measure == overall else enough, k))
    return tuple(decided)


def withdrawn(decided: Verdicts, group: int, measure: int) -> Verdicts:
    """Without one cell, which protects others, and without the overall score that needs it."""
    overall = len(decided) - 1

    def reason(g: int, m: int) -> Verdict:
        if decided[m][g] is not None or g != group or m not in {measure, overall}:
            return decided[m][g]
        return "protects_others" if m == measure else "overall_incomplete"

    return tuple(tuple(reason(g, m) for g in range(len(reasons))) for m, reasons in enumerate(decided))


def shown_too(decided: Verdicts, group: int, measure: int) -> Verdicts:
    """With one cell more."""
    return tuple(
        tuple(None if (g, m) == (group, measure) else reason for g, reason in enumerate(reasons))
        for m, reasons in enumerate(decided)
    )


def overall_without_vision(decided: Verdicts) -> list[bool]:
    """Per group, whether its overall score is shown though one of its visions is not."""
    *visions, overall = decided
    return [whole is None and any(parts) for whole, *parts in zip(overall, *visions, strict=True)]


def smallest_group(found: Estimates, decided: Verdicts, k: int) -> int:
    """The smallest group that shown cells reveal on any measure, or k if none is smaller."""
    return min(
        revealed.smallest_group(
            found.layout,
            found.n[:, measure],
            found.weights[measure].stratum,
            np.array([reason is None for reason in reasons], bool),
            k,
        )
        for measure, reasons in enumerate(decided)
    )


def primary(found: Estimates, measure: int, k: int) -> tuple[Verdict, ...]:
    """Which groups (groups,) have too few people for one measure, whatever else is shown."""
    pairs = zip(found.layout.groups, found.rollups, strict=True)
    return tuple(_enough(group, row[measure], k) for group, row in pairs)


def _enough(group: Group, of: Rollup | None, k: int) -> Verdict:
    """METHOD 2.3 R4, and 1.5: nobody may carry more than a tenth of a weighted mean."""
    if group.eligible < fewest_eligible(k):
        return "few_eligible"
    if of is None or of.n < k:
        return "few_answers"
    return "protects_others" if of.largest_share > METHOD.largest_share * (1 + 1e-9) else None


def _whole(visions: Sequence[Sequence[Verdict]], overall: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """An overall score without one of its visions would give that vision away."""
    return tuple(
        reason or ("overall_incomplete" if any(of_group) else None)
        for reason, *of_group in zip(overall, *visions, strict=True)
    )


def _safe(found: Estimates, measure: int, primary: Sequence[Verdict], k: int) -> tuple[Verdict, ...]:
    candidates = np.array([reason is None for reason in primary], bool)
    kept = revealed.safe(found.layout, found.n[:, measure], found.weights[measure].stratum, candidates, k)
    return tuple(reason or (None if keep else "protects_others") for reason, keep in zip(primary, kept, strict=True))
