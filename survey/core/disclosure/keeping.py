"""Which groups may show a finding: threshold and safe-add, for measures that have a sample of people of their own."""

from collections.abc import Sequence

import numpy as np

from survey.core.disclosure import bands, revealed
from survey.core.disclosure.groups import Layout
from survey.core.disclosure.release import Group, GroupKind, Withheld
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Ints
from survey.core.scoring.rollups import Rollup

_MOST = METHOD.largest_share * (1 + 1e-9)


def kept(
    layout: Layout, samples: Sequence[Ints], stratum: Ints, kinds: Sequence[GroupKind], least: int
) -> tuple[Withheld | None, ...]:
    """Per group: `samples` (each (atoms,)) are the numbers of people that the finding speaks about, the first of them
    those who count for the threshold. Whatever is computed from shown groups speaks about `least` people or more of
    every sample: to add a sample to those that must hold can only take groups away, so they are looked at in turn.

    An atom in which nobody answered counts as one person: left alone by what is shown around it, it would look like a
    group found out, and a reader would learn that nobody there answered.
    """
    answered = layout.members @ samples[0]
    reasons = [_primary(group, int(n), least) for group, n in zip(layout.groups, answered, strict=True)]
    candidates = np.array(
        [group.kind in kinds and reason is None for group, reason in zip(layout.groups, reasons, strict=True)], bool
    )
    shown = candidates
    for n in (*samples, np.maximum(samples[0], 1)):
        shown = revealed.safe(layout, n, stratum, shown, least)
    return tuple(
        reason or ("protects_others" if candidates[place] and not shown[place] else None)
        for place, reason in enumerate(reasons)
    )


def fair(reasons: Sequence[Withheld | None], means: Sequence[Rollup | None]) -> tuple[Withheld | None, ...]:
    """Without weighted means of which one person carries over a tenth."""
    return tuple(
        reason or ("protects_others" if of is not None and of.largest_share > _MOST else None)
        for reason, of in zip(reasons, means, strict=True)
    )


def _primary(group: Group, n: int, least: int) -> Withheld | None:
    if group.eligible < bands.fewest_eligible(least):
        return "few_eligible"
    return "few_answers" if n < least else None
