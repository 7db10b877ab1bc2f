"""Making a share that may be shown: to the nearest 5 per cent, with a margin made from what is shown and from nothing
else, so that it tells nothing new."""

from collections.abc import Sequence
from math import ceil, floor

import msgspec

from survey.core.disclosure import bands
from survey.core.disclosure.release import Bound, Share, Tone
from survey.core.scoring import intervals, proportions
from survey.core.scoring.method import METHOD, Method


class Band(msgspec.Struct, frozen=True):
    """Options that are told together: how many people chose them, their tone, and the least and most points they stand
    for."""

    options: tuple[int, ...]
    people: int
    tone: Tone | None = None
    points: tuple[float, float] = (0.0, 100.0)

    def beside(self, other: "Band") -> "Band":
        return Band(
            tuple(sorted(self.options + other.options)),
            self.people + other.people,
            self.tone if self.tone == other.tone else None,
            (min(self.points[0], other.points[0]), max(self.points[1], other.points[1])),
        )


def merged(found: Sequence[Band], *, ordered: bool, method: Method = METHOD) -> list[Band]:
    """No band of fewer than three people: the smallest goes to its smaller neighbour, or, where options have no order,
    to the next smallest."""
    left = list(found)
    while len(left) > 1 and (small := min(left, key=lambda band: band.people)).people < method.smallest_band:
        place = left.index(small)
        others = [*left[max(place - 1, 0) : place], *left[place + 1 : place + 2]] if ordered else left
        partner = min((band for band in others if band is not small), key=lambda band: band.people)
        first, last = sorted((place, left.index(partner)))
        left[first] = small.beside(partner)
        del left[last]
    return left


def nearest(per_cent: float, method: Method = METHOD) -> int:
    return method.share_step * floor(per_cent / method.share_step + 0.5)


def rounded(per_cent: float, method: Method = METHOD) -> tuple[int, Bound]:
    value = nearest(per_cent, method)
    if value <= method.lowest:
        return method.lowest, "or_less"
    return (method.highest, "or_more") if value >= method.highest else (value, "exact")


def share(band: Band, n: int, eligible: int, method: Method = METHOD) -> Share:
    """The share of `n` people that a band is. Fewer than three on either side look like nobody, or everybody."""
    told = bands.start(n, eligible, method)
    value, bound = rounded(100 * band.people / n, method)
    end = max(method.lowest, nearest(100 * (method.smallest_band - 1) / max(told, 1), method))
    if band.people < method.smallest_band:
        value, bound = end, "or_less"
    elif n - band.people < method.smallest_band:
        value, bound = 100 - end, "or_more"
    return Share(band.options, value, bound, *margin(value, bound, told, eligible, method), band.tone)


def window(value: int, bound: Bound, method: Method = METHOD) -> tuple[float, float]:
    """What a shown share tells of the share, in per cent."""
    half = method.share_step / 2
    return (0.0 if bound == "or_less" else value - half), (100.0 if bound == "or_more" else value + half)


def margin(value: int, bound: Bound, n: int, eligible: int, method: Method = METHOD) -> tuple[int, int]:
    """Wilson's interval with finite population at either end of what the value tells, outward to whole per cent."""
    first, last = window(value, bound, method)
    people = max(n, 1)
    widened = intervals.widened(people, eligible, method)
    low = proportions.wilson(people * first / 100, people, widened, method)[0]
    high = proportions.wilson(people * last / 100, people, widened, method)[1]
    return floor(100 * low + 1e-9), ceil(100 * high - 1e-9)


def uncertainty(shown: Sequence[tuple[Share, tuple[float, float]]]) -> float:
    """Over how many points the mean of a scale stays open to a reader of its shares, each with its band's points."""
    ends = [(*window(one.value, one.bound), *points) for one, points in shown]
    return _extreme(ends, most=True) - _extreme(ends, most=False)


def _extreme(ends: Sequence[tuple[float, float, float, float]], *, most: bool) -> float:
    """The greatest, or least, mean of shares within their windows that add up to 100."""
    left = 100 - sum(low for low, _, _, _ in ends)
    total = 0.0
    for low, high, least, greatest in sorted(ends, key=lambda end: end[3] if most else end[2], reverse=most):
        taken = low + min(max(left, 0.0), high - low)
        left -= taken - low
        total += taken * (greatest if most else least) / 100
    return total
