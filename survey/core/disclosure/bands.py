"""How numbers of people are shown: in bands, and never so that anyone sees that everybody answered."""

import re
from math import ceil

from survey.core.scoring.method import METHOD, Method

_TEXT = re.compile(r"([1-9]\d{0,8}) (?:to \d{1,9}|or more)", re.ASCII)


def start(n: int, eligible: int, method: Method = METHOD) -> int:
    """Lower end of the band of n scored people. From 90 % of those eligible on, all n have the same."""
    capped = min(n, ceil(method.most_answered * eligible))
    return method.band * (capped // method.band)


def text(n: int, eligible: int, method: Method = METHOD) -> str:
    """ "20 to 24"; open at the top ("20 or more") where the band reaches the 90 % from which nothing is told apart."""
    lower = start(n, eligible, method)
    upper = lower + method.band - 1
    return f"{lower} or more" if upper >= ceil(method.most_answered * eligible) else f"{lower} to {upper}"


def lower(band: str | None, eligible: int, method: Method = METHOD) -> int:
    """The lower end of what is one of the texts for a group of so many; 0 of anything else."""
    found = _TEXT.fullmatch(band or "")
    first = int(found[1]) if found else 0
    return first if first and text(first, eligible, method) == band else 0


def most(band: str | None, eligible: int, method: Method = METHOD) -> int:
    """The most people whom such a text may stand for; 0 of anything else."""
    first = lower(band, eligible, method)
    return first and (eligible if str(band).endswith("more") else first + method.band - 1)


def fewest_eligible(k: int, method: Method = METHOD) -> int:
    """The smallest group of which k scored people are under 90 %: in a smaller one, any result tells that nearly
    everybody answered."""
    return ceil(k / method.most_answered)


def response_rate(answered: int, eligible: int, method: Method = METHOD) -> str | None:
    """A response rate that may be shown while a round is open; None for groups of under 20 (METHOD 2.3 R10).

    Steps of 5 % or of 3 people, whichever is wider; "under 10%" and "90% or more" at the ends.
    """
    if eligible < method.rate_eligible:
        return None
    step = max(method.rate_step, 100 * method.rate_people / eligible)
    share = round(step * round(100 * answered / eligible / step))
    most = round(100 * method.most_answered)
    if share >= most:
        return f"{most}% or more"
    return f"under {100 - most}%" if share < 100 - most else f"{share}%"
