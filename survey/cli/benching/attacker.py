"""An attacker who has what is published of a unit (value, margin, level, band) and the staff list, and nothing else.

Two things are to stay unknown: whether everybody answered, which would take away everybody's deniability, and the
variance to the digit: a margin cannot but tell of it roughly. The attacker knows the method and the pooled variance,
and learns from units whose secrets are known. The same attack on a careless publication, with exact numbers, must
succeed: one that never could would prove nothing.
"""

from collections.abc import Iterator
from math import sqrt

import msgspec
import numpy as np

from survey.cli.benching import spreads, targets
from survey.cli.benching.spreads import Spreads, Verdict
from survey.cli.benching.targets import Seen
from survey.core.scoring.persons import Floats

UNITS = 4_000
_NEIGHBOURS, _CLOSELY = 25, 10


class Measured(msgspec.Struct, frozen=True):
    """`divisions`: whether everybody answered and the number within its band, of a group whose score is weighted."""

    everybody: Verdict
    within_band: Verdict
    divisions: tuple[Verdict, Verdict]
    spreads: Spreads
    careless_everybody: Verdict
    careless_exact: float


def guessed(seen: list[Seen], secret: Floats) -> tuple[Floats, Floats]:
    """What an attacker who knows the first half's secrets takes those of the other half for, and what they are: the
    commonest among the units that look most alike."""
    features = np.array([one.features() for one in seen])
    features = (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-9)
    features[:, -1] *= _CLOSELY
    half = len(seen) // 2
    distance = ((features[half:, None] - features[None, :half]) ** 2).sum(axis=2)
    nearest = secret[np.argpartition(distance, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]]
    kinds = np.unique(secret)
    votes = (nearest[:, :, None] == kinds).sum(axis=1)
    return kinds[votes.argmax(axis=1)], secret[half:]


def verdict(seen: list[Seen], secret: Floats) -> Verdict:
    """Each secret counts the same, however common: guessing then gives one in as many as there are."""
    guess, true = guessed(seen, secret)
    kinds, counts = np.unique(true, return_counts=True)
    right = np.mean([(guess[true == kind] == kind).mean() for kind in kinds])
    chance = 1 / len(kinds)
    leeway = 3 * sqrt(chance * (1 - chance) * float((1 / counts).sum())) / len(kinds)
    return Verdict(float(right), chance, leeway)


def measure(count: int = UNITS, seed: int = 1) -> Measured:
    chance = np.random.default_rng(seed)
    full = targets.units(count, seed)
    everybody = np.array([unit.everybody for unit in full], float)
    partial = [targets.answered(chance, int(chance.integers(20, 25)), 60) for _ in range(count)]
    seen = [targets.published(unit) for unit in partial]
    readable = [unit for unit in partial[:200] if unit.variance < 0.8 * unit.mean * (100 - unit.mean)]
    exact = np.mean([abs(spreads.recovered(unit) - unit.variance) < 1e-3 * unit.variance + 1e-9 for unit in readable])
    return Measured(
        verdict([targets.published(unit) for unit in full], everybody),
        verdict(seen, np.array([unit.n for unit in partial], float)),
        of_divisions(chance, count, seed),
        spreads.told(partial, seen),
        verdict([targets.careless(unit) for unit in full], everybody),
        float(exact),
    )


def of_divisions(chance: np.random.Generator, count: int, seed: int) -> tuple[Verdict, Verdict]:
    whole = targets.divisions(count, seed)
    partial = [targets.divided(chance, int(chance.integers(35, 40))) for _ in range(count)]
    secrets = [unit.everybody for unit in whole], [unit.n for unit in partial]
    first, second = (
        verdict([targets.published_division(unit) for unit in of], np.array(secret, float))
        for of, secret in zip((whole, partial), secrets, strict=True)
    )
    return first, second


def amiss(measured: Measured) -> list[str]:
    found = measured.spreads
    wrong = {
        "The attacker can tell where everybody answered.": measured.everybody.succeeds,
        "The attacker can tell the number within its band.": measured.within_band.succeeds,
        "The attacker can tell more of a division than chance would.": any(one.succeeds for one in measured.divisions),
        "The attacker reads spreads back.": found.is_read,
        "The attacker can tell small spreads apart.": found.silent < 1,
        "The attack fails even on a careless publication, and so proves nothing.": (
            not measured.careless_everybody.succeeds or measured.careless_exact < 0.99
        ),
    }
    return [words for words, is_so in wrong.items() if is_so]


def report(measured: Measured) -> Iterator[str]:
    yield f"  {'what an attacker is right about':<58}{'right':>8}{'chance':>8}{'+ 3 SD':>8}"
    rows = {
        "whether everybody answered": measured.everybody,
        "the number of people within its band": measured.within_band,
        "whether everybody in a division answered": measured.divisions[0],
        "the number within a division's band": measured.divisions[1],
        "a standard deviation, to a thousandth": measured.spreads.exact,
        "whether everybody answered, carelessly published": measured.careless_everybody,
    }
    for name, one in rows.items():
        yield f"  {name:<58}{one.right:>8.3f}{one.chance:>8.3f}{one.chance + one.leeway:>8.3f}"
    found = measured.spreads
    yield ""
    yield f"  {'standard deviations read back, carelessly published':<58}{measured.careless_exact:>8.1%}"
    yield f"  {'points of one that fit a margin, in the middle':<58}{found.width:>8.1f}"
    yield f"  {'small ones that look like any other as small':<58}{found.silent:>8.1%}"
    yield f"  {'of the variation of all, told (R²): margins are made of it':<58}{found.told:>8.3f}"
