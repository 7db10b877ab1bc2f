"""How much a questionnaire asks of people: how many questions, and about how long they take on a phone."""

from functools import lru_cache
from typing import NamedTuple

from survey.core.answers import for_audience
from survey.core.frame import Audience
from survey.core.questionnaire.model import KindName, Questionnaire

AUDIENCES: tuple[Audience, ...] = ("clinical", "non_clinical")
SECONDS: dict[KindName, int] = {
    "agreement": 10,
    "frequency": 10,
    "ladder": 20,
    "zero_to_ten": 10,
    "single": 10,
    "several": 15,
    "number": 15,
    "ranking": 40,
    "text": 45,
}
"""How long one item takes on a phone, reading included: an estimate, told as one."""


class Effort(NamedTuple):
    questions: int
    seconds: int

    @property
    def minutes(self) -> int:
        """Rounded up: better that it takes less than was said."""
        return -(-self.seconds // 60)


@lru_cache(maxsize=256)
def effort(questionnaire: Questionnaire, audience: Audience) -> Effort:
    """The most that somebody of this audience is asked: every skip rule lets its item be shown."""
    asked = for_audience(questionnaire, audience)
    return Effort(len(asked), sum(SECONDS[item.kind] for item in asked))


def most(questionnaire: Questionnaire) -> Effort:
    """What the audience with more questions is asked."""
    return max((effort(questionnaire, audience) for audience in AUDIENCES), key=lambda one: one.questions)
