"""What an audit says of a release: which rules it keeps, and how closely each withheld group can be bounded."""

from typing import Literal

import msgspec

from survey.core.scoring.method import METHOD

Rule = Literal[
    "premises",
    "complete",
    "silent",
    "whole",
    "no_rest",
    "not_found_out",
    "findings_whole",
    "change_follows",
    "large_groups",
    "ranks_add_up",
]
RULES: dict[Rule, str] = {
    "premises": "Method, plan, groups and their headcounts are such as a release is made with.",
    "complete": "There is exactly one cell for every group and measure.",
    "silent": "A withheld cell gives its reason and says nothing else.",
    "whole": "A shown cell is whole: its fields are possible together, overall only beside every vision.",
    "no_rest": "No withheld group is what remains of a shown one when all that is shown of it is taken away.",
    "not_found_out": "No withheld group's mean can be bounded so closely that it tells about one person.",
    "findings_whole": "Every finding is whole; one that is withheld gives its reason and says nothing else.",
    "change_follows": "A change is told only beside its score, and what is said of it follows from both margins.",
    "large_groups": "Answers to one question are told of large groups only, in steps, and of no few who remain.",
    "ranks_add_up": "The options of a ranking are shown together, their points add up, and no small unit remains.",
}
"""What a reader of the release alone can check."""

CLOSE = 25.0
"""Bounds on a withheld group's mean that are closer than this deserve a look."""


_FOR_OTHERS = {
    "protects_others": "withheld to protect others",
    "overall_incomplete": "withheld beside a vision that is",
}


class Breach(msgspec.Struct, frozen=True):
    """A rule that a release breaks, and where: `what` is a sentence; `cell` the withheld group and measure, where it is
    about one."""

    rule: Rule
    what: str
    cell: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.what


class Bound(msgspec.Struct, frozen=True):
    """A withheld group's mean lies between `low` and `high`. `within`: the shown group that it is nearly all of."""

    group: str
    name: str
    measure: str
    reason: str
    low: float
    high: float
    within: str | None

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def is_close(self) -> bool:
        """Groups that have enough answers are withheld for others' sake, and may be bounded."""
        return self.reason.startswith("few_") and self.width < CLOSE and self.within is None

    @property
    def note(self) -> str:
        """What a list of bounds says beside it."""
        if self.width >= CLOSE:
            return ""
        if self.within is not None:
            return f"nearly all of {self.within}"
        if self.is_close:
            return "close"
        return f"has enough answers; {_FOR_OTHERS.get(self.reason, 'withheld')}"

    def is_found_out(self, k: int) -> bool:
        """So close that the sum of even k - 1 people would be known within one person's range."""
        return self.is_close and self.width * (k - 1) < METHOD.hidden_width


class Audit(msgspec.Struct, frozen=True):
    """`broken` says in words which rules the release breaks; `bounds` how tightly each withheld group is bounded."""

    broken: tuple[Breach, ...]
    bounds: tuple[Bound, ...]

    @property
    def passed(self) -> bool:
        return not self.broken

    def keeps(self, rule: Rule) -> bool:
        return all(breach.rule != rule for breach in self.broken)
