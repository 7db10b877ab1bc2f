"""What is told beside scores, at random: margins of two rounds, answers to an item, units in two years."""

from typing import Any

import numpy as np

from tests.spec.draws import Chance, unit

Margin = tuple[int, int, int, str, int, str | None]
"""Value, low, high, the band of answers, headcount, the band of people that a weighted mean is worth."""


def margin(chance: Chance) -> Margin:
    value, n = int(chance.integers(15, 85)), 5 * int(chance.integers(2, 40))
    arms = chance.integers(2, 15, 2)
    worth = 5 * int(chance.integers(1, n // 5 + 1))
    eligible = n + int(chance.integers(0, 80))
    answers = f"{n} or more" if chance.random() < 0.3 else f"{n} to {n + 4}"
    effective = f"{worth} to {worth + 4}" if chance.random() < 0.5 else None
    return value, value - int(arms[0]), value + int(arms[1]), answers, eligible, effective


def two_margins(chance: Chance) -> tuple[Margin, Margin, int]:
    return margin(chance), margin(chance), int(chance.integers(-30, 31))


def many_margins(chance: Chance) -> tuple[list[tuple[Margin, Margin, int]]]:
    return ([two_margins(chance) for _ in range(int(chance.integers(1, 12)))],)


def part(chance: Chance) -> tuple[int, int, int]:
    """People of how many who answered, and of how many eligible; often hardly anybody or nearly all."""
    n = int(chance.integers(20, 300))
    few = int(chance.choice([0, 1, 2, 3]))
    people = int(chance.choice([few, n - few, chance.integers(0, n + 1)]))
    return people, n, n + int(chance.integers(0, 200))


def counts(chance: Chance) -> tuple[list[int], bool]:
    return chance.integers(0, 8, int(chance.integers(1, 12))).tolist(), bool(chance.integers(2))


def shown_shares(chance: Chance) -> tuple[list[tuple[float, float, float, float]]]:
    """Windows of the shares of a scale's bands, and what points each band may stand for; the truth fits in."""
    many = int(chance.integers(2, 6))
    truth = 100 * chance.dirichlet(np.ones(many))
    edges = np.sort(chance.uniform(0, 100, 2 * many)).reshape(many, 2)
    value = 5 * np.round(truth / 5)
    low, high = np.maximum(value - 2.5, 0), np.minimum(value + 2.5, 100)
    return ([(float(a), float(b), float(c), float(d)) for a, b, (c, d) in zip(low, high, edges, strict=True)],)


def answers(chance: Chance) -> tuple[str, bool, list[int], int]:
    """An item's kind, whether it is reversed, how many chose each option, and how many were eligible. Some agree."""
    kind = str(chance.choice(["agreement", "zero_to_ten", "single", "several"]))
    options = 11 if kind == "zero_to_ten" else 5 if kind == "agreement" else int(chance.integers(2, 8))
    leaning = chance.dirichlet(np.full(options, chance.uniform(0.1, 2)))
    if chance.random() < 0.4:
        leaning[np.abs(np.arange(options) - chance.integers(options)) > 1] = 0
        leaning = (leaning + 1e-9) / (leaning + 1e-9).sum()
    chosen = chance.multinomial(int(chance.integers(12, 90)), leaning)
    return kind, bool(chance.integers(2)), chosen.tolist(), int(chosen.sum() + chance.integers(0, 60))


def states(chance: Chance) -> tuple[list[int], list[int], int]:
    """Atoms and state bytes of people, and how many atoms there are."""
    n = int(chance.integers(1, 80))
    return chance.integers(0, 4, n).tolist(), chance.choice([0, 1, 2, 3, 4, 5, 253, 254, 255], n).tolist(), 4


def several(chance: Chance) -> tuple[list[int], list[set[int]], int, int]:
    """Atoms, the options that each person chose (empty: none), how many options and atoms there are."""
    n, options = int(chance.integers(1, 40)), int(chance.integers(2, 20))
    chosen = [set(np.flatnonzero(chance.random(options) < chance.random()).tolist()) for _ in range(n)]
    return chance.integers(0, 3, n).tolist(), chosen, options, 3


def numbers(chance: Chance) -> tuple[list[int], list[int], int, int, int]:
    """Atoms, numbers, the least and the greatest that can be given, how many atoms there are."""
    n, least = int(chance.integers(1, 40)), int(chance.integers(0, 50))
    most = least + int(chance.choice([1, 2, 3, 7, 100, 70_000]))
    return chance.integers(0, 3, n).tolist(), chance.integers(least, most + 1, n).tolist(), least, most, 3


def instead(chance: Chance) -> tuple[int, int, int, int, int]:
    """Who skipped, do not know, say that it does not apply, and answered; and how many are eligible."""
    counted = chance.multinomial(int(chance.integers(40, 200)), chance.dirichlet([1, 1, 2, 4]))
    counted[3] += 20
    skipped, unknown, elsewhere, given = (int(part) for part in counted)
    return skipped, unknown, elsewhere, given, int(counted.sum() + chance.integers(3, 60))


def two_years(chance: Chance) -> tuple[dict[str, int], list[list[str]], dict[str, int], list[list[str]]]:
    """Teams' headcounts and how they were merged, in two years."""

    def year() -> tuple[dict[str, int], list[list[str]]]:
        teams = {team: int(chance.integers(1, 40)) for team in "abcdefg" if chance.random() < 0.8} or {"a": 5}
        merged: list[list[str]] = [[] for _ in range(int(chance.integers(1, 4)))]
        for team in teams:
            merged[int(chance.integers(len(merged)))].append(team)
        return teams, [ids for ids in merged if ids]

    return *year(), *year()


def two_staffs(chance: Chance) -> tuple[dict[str, int], dict[str, int]]:
    """Staff groups of a unit in two years; of some it is not known who they are."""
    names = ["Nurses", "Clerks", "Doctors", "Other staff", "Other clinical staff"]

    def staff() -> dict[str, int]:
        some = [name for name in names if chance.random() < 0.6] or ["All staff"]
        return {name: int(chance.integers(1, 16)) for name in some}

    return staff(), staff()


def changed_item(chance: Chance) -> tuple[list[tuple[int, dict[str, Any]]]]:
    """Some items of a later questionnaire, and what was changed in each."""
    changes: list[dict[str, Any]] = [
        {"text": {"en": "How far now?"}},
        {"text": {"en": "How far?", "cy": "Pa mor bell?"}},
        {"hint": {"en": "Think of last week."}},
        {"subtheme": "log-in"},
        {"pulse": True},
        {"reverse": True},
        {"audience": "non_clinical"},
        {"vision": "v1"},
        {"vision": None},
        {"options": tuple({"en": f"{place}"} for place in "abcde")},
        {"dont_know": {"en": "I do not know"}},
    ]
    places = chance.choice(6, int(chance.integers(0, 4)), replace=False)
    return ([(int(place), changes[int(chance.integers(len(changes)))]) for place in places],)


def places_named(chance: Chance) -> tuple[int, int]:
    options = int(chance.integers(2, 7))
    return options, int(chance.integers(1, options + 1))


def piece(chance: Chance) -> tuple[list[float], list[float], int, float]:
    """Weights of people whom nobody can tell apart, their points, of how many something is asked, and the least points
    that anybody gives."""
    floor, n = float(chance.choice([0, 0, 20])), int(chance.integers(3, 15))
    weight = chance.choice([1.0, 0.5, 2.0], n)
    points = np.clip(chance.normal(chance.uniform(0, 100), 20, n), floor, 100)
    return weight.tolist(), points.tolist(), int(chance.integers(1, n)), floor


def priority(chance: Chance) -> tuple[int, int, float, float, float]:
    """A mean that may lie anywhere."""
    n, eligible, _, variance, pooled = unit(chance)
    return n + 10, eligible + 12, chance.uniform(0, 100), variance, pooled
