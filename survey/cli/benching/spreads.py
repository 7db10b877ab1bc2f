"""What an attacker can read from a margin about how far apart people stand."""

from math import sqrt

import msgspec
import numpy as np

from survey.cli.benching import coverage, targets
from survey.cli.benching.targets import Seen, Unit
from survey.core.disclosure import bands
from survey.core.scoring import intervals
from survey.core.scoring.persons import Floats

_STEP, _EXACT = 0.1, 1e-3
_SPREADS = np.arange(0.0, 51.0, _STEP)
READ = 0.05
"""A margin that answers to how far apart people stand tells of it: the guess is better than one made blindly. One that
told nothing would have to be made with the same spread for all, and be 1.3 to 1.45 times as wide to hold the truth in
94 % where views are polarised. What a margin must not do is be read back: more than one in twenty to a thousandth."""


class Verdict(msgspec.Struct, frozen=True):
    """How often the attacker is right, what guessing gives, and three standard deviations of that."""

    right: float
    chance: float
    leeway: float

    @property
    def succeeds(self) -> bool:
        return self.right > self.chance + self.leeway


class Spreads(msgspec.Struct, frozen=True):
    """What an attacker works out of standard deviations. `exact`: how often the best guess is within a thousandth,
    beside the commonest of all, for which no margin is needed. `width`: points, in the middle, between the smallest and
    the largest that fit. `told`: the share of their variation that the guesses explain. `silent`: of units whose spread
    is so small that it would say something of single people, the share that would look the same with any other as
    small."""

    exact: Verdict
    width: float
    told: float
    silent: float

    @property
    def is_read(self) -> bool:
        return self.exact.right > READ


def fitting(seen: Seen) -> Floats:
    """Every standard deviation that gives the published margin with some mean that gives the published value."""
    means = np.linspace(seen.value - 0.5, seen.value + 0.49, 34)[:, None]
    n = seen.band
    eligible = intervals.widened(n, seen.eligible)
    harder = [intervals.moderated_variance(n, _hardened(n, spread), coverage.pooled()) for spread in _SPREADS]
    size = n * (eligible - 1) / (eligible - n)
    share = means / 100
    ratio = np.clip(np.array(harder) / (1e4 * share * (1 - share)), 1e-6, 1)
    low, high = _limits(share, size / ratio, n)
    least, most = np.floor(n * means / eligible), np.ceil((n * means + 100 * (eligible - n)) / eligible)
    fits = (np.maximum(np.floor(low), least) == seen.low) & (np.minimum(np.ceil(high), most) == seen.high)
    found: Floats = _SPREADS[fits.any(axis=0)]
    return found


def _limits(share: Floats, size: Floats, n: int) -> tuple[Floats, Floats]:
    q: Floats = np.full(size.shape, intervals.quantile(intervals.freedom(n)))
    shares: Floats = np.broadcast_to(share, size.shape)
    return intervals.limits(shares, size, q)


def _hardened(n: int, spread: float) -> float:
    return intervals.harden(n, float(spread) ** 2, coverage.pooled())


def told(of: list[Unit], seen: list[Seen]) -> Spreads:
    """Values beyond 95 and below 5 have no margin to read."""
    pairs = [(unit, fitting(one)) for unit, one in zip(of, seen, strict=True) if 5 < one.value < 95]
    true, guess, width = np.array(
        [(sqrt(unit.variance), fits.mean(), fits[-1] - fits[0]) for unit, fits in pairs if len(fits)]
    ).T
    return Spreads(
        exact=_exact(guess, true),
        width=float(np.median(width)),
        told=float(np.corrcoef(guess, true)[0, 1] ** 2),
        silent=float(np.mean([_is_silent(unit) for unit in of if unit.variance <= floor(unit)])),
    )


def _exact(guess: Floats, true: Floats) -> Verdict:
    half = len(true) // 2
    chance = _right(_commonest(true[:half]), true[half:])
    return Verdict(_right(guess, true), chance, 3 * sqrt(chance * (1 - chance) / half))


def _right(guess: Floats, true: Floats) -> float:
    return float((np.abs(guess - true) < _EXACT * true).mean())


def _commonest(true: Floats) -> Floats:
    """The middle of the shortest stretch that holds a twentieth of them."""
    ordered, many = np.sort(true), max(1, len(true) // 20)
    place = (ordered[many:] - ordered[:-many]).argmin()
    middle: Floats = (ordered[place] + ordered[place + many]) / 2
    return middle


def floor(of: Unit) -> float:
    """The least variance that its margin is made with."""
    return intervals.harden(bands.start(of.n, of.eligible), 0.0, coverage.pooled())


def _is_silent(of: Unit) -> bool:
    others = (0.0, floor(of) / 3, floor(of))
    return {targets.published(msgspec.structs.replace(of, variance=other)) for other in others} == {
        targets.published(of)
    }


def recovered(of: Unit) -> float:
    """The variance read back from a careless margin: the ratio that Wilson's half-width gives, by halving."""
    seen, low, high = targets.careless(of), 0.0, 2500.0
    for _ in range(60):
        middle = (low + high) / 2
        found = intervals.unit_interval(of.n, of.eligible, of.mean, middle, coverage.pooled())
        low, high = (middle, high) if found[1] - found[0] < seen.high - seen.low else (low, middle)
    return (low + high) / 2
