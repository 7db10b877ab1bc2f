"""A cell in the words and shades of a page."""

import re
from typing import assert_never

import msgspec

from survey.core.disclosure.release import Cell, Reason

SYMBOL = "[c]"
"""For every withheld cell: the Government Statistical Service's sign for "confidential"."""
STEPS = 10
"""Shades of the scale, each ten points wide: it shows the score, and never the level alone."""


class Shown(msgspec.Struct, frozen=True):
    """What a template prints of a cell. Shown: `score` and what belongs to it; `step` is its shade, 0 to 9.
    Withheld: `withheld`, in a word or two, and nothing else."""

    score: str = ""
    level: str = ""
    margin: str = ""
    answers: str = ""
    step: int = 0
    value: int = 0
    low: int = 0
    high: int = 0
    withheld: str = ""

    @property
    def kind(self) -> str:
        return "score"

    @property
    def span(self) -> int:
        return self.high - self.low

    @property
    def short(self) -> str:
        """For a chart: "58 (52 to 66)"."""
        return f"{self.score} ({self.low} to {self.high})" if self.score else f"{SYMBOL} {self.withheld}"

    @property
    def sentence(self) -> str:
        """ "58, between 52 and 66, level 3"."""
        return f"{self.score}, {self.margin}, {self.level.lower()}" if self.score else f"withheld, {self.withheld}"


def shown(cell: Cell) -> Shown:
    if cell.reason is not None:
        return Shown(withheld=BRIEFLY[cell.reason])
    assert cell.value is not None and cell.low is not None and cell.high is not None, "a shown cell is whole"
    assert cell.answers is not None
    level = cell.level or ""
    return Shown(
        score=score(cell),
        level=level[:1].upper() + level[1:],
        margin=f"between {cell.low} and {cell.high}",
        answers=f"{grouped(cell.answers)} answers",
        step=min(cell.value // STEPS, STEPS - 1),
        value=cell.value,
        low=cell.low,
        high=cell.high,
    )


def grouped(band: str) -> str:
    """A band's numbers as people read them: "12,835 to 12,839"."""
    return re.sub(r"\d{4,}", lambda found: f"{int(found[0]):,}", band)


def score(cell: Cell) -> str:
    match cell.bound:
        case "or_more":
            return f"{cell.value} or more"
        case "or_less":
            return f"{cell.value} or less"
        case "exact" | None:
            return str(cell.value)
        case _:
            assert_never(cell.bound)


BRIEFLY: dict[Reason, str] = {
    "few_answers": "too few answers",
    "few_eligible": "too few people",
    "protects_others": "protects others",
    "overall_incomplete": "not every vision",
}


def why(reason: Reason, k: int) -> str:
    """A reason as the legend explains it. `k`: the round's threshold."""
    match reason:
        case "few_answers":
            return f"Fewer than {k} people have a score here, or it rests too much on a few of them."
        case "few_eligible":
            return "So few people work here that any score would tell how nearly all of them answered."
        case "protects_others":
            return f"Enough people answered, but beside the other scores this one would tell on fewer than {k}."
        case "overall_incomplete":
            return "An overall score needs every vision, and beside a withheld vision it would give that one away."
        case _:
            assert_never(reason)
