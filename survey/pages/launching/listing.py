"""The list of rounds, and what a round is called, tagged and told of wherever it stands in a list."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey.core.rounds import State
from survey.languages import times
from survey.operations import launching
from survey.operations.launching import Round
from survey.pages.console.desk import Desk
from survey.pages.rendering import Shell

TAGS: dict[State, tuple[str, str]] = {
    "draft": ("Draft", "grey"),
    "scheduled": ("Scheduled", "blue"),
    "open": ("Open", "green"),
    "paused": ("Paused", "yellow"),
    "closed": ("Closed", "purple"),
    "published": ("Published", "aqua-green"),
}
TOLD = {
    "launched": "This round has been launched already. Nothing was changed.",
    "published": "The results of this round have been published already. Nothing was changed.",
    "moved": "The dates have been changed.",
    "discarded": "The draft has been thrown away.",
    "called_off": "The round has been called off. This draft has its settings.",
}


class Tag(msgspec.Struct, frozen=True):
    text: str
    colour: str


class RoundLine(msgspec.Struct, frozen=True):
    name: str
    href: str
    tag: Tag
    when: str


class RoundsPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    notice: str
    rounds: tuple[RoundLine, ...]


def line(round_: Round, href: str, zone: str) -> RoundLine:
    when = f"{times.day(round_.opens_at, zone)} to {times.day(round_.closes_at, zone)}"
    return RoundLine(round_.name, href, Tag(*TAGS[round_.state]), when)


async def index(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await launching.list_all(db, desk.whose)
    lines = tuple(line(one, f"/rounds/{one.round_id}", desk.zone) for one in found)
    page = RoundsPage(desk.shell, "Rounds", TOLD.get(desk.asked("told"), ""), lines)
    return desk.send("launching/rounds.html", page)
