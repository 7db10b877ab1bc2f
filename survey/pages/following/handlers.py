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
from survey.operations.reachability import ORDERS
from survey.pages.console import divisions, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.rendering import Link, Shell

WITHHELD = "Too few people to tell"
MOST = 500
"""People without a channel who are listed; the others are counted."""


RATES = (
    Column[Rate]("Who", "name", lambda rate: ordering.natural(rate.name)),
    Column[Rate]("People asked", "people", lambda rate: rate.eligible, number=True),
    Column[Rate]("Response", "response", lambda rate: ordering.lower_end(rate.rate)),
)


class Bar(msgspec.Struct, frozen=True):
    """A row of the table, and the picture in it. `width` in hundredths; None: nothing is told."""

    name: str
    people: str
    rate: str
    width: int | None
    strong: bool


class Table(msgspec.Struct, frozen=True):
    """`open`: its fold is, as its order was chosen in it."""

    id: str
    heading: str
    caption: str
    heads: tuple[Head, ...]
    bars: tuple[Bar, ...]
    open: bool = False


class Day(msgspec.Struct, frozen=True):
    at: datetime
    when: str
    rate: str
    width: int


DAYS = (
    Column[Day]("Day", "day", lambda day: day.at),
    Column[Day]("Response", "response", lambda day: ordering.lower_end(day.rate)),
)
UNREACHED = tuple(Column[None](text, key) for text, key in zip(("Employee number", "Team", "Why"), ORDERS, strict=True))


class Orders(msgspec.Struct, frozen=True):
    """What a page's address says of the order of its tables: of all that have rates, and of the days; `open` is the
    table whose fold is."""

    address: str
    rates: Order[Rate]
    days: Order[Day]
    open: str

    def rate_heads(self, table: str) -> tuple[Head, ...]:
        return self.rates.heads(self.address, {"days": self.days.kept, "open": table}, at=table)

    @property
    def day_heads(self) -> tuple[Head, ...]:
        kept = {"order": self.rates.kept, "open": self.open}
        return self.days.heads(self.address, kept, name="days", at="days")


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
    day_heads: tuple[Head, ...]
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
    heads: tuple[Head, ...]
    people: tuple[tuple[str, str, str], ...]
    more: int
    draft: bool


async def response(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        status = await following.status(db, desk.whose, round_id, desk.zone)
    round_ = status.round
    orders = Orders(
        f"/rounds/{round_.round_id}/response",
        ordering.chosen(RATES, desk.asked("order")),
        ordering.chosen(DAYS, desk.asked("days"), "day"),
        desk.asked("open"),
    )
    units = _units(status.units, orders)
    page = ResponsePage(
        shell=desk.shell,
        title=_title(round_),
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        over=round_.state in {"closed", "published"},
        published=round_.opened_answers_at is not None,
        divisions=_divisions(status.divisions, orders, desk.zone),
        next_division=times.spoken(status.next_division, desk.zone),
        day_heads=orders.day_heads,
        days=tuple(orders.days.arrange(_days(status.divisions, desk.zone))),
        units=units,
        folded=sum(len(one.bars) for one in units) > divisions.MOST_OPEN,
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


def _divisions(figures: Sequence[Figures], orders: Orders, zone: str) -> Table | None:
    """The organisation stays above its divisions, whatever their order."""
    if not figures:
        return None
    whole, *divisions = figures[-1].rates
    bars = (_bar(whole, strong=True), *map(_bar, orders.rates.arrange(divisions)))
    caption = f"Response of the organisation and its divisions on {_when(figures, zone)}"
    return Table("divisions", "", caption, orders.rate_heads("divisions"), bars)


def _units(figures: Sequence[Figures], orders: Orders) -> tuple[Table, ...]:
    """Each division's in the order that was chosen; the divisions stay as they are."""
    found = divisions.apart(figures[-1].rates if figures else (), lambda rate: rate.within)
    return tuple(_table(f"units-{place}", name, rates, orders) for place, (name, rates) in enumerate(found, start=1))


def _table(table: str, name: str, rates: Sequence[Rate], orders: Orders) -> Table:
    return Table(
        table,
        name or divisions.NONE,
        f"Response of reporting units: {name or divisions.NONE.lower()}",
        orders.rate_heads(table),
        tuple(map(_bar, orders.rates.arrange(rates))),
        open=orders.open == table,
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
    return [Day(at, _short(at, zone), rate, _width(rate)) for at, rate in told if rate]


def _short(at: datetime, zone: str) -> str:
    """ "9 December": a round is no longer than some weeks."""
    return times.day(at, zone).rpartition(" ")[0]


async def unreached(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """Who has no channel, by team. That somebody can be reached says nothing of whether they have answered."""
    async with desk.connection() as db:
        round_ = await launching.find(db, desk.whose, round_id)
        order = ordering.chosen(UNREACHED, desk.asked("order"), "team")
        missing = await reachability.missed(db, round_, MOST, order=order.said)
    page = UnreachedPage(
        shell=desk.shell,
        title="Who cannot be reached",
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        count=missing.count,
        reasons=tuple((f"{count:,}", why) for count, why in missing.reasons),
        heads=order.heads(f"/rounds/{round_.round_id}/unreached", at="unreached"),
        people=tuple((one.employee_number, one.team, one.why) for one in missing.people),
        more=missing.count - len(missing.people),
        draft=round_.state == "draft",
    )
    return desk.send("following/unreached.html", page)
