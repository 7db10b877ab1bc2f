"""The kinds of item: each parses a form, checks how its items are written, packs and scores their answers."""

from survey.core.items.choice import Agreement, Frequency, Ladder, Single
from survey.core.items.kind import (
    DONT_KNOW,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    Columns,
    Kind,
    Mistake,
    Points,
    Values,
    specials,
)
from survey.core.items.number import Number
from survey.core.items.ranking import Ranking
from survey.core.items.several import Several
from survey.core.items.text import FreeText
from survey.core.items.zero_to_ten import ZeroToTen
from survey.core.questionnaire.model import KindName

__all__ = [
    "DONT_KNOW",
    "KINDS",
    "NOT_ANSWERED",
    "NOT_APPLICABLE",
    "NOT_ASKED",
    "Columns",
    "Kind",
    "Mistake",
    "Points",
    "Values",
    "specials",
]

KINDS: dict[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Agreement(),
        Frequency(),
        Ladder(),
        ZeroToTen(),
        Single(),
        Several(),
        Number(),
        Ranking(),
        FreeText(),
    )
}
