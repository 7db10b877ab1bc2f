"""The tree of units with its people counted, a unit's own page, and what has become of units."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.core.staff import units
from survey.core.staff.cells import MOST_LEVELS
from survey.core.staff.units import Place
from survey.languages import times
from survey.operations import arranging, uploading
from survey.operations.arranging import Forest, Recorded
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell
from survey.pages.staffing import words

MOST_WHOLE = 300
"""Units up to which the whole tree is shown; of a larger one the two uppermost levels, each leading further down."""
MOST_FOUND = 100


class Node(msgspec.Struct, frozen=True):
    """A unit with those below it. `more` says how many are below that are not shown; `closed` that it should have
    nobody any more, `move` where the people in it are moved from."""

    name: str
    href: str
    people: str
    more: str
    below: tuple["Node", ...]
    closed: bool
    move: str


class Line(msgspec.Struct, frozen=True):
    """Something that has become of a unit, or will. `undo` is where its button leads, if it can be undone."""

    text: str
    when: str
    planned: bool
    undo: str


class Stranded(msgspec.Struct, frozen=True):
    """People in a unit that is closed."""

    unit: Link
    people: str
    move: str


class TreePage(msgspec.Struct, frozen=True):
    """`searched` is what was looked for, `found` the units with it in their name."""

    shell: Shell
    title: str
    csrf: Markup
    facts: tuple[str, ...]
    stranded: tuple[Stranded, ...]
    nodes: tuple[Node, ...]
    searched: str
    found: tuple[Link, ...]
    found_in_all: int


class UnitPage(msgspec.Struct, frozen=True):
    """`gone` says what has become of a unit that is no more; `heir` is the one it was merged into. `closing`: what is
    to be done before it is closed."""

    shell: Shell
    title: str
    csrf: Markup
    above: tuple[Link, ...]
    facts: tuple[str, ...]
    people: str
    people_href: str
    gone: str
    closing: str
    heir: Link | None
    actions: tuple[Link, ...]
    below: tuple[Node, ...]
    changes: tuple[Line, ...]


class ChangesPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    changes: tuple[Line, ...]


async def tree(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The first page of the staff list. Before there is one: how to get it here."""
    searched = desk.asked("unit").strip()[:100]
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
        last = await uploading.history(db, desk.whose)
    found = _found(forest, searched)
    page = TreePage(
        shell=desk.shell,
        title="Staff list",
        csrf=CSRF,
        facts=tuple(_facts(forest, last, desk.zone)),
        stranded=tuple(
            Stranded(
                Link(words.path(forest, one.id), words.address(one.id)),
                wording.people(forest.sitting[one.id]),
                words.moving_address(one.id),
            )
            for one in forest.stranded
        ),
        nodes=() if searched else _nodes(forest, None, _depth(forest)),
        searched=searched,
        found=found[:MOST_FOUND],
        found_in_all=len(found),
    )
    template = "staffing/tree.html" if any(place.open for place in forest.places) else "staffing/empty.html"
    return desk.send(template, page)


def _facts(forest: Forest, last: list[uploading.Past], zone: str) -> Iterable[str]:
    yield wording.people(sum(forest.sitting.values()))
    count = sum(place.open for place in forest.places)
    yield "1 unit" if count == 1 else f"{count:,} units"
    applied = next((line for line in last if line.state == "applied"), None)
    if applied:
        yield f"Last import on {times.day(applied.received_at, zone)}"


def _found(forest: Forest, searched: str) -> tuple[Link, ...]:
    if not searched:
        return ()
    wanted = searched.casefold()
    hits = [place for place in forest.places if place.open and wanted in place.name.casefold()]
    return tuple(
        sorted((Link(words.path(forest, hit.id), words.address(hit.id)) for hit in hits), key=lambda link: link.text)
    )


def _depth(forest: Forest) -> int:
    return MOST_LEVELS if sum(place.open for place in forest.places) <= MOST_WHOLE else 2


def _nodes(forest: Forest, top: str | None, depth: int) -> tuple[Node, ...]:
    children = units.below(forest.places, forest.totals)

    def node(place: Place, left: int) -> Node:
        below = children.get(place.id, [])
        return Node(
            place.name,
            words.address(place.id),
            wording.people(forest.totals.get(place.id, 0)),
            "" if left > 1 or not below else f"{len(below)} below",
            tuple(node(child, left - 1) for child in below) if left > 1 else (),
            place.closed,
            words.moving_address(place.id) if place.closed and forest.sitting.get(place.id) else "",
        )

    return tuple(node(place, depth) for place in children.get(top, []))


