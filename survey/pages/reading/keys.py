"""The key beside scores: what their signs, shades and words mean."""

import msgspec

from survey.core.disclosure.release import Reason
from survey.pages import explaining
from survey.pages.explaining import Level
from survey.pages.reading import cells
from survey.pages.reading.index import Index


class Key(msgspec.Struct, frozen=True):
    """What signs, shades and words mean in these results; only reasons that occur are explained."""

    levels: tuple[Level, ...]
    shades: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    symbol: str
    method: str
    k: int
    bounded: bool
    unplaced: bool
    covered: bool


def key(index: Index) -> Key:
    reasons: dict[Reason, None] = dict.fromkeys(cell.reason for cell in index.release.cells if cell.reason)
    return Key(
        levels=explaining.levels(index.result.questionnaire, index.language),
        shades=tuple(
            f"{step * 10} to {step * 10 + (10 if step == cells.STEPS - 1 else 9)}" for step in range(cells.STEPS)
        ),
        reasons=tuple((cells.BRIEFLY[reason], cells.why(reason, index.release.k)) for reason in reasons),
        symbol=cells.SYMBOL,
        method=f"{index.address}/method",
        k=index.release.k,
        bounded=any(cell.bound in {"or_more", "or_less"} for cell in index.release.cells),
        unplaced=any(cell.reason is None and not cell.levels for cell in index.release.cells),
        covered=any(group.coverage not in (None, 100) for group in index.release.groups),
    )
