"""How the staff of a round are reached: by which channels, when they are reminded, and in which words.

`plan.Reach` is stored with the round, `waves` turns it into instants, `texts` holds the words and fills them in.
"""

from survey.core.reaching.plan import CHANNELS, Channel, Reach, problems
from survey.core.reaching.texts import DEFAULTS, KINDS, PLACEHOLDERS, Facts, Kind, Letter, letter, sms_parts
from survey.core.reaching.waves import Wave, waves

__all__ = [
    "CHANNELS", "DEFAULTS", "KINDS", "PLACEHOLDERS", "Channel", "Facts", "Kind", "Letter", "Reach", "Wave", "letter",
    "problems", "sms_parts", "waves",
]  # fmt: skip
