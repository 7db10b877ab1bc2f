"""How long work says how far it is: by a function that it is given and calls now and then, from whichever thread it is
in. What that function does with it is no matter of the work's, and takes no time."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")

Step = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is, and how much there is to do: 0 where that is not known, and HUNDREDTHS
where only the share is told, because how much there is to do is nobody's business."""

HUNDREDTHS = 100


def silent(*_: object) -> None:
    """Nobody is told."""


def counted(step: Step, what: str, things: Sequence[_T]) -> Iterator[_T]:
    """One after the other, each told as it is taken."""
    for done, thing in enumerate(things):
        step(what, done, len(things))
        yield thing


def tenths(step: Step, what: str, done: int, of: int) -> None:
    """Tell a share of work, in steps of a tenth: neither how much there is to do follows from it, nor what was slow."""
    step(what, 10 * (10 * done // max(of, 1)), HUNDREDTHS)
