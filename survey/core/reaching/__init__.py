"""How the staff of a round are reached: by which channels, when they are reminded, and in which words.

`plan.Reach` is stored with the round, `waves` turns it into instants, `texts` holds the words and fills them in.
"""

from survey.core.reaching.plan import CHANNELS, Channel, Reach, problems
from survey.core.reaching.texts import (
    DEFAULTS,
    KINDS,
    PLACEHOLDERS,
    TOO,
    Facts,
    Kind,
    Letter,
    Voice,
    letter,
    sms_parts,
    speaks,
)
from survey.core.reaching.waves import Wave, waves

__all__ = [
    "CHANNELS", "DEFAULTS", "KINDS", "PLACEHOLDERS", "TOO", "Channel", "Facts", "Kind", "Letter", "Reach", "Voice",
    "Wave", "letter", "problems", "sms_parts", "speaks", "waves",
]  # fmt: skip
