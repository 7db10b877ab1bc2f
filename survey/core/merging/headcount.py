"""How many people a reporting unit needs so that enough of them can be expected to answer (METHOD R3)."""

import math
from fractions import Fraction
from functools import lru_cache

from survey import errors

CERTAINTY = Fraction(9, 10)
"""The chance that a reporting unit of the target headcount is to have of reaching k answers."""

SMALLEST = 10
"""No group smaller than this is ever stored with an answer, however low a plan's k (METHOD R12)."""


def _reaches(n: int, k: int, response: Fraction) -> bool:
    """Whether P(Binomial(n, response) >= k) >= CERTAINTY, in whole numbers, so that no rounding decides."""
    yes, out_of = response.numerator, response.denominator
    no = out_of - yes
    too_few: int = sum(math.comb(n, j) * yes**j * no ** (k - 1 - j) for j in range(k)) * no ** (n - k + 1)
    everything: int = out_of**n
    return CERTAINTY * everything <= everything - too_few


@lru_cache(maxsize=64)
def target(k: int, expected_response: float) -> int:
    """The smallest headcount with at least nine chances in ten of `k` answers, never under SMALLEST."""
    if k < 1 or not 0.01 <= expected_response <= 1:
        raise errors.Refused("A plan needs a k of at least 1 and an expected response between 1% and 100%.")
    response = Fraction(str(expected_response))
    high = max(k, SMALLEST)
    if _reaches(high, k, response):
        return high
    while not _reaches(high, k, response):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _reaches(middle, k, response) else (middle, high)
    return high


def chance(n: int, k: int, expected_response: float) -> float:
    """The chance, 0 to 1, that at least `k` of `n` people answer. For showing; decisions use exact arithmetic."""
    if n < k:
        return 0.0
    if expected_response >= 1:
        return 1.0
    yes, no = math.log(expected_response), math.log1p(-expected_response)
    logs = (math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) + j * yes + (n - j) * no for j in range(k))
    return max(0.0, 1.0 - math.fsum(map(math.exp, logs)))
