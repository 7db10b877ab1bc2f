"""What is told beside scores once more, another way: by libraries, by fractions, by counting people one by one."""

from fractions import Fraction
from itertools import permutations
from math import ceil, floor, sqrt
from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import linear_sum_assignment, linprog
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from tests.spec import theirs
from tests.spec.draws_of_findings import Margin

FIVE, THREE = (20, 40, 60, 80), (40, 60)
UNKNOWN = {"All staff", "Other staff", "Other clinical staff"}


def like(of: Margin, mean: float, *, finite: bool) -> DescrStatsW:
    """People of whom the margin would be Student's, by its longer arm: as many as the band says at least."""
    value, low, high, answers, eligible, effective = of
    n = int(answers.split()[0])
    people = int((effective or answers).split()[0])
    whole = theirs.first_wide_enough(n, eligible)
    error = max(value - low, high - value) / stats.t.ppf(0.975, people + 3)
    spread = error * sqrt(people / (1 - n / whole))
    if finite:
        spread *= sqrt(1 - people / ceil(Fraction(people * whole, n)))
    shape = np.arange(people) - (people - 1) / 2
    return DescrStatsW(mean + shape / shape.std(ddof=1) * spread)


def change(now: Margin, before: Margin, difference: int) -> tuple[float, float, float, float]:
    """Difference, margin, smallest detectable change and p, of people like the margins."""
    plain, finite = (
        (like(now, before[0] + difference, finite=small), like(before, before[0], finite=small))
        for small in (False, True)
    )
    p = CompareMeans(*plain).ttest_ind(usevar="unequal")[1]
    return difference, theirs.half_width(*reversed(finite)), theirs.half_width(*reversed(plain)), p


def words(of: list[tuple[Margin, Margin, int]]) -> list[str]:
    """All looked at together."""
    named = multipletests([change(*one)[3] for one in of], alpha=0.05, method="fdr_bh")[0]
    return [
        "no clear change" if not stands_out else "improved" if one[2] > 0 else "declined"
        for one, stands_out in zip(of, named, strict=True)
    ]


def nearest(per_cent: Fraction) -> int:
    return 5 * floor(per_cent / 5 + Fraction(1, 2))


def share(people: int, n: int, eligible: int) -> tuple[int, str, int, int]:
    """Value, bound and margin."""
    told = theirs.band(n, eligible)
    end = max(5, nearest(Fraction(200, told)))
    value = nearest(Fraction(100 * people, n))
    bound = "or_less" if value <= 5 else "or_more" if value >= 95 else "exact"
    value = min(max(value, 5), 95)
    if people <= 2:
        value, bound = end, "or_less"
    elif n - people <= 2:
        value, bound = 100 - end, "or_more"
    whole = theirs.first_wide_enough(told, eligible)
    first = Fraction(0) if bound == "or_less" else value - Fraction(5, 2)
    last = Fraction(100) if bound == "or_more" else value + Fraction(5, 2)
    low, high = (
        theirs.clipped_wilson(float(told * edge / 100), told, whole)[at] for at, edge in enumerate((first, last))
    )
    return value, bound, floor(round(100 * low, 9)), ceil(round(100 * high, 9))


def together(counts: list[int], *, ordered: bool) -> list[list[int]]:
    """Places told together, in order: whoever is fewest, and under three, goes to the fewer next to them."""
    found = [[place] for place in range(len(counts))]

    def people(places: list[int]) -> int:
        return sum(counts[place] for place in places)

    while len(found) > 1 and min(map(people, found)) < 3:
        at = min(range(len(found)), key=lambda one: people(found[one]))
        reach = [one for one in range(len(found)) if (abs(one - at) == 1 if ordered else one != at)]
        to = min(reach, key=lambda one: people(found[one]))
        first, last = min(at, to), max(at, to)
        found = [*found[:first], sorted(found[first] + found[last]), *found[first + 1 : last], *found[last + 1 :]]
    return found


def openness(of: list[tuple[float, float, float, float]]) -> float:
    """Over how many points a mean can lie: shares in their windows that make a hundred."""
    low, high, least, most = np.array(of).T
    given: dict[str, Any] = {
        "A_eq": np.ones((1, len(of))),
        "b_eq": [100.0],
        "bounds": np.column_stack([low, high]),
    }
    return float(-linprog(-most / 100, **given).fun - linprog(least / 100, **given).fun)


def told(kind: str, points: list[Fraction], counts: list[int], eligible: int) -> Any:
    """How answers are told: why they are not, or each band's options, share and tone."""
    n = sum(counts)
    if 9 * eligible < 200:
        return "few_eligible"
    if n < 20:
        return "few_answers"
    why = None
    for cuts in (FIVE, THREE) if points else ((),):
        found = _told_in(kind, points, counts, eligible, cuts)
        if not isinstance(found, str):
            return found
        why = found if found != "few_answers" else why or found
    return why


