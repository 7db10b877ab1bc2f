"""What answers the addresses below a round that follow it. Everything told was rounded before it was stored."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.languages import times
from survey.operations import following, launching, reachability
from survey.operations.following import Figures, Rate
from survey.operations.launching import Round
from survey.pages.console.desk import Desk
from survey.pages.reading.views import day
from survey.pages.rendering import Link, Shell

WITHHELD = "Too few people to tell"
MOST = 500
"""People without a channel who are listed; the others are counted."""
MOST_OPEN = 100
"""Units that the page shows all at once."""


class Bar(msgspec.Struct, frozen=True):
    """A row of the table, and the picture in it. `width` in hundredths; None: nothing is told."""

    name: str
    people: str
    rate: str
    width: int | None
    strong: bool


class Table(msgspec.Struct, frozen=True):
    heading: str
    caption: str
    bars: tuple[Bar, ...]


class Day(msgspec.Struct, frozen=True):
    when: str
    rate: str
    width: int


class ResponsePage(msgspec.Struct, frozen=True):
    """`over`: the round is over, and these were its last figures. `folded`: so many units that a division's are shown
    when it is asked for."""

    shell: Shell
    title: str
    back: Link
    over: bool
    published: bool
    divisions: Table | None
    next_division: str
    days: tuple[Day, ...]
    units: tuple[Table, ...]
    folded: bool
    units_when: str
    next_unit: str


class UnreachedPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    count: int
    reasons: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    more: int
    draft: bool


async def response(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        status = await following.status(db, desk.whose, round_id, desk.zone)
    round_, units = status.round, _units(status.units)
    page = ResponsePage(
        shell=desk.shell,
        title=_title(round_),
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        over=round_.state in {"closed", "published"},
        published=round_.opened_answers_at is not None,
        divisions=_divisions(status.divisions, desk.zone),
        next_division=times.spoken(status.next_division, desk.zone),
        days=tuple(_days(status.divisions, desk.zone)),
        units=units,
        folded=sum(len(one.bars) for one in units) > MOST_OPEN,
        units_when=_when(status.units, desk.zone),
        next_unit=times.spoken(status.next_unit, desk.zone),
    )
    return desk.send("following/response.html", page)


def _title(round_: Round) -> str:
    if round_.opened_answers_at is not None:
        return "Response"
    return "Response at the last count" if round_.state == "closed" else "Response so far"


def _when(figures: Sequence[Figures], zone: str) -> str:
    return times.spoken(figures[-1].taken_at, zone) if figures else ""


def _divisions(figures: Sequence[Figures], zone: str) -> Table | None:
    if not figures:
        return None
    bars = tuple(_bar(rate, strong=position == 0) for position, rate in enumerate(figures[-1].rates))
    return Table("", f"Response of the organisation and its divisions on {_when(figures, zone)}", bars)


def _units(figures: Sequence[Figures]) -> tuple[Table, ...]:
    within: dict[str, list[Rate]] = {}
    for rate in figures[-1].rates if figures else ():
        within.setdefault(rate.within, []).append(rate)
    return tuple(
        Table(
            name or "Across divisions",
            f"Response of reporting units: {name or 'across divisions'}",
            tuple(map(_bar, rates)),
        )
        for name, rates in sorted(within.items(), key=lambda one: not one[0])
    )


def _bar(rate: Rate, strong: bool = False) -> Bar:
    width = None if rate.rate is None else _width(rate.rate)
    return Bar(rate.name, f"{rate.eligible:,}", rate.rate or WITHHELD, width, strong)


def _width(rate: str) -> int:
    """Where the bar ends: at the end of the open ranges "under 10%" and "90% or more"."""
    found = re.search(r"\d+", rate)
    assert found is not None
    return 100 if "more" in rate else int(found[0])


def _days(figures: Sequence[Figures], zone: str) -> list[Day]:
    """The organisation's rate, day by day."""
    told: list[tuple[datetime, str]] = [(one.taken_at, one.rates[0].rate or "") for one in figures]
    return [Day(_short(at, zone), rate, _width(rate)) for at, rate in told if rate]


def _short(at: datetime, zone: str) -> str:
    """ "9 December": a round is no longer than some weeks."""
    return day(at, zone).rpartition(" ")[0]


async def unreached(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Who has no channel, by team. That somebody can be reached says nothing of whether they have answered."""
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
        missing = await reachability.missed(db, round_, MOST)
    page = UnreachedPage(
        shell=desk.shell,
        title="Who cannot be reached",
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        count=missing.count,
        reasons=tuple((f"{count:,}", why) for count, why in missing.reasons),
        people=tuple((one.employee_number, one.team, one.why) for one in missing.people),
        more=missing.count - len(missing.people),
        draft=round_.state == "draft",
    )
    return desk.send("following/unreached.html", page)
