"""The method in words: every number on its page is read from what computes, so that neither can change alone.

Results and respondents' notices show the same text. It is in English, like all that is said about results.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from statistics import median

import msgspec

from survey.core.disclosure.release import Release
from survey.core.merging import headcount
from survey.core.questionnaire.model import Questionnaire, words
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD, Method
from survey.operations.proving import Coverage, Table

_CELLS = {
    "organisation": "the organisation",
    "division": "its divisions",
    "reporting_unit": "units (teams, or small teams put together)",
    "staff_group": "staff groups across the organisation",
}


class CoverageLine(msgspec.Struct, frozen=True):
    """How often the margin of so many of so many was right: for scores as they mostly spread, for the worst of all
    spreads, and for one that no team has. `width` of a typical margin."""

    who: str
    typical: str
    worst: str
    extreme: str
    width: str


class Level(msgspec.Struct, frozen=True):
    """A level of a table: "Level 3", "Established", "40 to under 60"."""

    label: str
    name: str
    points: str


class Numbers(msgspec.Struct, frozen=True):
    """The method's numbers as they stand in sentences."""

    visions: str
    fewest_answered: str
    share_answered: str
    share_above: int
    share_below: int
    times: str
    confidence: str
    prior_weight: int
    least_variance_share: str
    outlier: str
    outlier_squared: str
    most_answered: str
    most_share: str
    rest: str
    band: int
    highest: int
    lowest: int
    level_certainty: str
    smallest_stratum: int
    heaviest: str
    moderated_below: int
    largest_share: str
    least_coverage: int
    false_discoveries: str
    discoveries_share: str
    least_overlap: str
    rate_eligible: int
    rate_step: str
    rate_people: int
    fewest_comments: int
    smallest_item: int
    people_a_band: int
    smallest_band: int
    share_step: int
    open_points: str
    most_not_applicable: str
    person_width: str
    hidden_width: str
    fewest_eligible: int
    target: int
    target_chance: str
    smallest_group: int


class Explained(msgspec.Struct, frozen=True):
    """All that the page prints. `cells`: what the plan publishes; `fingerprints`: what was computed from what."""

    numbers: Numbers
    k: int
    coalition: int
    expected: str
    cells: tuple[str, ...]
    custody: str
    levels: tuple[Level, ...]
    coverage: tuple[CoverageLine, ...]
    method: str
    fingerprints: tuple[tuple[str, str], ...]


def explain(
    questionnaire: Questionnaire,
    plan: Plan,
    *,
    release: Release | None = None,
    digest: str = "",
    method: Method = METHOD,
    coverage: Table | None = None,
) -> Explained:
    """What the page says of a round. `release`: only once there is one."""
    return Explained(
        numbers=_numbers(questionnaire, plan, method),
        k=plan.k,
        coalition=plan.k - 2,
        expected=percent(plan.expected_response),
        cells=tuple(_CELLS[cell] for cell in plan.cells),
        custody=plan.custody,
        levels=levels(questionnaire),
        coverage=_coverage(coverage, method) if coverage else (),
        method=method.name,
        fingerprints=_fingerprints(questionnaire, release, digest),
    )


def percent(share: float) -> str:
    return f"{100 * share:g}%"


def levels(questionnaire: Questionnaire, language: str = "en") -> tuple[Level, ...]:
    """The levels, and the points between which each lies."""
    found = questionnaire.levels
    ends = [*(level.start for level in found[1:]), None]
    return tuple(
        Level(f"Level {place}", words(level.name, language), _span(level.start, end))
        for place, (level, end) in enumerate(zip(found, ends, strict=True), start=1)
    )


def _span(start: float, end: float | None) -> str:
    return f"{start:g} to 100" if end is None else f"{start:g} to under {end:g}"


def _numbers(questionnaire: Questionnaire, plan: Plan, method: Method) -> Numbers:
    above, below = method.share_answered
    times = Fraction(str(method.confidence))
    return Numbers(
        visions=spelt(len(questionnaire.visions)),
        fewest_answered=spelt(method.fewest_answered),
        share_answered=f"{spelt(above)} in {spelt(below)}",
        share_above=above,
        share_below=below,
        times=f"{times.numerator} times out of {times.denominator}",
        confidence=percent(method.confidence),
        prior_weight=method.prior_weight,
        least_variance_share=f"{method.least_variance_share:g}",
        outlier=f"{method.least_outlier:g}",
        outlier_squared=f"{method.least_outlier**2:g}",
        most_answered=percent(method.most_answered),
        most_share=f"{method.most_answered:g}",
        rest=percent(round(1 - method.most_answered, 6)),
        band=method.band,
        highest=method.highest,
        lowest=method.lowest,
        level_certainty=percent(method.level_certainty),
        smallest_stratum=method.smallest_stratum,
        heaviest=f"{method.heaviest_weight:g}",
        moderated_below=method.moderated_below,
        largest_share=percent(method.largest_share),
        least_coverage=method.least_coverage,
        false_discoveries=percent(method.false_discoveries),
        discoveries_share=f"{method.false_discoveries:g}",
        least_overlap=percent(method.least_overlap),
        rate_eligible=method.rate_eligible,
        rate_step=f"{method.rate_step:g}",
        rate_people=method.rate_people,
        fewest_comments=method.fewest_comments,
        smallest_item=method.smallest_item,
        people_a_band=method.people_a_band,
        smallest_band=method.smallest_band,
        share_step=method.share_step,
        open_points=f"{method.open_points:g}",
        most_not_applicable=f"{method.most_not_applicable:g}",
        person_width=f"{method.person_width:g}",
        hidden_width=f"{method.hidden_width:g}",
        fewest_eligible=ceil(plan.k / method.most_answered),
        target=headcount.target(plan.k, plan.expected_response),
        target_chance=f"{headcount.CERTAINTY.numerator} times out of {headcount.CERTAINTY.denominator}",
        smallest_group=headcount.SMALLEST,
    )


_SPELT = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelt(number: int) -> str:
    """A small number as a word."""
    return _SPELT[number] if number < len(_SPELT) else str(number)


def _coverage(table: Table, method: Method) -> tuple[CoverageLine, ...]:
    """One line per size of team; none where other numbers were measured than compute."""
    if table.method != method.name:
        return ()
    sizes = dict.fromkeys((row.answered, row.eligible) for row in table.rows)
    return tuple(_line([row for row in table.rows if (row.answered, row.eligible) == size]) for size in sizes)


def _line(rows: Sequence[Coverage]) -> CoverageLine:
    usual = [row for row in rows if not row.is_extreme]
    extreme = [row.coverage for row in rows if row.is_extreme]
    return CoverageLine(
        who=f"{rows[0].answered} of {rows[0].eligible}",
        typical=_share(median(row.coverage for row in usual)),
        worst=_share(min(row.coverage for row in usual)),
        extreme=_share(min(extreme)) if extreme else "not tried",
        width=f"{median(row.width for row in usual):.0f}",
    )


def _share(found: float) -> str:
    """Rounded down: no claim grows by being printed."""
    return f"{floor(1000 * found + 1e-9) / 10:g}%"


def _fingerprints(questionnaire: Questionnaire, release: Release | None, digest: str) -> tuple[tuple[str, str], ...]:
    asked = ("The questions", questionnaire.hash)
    if release is None:
        return (asked,)
    return (asked, ("The staff list, frozen at launch", release.frame), ("This release", digest))
