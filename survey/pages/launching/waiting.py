"""What a round's page says while there is long work to do. It is said to be under way only while whoever does it says
so; at other times, that it has yet to begin."""

import msgspec

from survey.operations.launching import Overview
from survey.pages.console import doing
from survey.pages.console.doing import Doing

_GOES_ON = "You can leave this page and come back: the work goes on. The page looks again by itself."
_BEGINS = (
    "That begins by itself within a minute, and this page looks again. If it does not, ask whoever runs the service "
    "whether its worker is running."
)

SOON, LATER = {"refresh": "2"}, {"refresh": "5"}
"""Headers by which a page that waits for work, or tells of it, looks again."""


class Waiting(msgspec.Struct, frozen=True):
    """What is waited for. `doing`: nothing, while no worker is at it."""

    heading: str
    text: str
    doing: Doing | None


def for_launch(round_: Overview) -> Waiting | None:
    if round_.waits_for != "launch":
        return None
    text = "The staff list is frozen, and everybody’s link is made."
    return _waiting(round_, "This round is being launched.", "This round will be launched.", text)


def after_launch(round_: Overview) -> Waiting | None:
    match round_.waits_for:
        case "publish":
            text = "They are attacked as a reader would attack them before anybody sees them."
            return _waiting(round_, "The results are being worked out.", "The results will be worked out.", text)
        case "correct":
            text = "It is attacked together with what was published before."
            return _waiting(round_, "The correction is being worked out.", "The correction will be worked out.", text)
    return _for_answers(round_)


def _for_answers(round_: Overview) -> Waiting | None:
    """Of a round that has ended and is sealed. Where its key is split it waits for two people, not for the service."""
    is_sealed = round_.state == "closed" and round_.opened_answers_at is None
    if not is_sealed or (round_.settings.custody == "split" and round_.progress is None):
        return None
    text = "The answers are opened and shuffled, and the key is destroyed."
    return _waiting(round_, "The answers are being opened.", "Nobody can answer any more.", text)


def _waiting(round_: Overview, going_on: str, still_to_come: str, text: str) -> Waiting:
    now = doing.read(round_.progress)
    if now is None:
        return Waiting(still_to_come, f"{text} {_BEGINS}", None)
    return Waiting(going_on, f"{text} {_GOES_ON}", now)