async def unit(desk: NamedDependency[Desk], unit_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
        place = forest.find(unit_id)
        standing = await arranging.list_changes(db, desk.whose)
        launched = await arranging.last_launch(db, desk.whose)
    return desk.send("staffing/unit.html", _unit(desk, forest, place, standing, launched))


def _unit(desk: Desk, forest: Forest, place: Place, standing: list[Recorded], launched: datetime | None) -> UnitPage:
    here, everybody = forest.sitting.get(place.id, 0), forest.totals.get(place.id, 0)
    address = words.address(place.id)
    own = [change for change in standing if place.id in change.units]
    actions = (("Rename", "rename"), ("Move", "move"), ("Merge into another", "merge"), ("Close", "close"))
    changing = [Link(text, f"{address}/{kind}") for text, kind in actions if place.open]
    if here:
        changing.append(Link("Move its people", words.moving_address(place.id)))
    if place.open:
        changing.append(Link("Add a unit below", f"/staff/units/new?below={place.id}"))
    return UnitPage(
        shell=desk.shell,
        title=place.name,
        csrf=CSRF,
        above=words.above(forest, place.id),
        facts=tuple(_unit_facts(place, here, everybody)),
        people=wording.people(here),
        people_href=f"/staff/people?unit={place.id}" if here else "",
        gone=_gone(place, here),
        closing=_closing(place, here, desk.zone),
        heir=_heir(forest, place),
        actions=tuple(changing),
        below=_nodes(forest, place.id, 2),
        changes=lines(forest, own, standing, launched, desk.zone),
    )


def _gone(place: Place, here: int) -> str:
    if place.open:
        return ""
    if place.merged_into:
        return "It was merged into another unit."
    return f"It was closed, but {_are_in_it(here)}. Move them: until then, rounds count them here." if here else _CLOSED


_CLOSED = "It was closed."


def _are_in_it(count: int) -> str:
    return "1 person is still in it" if count == 1 else f"{wording.people(count)} are still in it"


def _closing(place: Place, here: int, zone: str) -> str:
    if not place.open or place.closes_at is None:
        return ""
    said = f"It will be closed on {times.day(place.closes_at, zone)}."
    return f"{said} {_must_be_moved(here)} by then." if here else said


def _must_be_moved(count: int) -> str:
    return "The 1 person in it must be moved" if count == 1 else f"The {wording.people(count)} in it must be moved"


def _unit_facts(place: Place, here: int, everybody: int) -> Iterable[str]:
    """Nobody is in a unit that was merged; in a closed one somebody may still be."""
    if place.merged_into is None and (here or (place.open and not everybody)):
        yield f"{wording.people(here)} in this unit"
    if place.merged_into is None and everybody > here:
        yield f"{wording.people(everybody)} with those below"
    if place.site:
        yield f"Mostly at {place.site}"


def _heir(forest: Forest, place: Place) -> Link | None:
    if place.merged_into is None:
        return None
    return Link(words.path(forest, place.merged_into), words.address(place.merged_into))


def lines(
    forest: Forest, shown: list[Recorded], standing: list[Recorded], launched: datetime | None, zone: str
) -> tuple[Line, ...]:
    """Changes in words, each with its way back where there is one."""
    return tuple(
        Line(
            said(forest, change),
            times.day(change.effective_at, zone),
            change.planned,
            f"/staff/changes/{change.change_id}/undo" if arranging.undoable(change, standing, launched) else "",
        )
        for change in shown
    )


def said(forest: Forest, change: Recorded) -> str:
    """Units by the names they have now, but one that is renamed by the name it had."""
    name = forest.find(change.unit).name
    match change.kind:
        case "rename":
            if change.planned:
                return f"“{change.former}” will be called “{change.name}”"
            return f"“{change.former}” renamed to “{change.name}”"
        case "move":
            return f"“{name}” moved to {words.path(forest, change.parent) if change.parent else 'the top of the tree'}"
        case "merge":
            return f"“{name}” merged into {words.path(forest, change.merged_into or '')}"
        case "close":
            return f"“{name}” closed"
        case _:
            assert_never(change.kind)


async def changes(desk: NamedDependency[Desk]) -> Response[bytes]:
    """What has become of all units, what is planned first."""
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
        standing = await arranging.list_changes(db, desk.whose)
        launched = await arranging.last_launch(db, desk.whose)
    told = lines(forest, standing, standing, launched, desk.zone)
    return desk.send("staffing/changes.html", ChangesPage(desk.shell, "Changes to units", CSRF, told))
