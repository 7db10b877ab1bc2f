"""Step 2: whom the round asks."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from survey.core.population import Population
from survey.core.staff.groups import CLINICAL
from survey.db import Db
from survey.operations import arranging, drafting
from survey.operations.arranging import Forest, Place
from survey.operations.launching import Round
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Field, Option
from survey.pages.console.wording import listed
from survey.pages.launching.steps import Changes, Said

_SCOPES = {
    "everyone": "Everyone on the staff list",
    "only": "Only people in the units I tick",
    "without": "Everyone but people in the units I tick",
}
_MOST_NAMED = 4


MOST_WHOLE = 300
"""Units up to which the whole tree is there; of a larger one a branch is unfolded when it is asked for."""


class Branch(msgspec.Struct, frozen=True):
    """A unit to tick, with those below it. `more`: there are some, which are not here yet."""

    id: str
    unit: str
    name: str
    people: str
    chosen: bool
    below: tuple["Branch", ...]
    opened: bool
    more: bool


class Body(msgspec.Struct, frozen=True):
    """`tree` is empty where there is no staff list yet. `unfolded`: the branches of a large one that were asked for."""

    scope: Choices
    units_error: str
    tree: tuple[Branch, ...]
    unfolded: tuple[str, ...]
    groups: Choices
    people: Field


class Asking:
    key, title, short = "who", "Who do you want to ask?", "Who is asked"
    fields: Mapping[str, str] = {"units": "units", "people left out": "people"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        forest = await arranging.forest(db, desk.whose)
        if again:
            unfolded = (*desk.all("unfolded"), *desk.all("unfold"))
            given = desk.one("scope"), desk.all("units"), desk.all("groups"), desk.one("people")
            return _form(forest, *given, told, unfolded)
        asks = round_.asks
        numbers = await drafting.numbers(db, desk.whose, asks)
        return _form(forest, asks.scope, asks.units, asks.groups, "\n".join(numbers), told)

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        scope = desk.one("scope")
        numbers = re.findall(r"[^\s,;]+", desk.one("people"))
        groups = [group for group in desk.all("groups") if group in CLINICAL]
        chosen = await drafting.left_out(
            db,
            desk.whose,
            scope if scope in {"only", "without"} else "everyone",  # type: ignore[arg-type]
            desk.all("units"),
            groups,
            numbers,
        )
        return {"population": chosen}

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        asks = round_.asks
        who = {"everyone": "Everyone on the staff list", "only": "Only ", "without": "Everyone but "}[asks.scope]
        who += "" if asks.scope == "everyone" else _units(asks, names)
        out = [*asks.groups, *([wording.people(len(asks.people))] if asks.people else [])]
        return (("Asked", who), ("Left out", listed(out) or "Nobody"))


def _units(asks: Population, names: Mapping[str, str]) -> str:
    told = sorted(names.get(unit, "a unit that is no longer there") for unit in asks.units)
    more = len(told) - _MOST_NAMED
    return listed(told if more <= 0 else [*told[:_MOST_NAMED], f"{more} more units" if more > 1 else "1 more unit"])


def _form(
    forest: Forest, scope: str, units: list[str] | tuple[str, ...], groups: list[str] | tuple[str, ...], people: str,
    told: Mapping[str, str], unfolded: Sequence[str] = (),
) -> Body:  # fmt: skip
    chosen = frozenset(units)
    return Body(
        Choices(
            "scope",
            "Who is asked",
            tuple(Option(value, label, chosen=value == (scope or "everyone")) for value, label in _SCOPES.items()),
        ),
        told.get("units", ""),
        _tree(forest, chosen, frozenset(unfolded)),
        tuple(unfolded),
        Choices(
            "groups",
            "Staff groups to leave out",
            tuple(Option(group, group, chosen=group in groups) for group in CLINICAL),
            "Leave them all empty to ask every staff group.",
            many=True,
            small=True,
        ),
        Field(
            "people",
            "People to leave out, by employee number",
            people,
            "People on long leave, for example. One number a line.",
            told.get("people", ""),
            20,
            rows=4,
        ),
    )


def _tree(forest: Forest, chosen: frozenset[str], unfolded: frozenset[str]) -> tuple[Branch, ...]:
    below: dict[str | None, list[Place]] = {}
    for place in sorted(forest.places, key=lambda place: place.name.casefold()):
        if forest.totals.get(place.id):  # an open one, or a closed one in which people still are
            below.setdefault(place.parent, []).append(place)
    count = iter(range(1, len(forest.places) + 2))
    is_large = sum(map(len, below.values())) > MOST_WHOLE
    shown = _above(forest, chosen | unfolded) | unfolded if is_large else below.keys()

    def branch(place: Place) -> Branch:
        number = next(count)
        id_ = "units" if number == 1 else f"units-{number}"
        inner = tuple(branch(child) for child in below.get(place.id, ()) if place.id in shown)
        opened = place.id in unfolded or any(child.chosen or child.opened for child in inner)
        more = place.id in below and place.id not in shown
        name = f"{place.name} (closed)" if place.closed else place.name
        return Branch(
            id_, place.id, name, wording.people(forest.totals[place.id]), place.id in chosen, inner, opened, more
        )

    return tuple(branch(place) for place in below.get(None, ()))


def _above(forest: Forest, units: frozenset[str]) -> frozenset[str]:
    """All units over these."""
    parents, found = {place.id: place.parent for place in forest.places}, set[str]()
    for unit in units:
        above = parents.get(unit)
        while above is not None and above not in found:
            found.add(above)
            above = parents[above]
    return frozenset(found)


STEP = Asking()
