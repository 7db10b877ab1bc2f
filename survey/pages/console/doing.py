"""Work under way as a page shows it: in words, and as a bar. Only while a worker says that it is at it."""

import msgspec

from survey.operations import telling


class Doing(msgspec.Struct, frozen=True):
    """`share` is how much of it is done, of 100; None where that is not known."""

    what: str
    share: int | None


def read(progress: str | None) -> Doing | None:
    now = telling.read(progress)
    return None if now is None else Doing(now.words, now.share)
