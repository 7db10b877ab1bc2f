"""A trial of the journey: where somebody stands who tries a questionnaire out. It lives in addresses, and nowhere else.

Written as one segment of an address: "a" (or "s" once sent), then the answers of the items in their order, each after a
full stop: "a.4..na.1~3". Texts are left out: what somebody writes does not belong in an address.
"""

from typing import NamedTuple

from survey.core.answers import Answers
from survey.core.items import KINDS, Mistake
from survey.core.questionnaire.model import Item, Questionnaire

_LONGEST = 8_000
_ITEM, _VALUE = ".", "~"


class Trial(NamedTuple):
    answers: Answers
    sent: bool = False


def write(questionnaire: Questionnaire, trial: Trial) -> str:
    values = [() if item.kind == "text" else trial.answers.get(item.id, ()) for item in questionnaire.items]
    said = "".join(_ITEM + _VALUE.join(one) for one in values)
    return ("s" if trial.sent else "a") + said.rstrip(_ITEM)


def read(questionnaire: Questionnaire, written: str) -> Trial:
    """What an address says. What no form could have sent is passed over."""
    first, *said = written[:_LONGEST].split(_ITEM)
    given = {item.id: _taken(item, values) for item, values in zip(questionnaire.items, said, strict=False)}
    return Trial({item_id: values for item_id, values in given.items() if values}, first == "s")


def _taken(item: Item, values: str) -> tuple[str, ...]:
    if item.kind == "text" or not values:
        return ()
    try:
        return KINDS[item.kind].parse(item, values.split(_VALUE), "")
    except Mistake:
        return ()
