"""What formulas are tried on: units, strata, shares and rankings at random."""

import numpy as np

Chance = np.random.Generator


def people(chance: Chance, most: int = 60) -> np.ndarray:
    """Scores of some people, of one spread or another."""
    return np.clip(chance.normal(chance.uniform(5, 95), chance.uniform(1, 40), chance.integers(3, most)), 0, 100)


def unit(chance: Chance) -> tuple[int, int, float, float, float]:
    """n, N > n, mean, variance, pooled variance."""
    scores = people(chance)
    more = int(chance.integers(1, 60))
    return len(scores), len(scores) + more, scores.mean(), scores.var(ddof=1), chance.uniform(20, 900)


def share(chance: Chance) -> tuple[int, int, int]:
    """Of some of the eligible, or of all."""
    eligible = int(chance.integers(3, 80))
    n = int(chance.integers(2, eligible + 1))
    return int(chance.integers(0, n + 1)), n, eligible


def strata(chance: Chance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each person's stratum and score, and the strata's headcounts."""
    n = chance.integers(10, 25, 4)
    return np.repeat(np.arange(4), n), chance.uniform(0, 100, n.sum()), n + chance.integers(1, 40, 4)


def two_units(chance: Chance) -> tuple[np.ndarray, np.ndarray, int, int]:
    one, other = people(chance), people(chance)
    return one, other, len(one) + int(chance.integers(1, 50)), len(other) + int(chance.integers(1, 50))


def margins(chance: Chance) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """People in cells of three by four, and both margins of a staff list that is not far from them."""
    n = chance.integers(10, 60, 12)
    listed = n * chance.uniform(1.5, 3, 12)
    categories = (np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3))
    return n, [(category, np.bincount(category, weights=listed)) for category in categories]


def headcounts(chance: Chance) -> tuple[int, int]:
    n = int(chance.integers(5, 3000))
    return n, n + int(chance.integers(0, 5))


def eighths(chance: Chance) -> tuple[int, int, float]:
    """A mean that floating point has exactly."""
    n = int(chance.integers(2, 60))
    return n, n + int(chance.integers(0, 40)), float(chance.integers(0, 800)) / 8


def shown_unit(chance: Chance) -> tuple[int, int, float, float, float]:
    """Large enough to be shown; sometimes everybody answered."""
    n, eligible, mean, variance, pooled = unit(chance)
    return n + 10, max(n + 10 + int(chance.choice([0, 1, eligible - n])), 12), mean, variance, pooled


def sampled(chance: Chance) -> tuple[np.ndarray, int]:
    scores = people(chance)
    return scores, len(scores) + int(chance.integers(1, 30))


def answered(chance: Chance) -> tuple[int, int]:
    eligible = int(chance.integers(1, 600))
    return int(chance.integers(0, eligible + 1)), eligible


def mixed_strata(chance: Chance) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Some of fewer than ten people, some nearly whole."""
    n = chance.integers(5, 20, 5)
    spread = np.repeat(chance.uniform(0, 40, 5), n)
    scores = np.clip(50 + spread * chance.normal(size=n.sum()), 0, 100)
    return np.repeat(np.arange(5), n), scores, n + chance.integers(0, 20, 5), chance.uniform(50, 600)


def ranking(chance: Chance) -> tuple[list[int], int]:
    options = int(chance.integers(2, 7))
    many = int(chance.integers(0, options + 1))
    order = (1 + chance.permutation(options))[:many].tolist()
    return order + [0] * (options - many), options


def small_strata(chance: Chance) -> tuple[list[tuple[int, tuple[str, ...], str]], np.ndarray, np.ndarray, int]:
    """Atoms (reporting unit, units above it, audience) in a tree; their headcounts, who scored, and from how many on a
    unit is split by audience. Some have nobody, some hardly anybody of many."""
    trees = [("a",), ("a", "a1"), ("a", "a2"), ("b",), ()]
    places = []
    for unit in range(int(chance.integers(2, 7))):
        above = trees[int(chance.integers(len(trees)))]
        both = chance.random() < 0.5
        places += [(unit, above, audience) for audience in (("clinical", "non_clinical") if both else ("everyone",))]
    n = chance.integers(0, chance.integers(3, 25), len(places))
    n[0] += 1
    return places, n + chance.integers(1, chance.integers(2, 150), len(places)), n, int(chance.integers(3, 11))
