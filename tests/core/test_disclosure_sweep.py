"""Two thousand invented Trusts, half of them unweighted: every one is released and attacked, and then attacked again
without each of its protections in turn. A fixed few of them by default; `survey test --long` takes all."""

from collections.abc import Iterator

import numpy as np
import pytest

from survey import errors
from survey.core import disclosure
from survey.core.disclosure import estimates, exact, inspection, ledger, weighing
from survey.core.disclosure.case import Case
from survey.core.disclosure.publishing import examine
from survey.core.disclosure.release import Release
from survey.core.disclosure.verdicts import Verdicts
from survey.core.rounds import Plan
from survey.core.scoring.strata import Weights, unweighted
from tests.core import trusts
from tests.core.test_disclosure_revealed import brute_force

QUESTIONS = trusts.questionnaire()
PLAN = Plan()
FEW = (0, 1, 2, 3, 5, 16, 22, 45, 65, 78, 111, 121, 226)
"""Of the last two, one had cells withheld in vain, and one crashed the solver of the exact programme."""
TRUSTS, AT_ONCE = 2000, 50
RATES, SKIPS, LEANINGS = (0.3, 0.45, 0.6, 0.9), (0.0, 0.1, 0.3), (1.2, 3.0, 4.9)
MOST_ATOMS = 12
"""So many atoms can be tried in every combination."""


def trust(seed: int) -> tuple[Case, Release]:
    """Every fifth is small enough for brute force. Response, skips and leaning go through all their combinations."""
    frame = trusts.frame(seed, units=4 if seed % 5 == 0 else 8)
    rate, skip, leaning = RATES[seed // 2 % 4], SKIPS[seed // 8 % 3], LEANINGS[seed // 24 % 3]
    given = trusts.responses(frame, QUESTIONS, seed, rate, skip, leaning)
    return examine(frame, PLAN, QUESTIONS, given), trusts.publish(frame, QUESTIONS, given)


def everybody_counts_the_same(places: object, eligible: np.ndarray, n: np.ndarray, *_: object) -> Weights:
    return unweighted(len(n), float(n.sum() / eligible.sum()))


def reasons(release: Release) -> Verdicts:
    """What the release shows, as verdicts: per measure, per group."""
    names = [measure.id for measure in release.measures]
    return tuple(tuple(cell.reason for cell in release.cells if cell.measure == name) for name in names)


def rows(case: Case, shown: list[int], measure: int) -> np.ndarray:
    """Cells x atoms: what each person counts in each cell."""
    return np.array([case.found.person_weights(group, measure) for group in shown])


def check(seed: int) -> None:
    case, release = trust(seed)
    decided = reasons(release)
    assert disclosure.audit(release).passed, seed
    assert list(inspection.faults(case, decided)) == [], seed
    for measure, of_groups in enumerate(decided):
        people = case.found.n[:, measure]
        shown = [group for group, reason in enumerate(of_groups) if reason is None]
        if shown:
            assert exact.smallest_revealed(rows(case, shown, measure), people, PLAN.k) == PLAN.k, (seed, measure)
        if len(people) <= MOST_ATOMS:
            agree_with_brute_force(case, measure, shown)
    for group, measure in unprotected(case, release, decided):
        raise AssertionError(f"Trust {seed}: group {group}, measure {measure} is withheld in vain.")


def agree_with_brute_force(case: Case, measure: int, shown: list[int]) -> None:
    """Of what is shown, and of everything that could have been."""
    people = case.found.n[:, measure]
    everything = [group for group in range(len(case.found.layout.groups)) if not case.is_empty(group, measure)]
    for some in filter(None, (shown, everything)):
        enough = int(people.sum()) + 1
        found = exact.smallest_revealed(rows(case, some, measure), people, enough)
        assert found == brute_force(rows(case, some, measure), people, enough)


def unprotected(case: Case, release: Release, decided: Verdicts) -> Iterator[tuple[int, int]]:
    """Withheld cells that could be shown, and neither inspection nor reader's audit would say anything."""
    for measure, of_groups in enumerate(decided):
        for group, reason in enumerate(of_groups):
            if reason is not None and not case.is_empty(group, measure):
                wider = [list(row) for row in decided]
                wider[measure][group] = None
                told = next(inspection.faults(case, tuple(map(tuple, wider))), None)
                if told is None and disclosure.audit(with_cell(case, release, group, measure)).passed:
                    yield group, measure


def with_cell(case: Case, release: Release, group: int, measure: int) -> Release:
    """The release with one withheld cell put back as it would have been shown."""
    cells = list(release.cells)
    cells[group * len(release.measures) + measure] = case.cell(group, measure, release.measures[measure].id)
    return type(release)(
        **{name: getattr(release, name) for name in release.__struct_fields__} | {"cells": tuple(cells)}
    )


@pytest.mark.parametrize("seed", FEW[:3])
def test_what_an_earlier_release_shows_counts_with_what_this_one_does(seed: int) -> None:
    """It showed one cell more, as it is; together they would tell of those whom this one protects by withholding it."""
    case, release = trust(seed)
    decided = reasons(release)
    ledger.refuse_differences(case, decided, [release], release.frame)
    withheld = [
        (group, measure)
        for measure, of_groups in enumerate(decided)
        for group, reason in enumerate(of_groups)
        if reason == "protects_others"
    ]
    for place in withheld[:4]:
        with pytest.raises(errors.Refused, match="together would reveal a group that is too small"):
            ledger.refuse_differences(case, decided, [with_cell(case, release, *place)], release.frame)
    assert withheld


def swept(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Odd ones without weights, which a reader would notice."""
    with monkeypatch.context() as patched:
        if seed % 2:
            patched.setattr(estimates, "weights", everybody_counts_the_same)
            patched.setattr(weighing, "unweighted", lambda release: iter(()))
        check(seed)


@pytest.mark.parametrize("seed", FEW)
def test_nobody_is_found_in_a_fixed_few_trusts_and_each_protection_is_needed(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(seed, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, TRUSTS, AT_ONCE))
def test_nobody_is_found_in_2000_trusts_and_each_protection_is_needed(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(first, first + AT_ONCE):
        swept(seed, monkeypatch)