def _told_in(kind: str, points: list[Fraction], counts: list[int], eligible: int, cuts: tuple[int, ...]) -> Any:
    n = sum(counts)
    bands = banded(points, cuts) if points else [[option] for option in range(len(counts))]
    if n < 6 * (5 if kind == "several" else len(bands)):
        return "few_answers"
    people = [sum(counts[option] for option in band) for band in bands]
    groups = [[at] for at in range(len(bands))] if kind == "several" else together(people, ordered=bool(points))
    tones = {
        _tone([points[option] for option in band]) for band, some in zip(bands, people, strict=True) if points and some
    }
    if kind != "several" and (len(groups) == 1 or tones in ({"favourable"}, {"unfavourable"})):
        return "all_alike"
    shares, windows = [], []
    for group in groups:
        options = sorted(option for at in group for option in bands[at])
        value, bound, low, high = share(sum(people[at] for at in group), n, eligible)
        of = [points[option] for option in options] if points else []
        tone = {_tone([points[option] for option in bands[at]]) for at in group} if points else set()
        shares.append(
            ([option + 1 for option in options], value, bound, low, high, tone.pop() if len(tone) == 1 else None)
        )
        if of:
            window = (0 if bound == "or_less" else value - 2.5, 100 if bound == "or_more" else value + 2.5)
            windows.append((*map(float, window), float(min(of)), float(max(of))))
    return "protects_others" if windows and openness(windows) < 5 - 1e-12 else shares


def banded(points: list[Fraction], cuts: tuple[int, ...]) -> list[list[int]]:
    """Options by points: under the first cut, up to the next, … the middle holds both its ends."""

    def place(value: Fraction) -> int:
        return sum(value >= cut if cut < 50 else value > cut for cut in cuts)

    found = [[option for option, value in enumerate(points) if place(value) == at] for at in range(len(cuts) + 1)]
    return sorted(band for band in found if band)


def _tone(points: list[Fraction]) -> str:
    return "unfavourable" if max(points) < 40 else "favourable" if min(points) > 60 else "middle"


def counted(atoms: list[int], states: list[int], count: int, options: int) -> tuple[list[list[int]], ...]:
    """Per atom: asked, answered, skipped, do not know, does not apply; and who chose each option."""
    by_atom = [[state for at, state in zip(atoms, states, strict=True) if at == atom] for atom in range(count)]
    kinds = [
        [
            len([state for state in some if state != 253]),
            len([state for state in some if 1 <= state <= 250]),
            some.count(0),
            some.count(254),
            some.count(255),
        ]
        for some in by_atom
    ]
    return kinds, [[some.count(option) for option in range(1, options + 1)] for some in by_atom]


def chosen(atoms: list[int], sets: list[set[int]], options: int, count: int) -> list[list[int]]:
    return [
        [sum(option in some for at, some in zip(atoms, sets, strict=True) if at == atom) for option in range(options)]
        for atom in range(count)
    ]


def quarters(atoms: list[int], numbers: list[int], least: int, most: int, count: int) -> list[list[int]]:
    """The first quarter of the numbers that can be given, and so on."""
    size = Fraction(most - least + 1, 4)
    return [
        [
            sum(at == atom and size * q <= n - least < size * (q + 1) for at, n in zip(atoms, numbers, strict=True))
            for q in range(4)
        ]
        for atom in range(count)
    ]


def overlap(now: dict[str, int], mine: list[str], before: dict[str, int], merged: list[list[str]]) -> int:
    """Per cent in both, of the larger, of the best of the earlier units: a person of a team is one of its numbered
    seats."""

    def seats(teams: dict[str, int], ids: list[str]) -> set[tuple[str, int]]:
        return {(team, seat) for team in ids for seat in range(teams[team])}

    here = seats(now, mine)
    return max(
        floor(Fraction(100 * len(here & there), max(len(here), len(there))))
        for there in (seats(before, ids) for ids in merged)
    )


def seated(now: dict[str, int], before: dict[str, int]) -> int:
    """Per cent, of the larger: as many as possible in a seat of their own kind, or where a kind is not known."""
    here, there = ([name for name, n in of.items() for _ in range(n)] for of in (now, before))
    fits = [[one == other or {one, other} & UNKNOWN != set() for other in there] for one in here]
    rows, columns = linear_sum_assignment(np.array(fits, float), maximize=True)
    return 100 * int(np.array(fits)[rows, columns].sum()) // max(len(here), len(there))


def least(options: int, places: int) -> float:
    """Over every way to name so many places."""
    return min(
        min(theirs.every_completion([*named, *[0] * (options - places)], options))
        for named in permutations(range(1, options + 1), places)
    )


def reach(weight: list[float], points: list[float], asked: int, floor_: float) -> float:
    """Over how many weighted points the first `asked` people can lie, each person being an unknown."""
    equal, total = np.array([weight]), float(np.dot(weight, points))
    cost = np.where(np.arange(len(weight)) < asked, weight, 0.0)
    low, high = (sign * linprog(sign * cost, A_eq=equal, b_eq=[total], bounds=(floor_, 100)).fun for sign in (1, -1))
    return float(high - low)
