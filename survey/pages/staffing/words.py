"""Numbers, dates, paths and ways to reach somebody as these pages say them, and the addresses of what they tell of."""

from collections.abc import Iterable
from uuid import UUID

from survey.core.staff import units
from survey.core.staff.units import Place
from survey.languages import times
from survey.operations.arranging import Forest
from survey.pages.console.entries import Option
from survey.pages.rendering import Link


def path(forest: Forest, unit: str) -> str:
    return units.written(forest.paths.get(unit, ("",)))


def marked(forest: Forest, unit: str, zone: str) -> str:
    """Its path, and that it is closed, or from when it will be."""
    return _marked(forest, forest.find(unit), zone)


def _marked(forest: Forest, place: Place, zone: str) -> str:
    said = path(forest, place.id)
    if place.closed:
        return f"{said} (closed)"
    return f"{said} (closes on {times.day(place.closes_at, zone)})" if place.closes_at else said


def address(unit: str) -> str:
    return f"/staff/units/{unit}"


def moving_address(unit: str) -> str:
    """Where the people of a unit are moved to another."""
    return f"{address(unit)}/people"


def above(forest: Forest, unit: str) -> tuple[Link, ...]:
    """The units over one, the uppermost first."""
    found: list[Link] = []
    at = forest.find(unit).parent
    while at is not None:
        place = forest.find(at)
        found.append(Link(place.name, address(place.id)))
        at = place.parent
    return tuple(reversed(found))


def choices(forest: Forest, chosen: str, zone: str, without: Iterable[str] = ()) -> tuple[Option, ...]:
    """Every open unit by its path, to choose one from; of one that will be closed it is said when."""
    left_out = frozenset(without)
    standing = [place for place in forest.places if place.open and place.id not in left_out]
    ordered = sorted((_marked(forest, place, zone), place.id) for place in standing)
    return tuple(Option(unit, name, chosen=unit == chosen) for name, unit in ordered)


def import_address(import_id: UUID) -> str:
    return f"/staff/imports/{import_id}"


def reached(email: str | None, mobile: str | None) -> str:
    match bool(email), bool(mobile):
        case True, True:
            return "E-mail and mobile"
        case True, False:
            return "E-mail"
        case False, True:
            return "Mobile"
        case _:
            return "A printed link only"


def person_address(person_id: UUID) -> str:
    return f"/staff/people/{person_id}"
