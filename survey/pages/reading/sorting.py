"""Units of a release in another order than that of the organisation: by name or by people, and never by a score.

An order of scores would be a league table, which scores with margins cannot bear.
"""

import msgspec

from survey.core.disclosure.release import Group
from survey.pages.console import ordering
from survey.pages.console.ordering import Column, Head, Order

PLACE = "every-unit"
"""The id of the heading that a press leads to."""
COLUMNS = (
    Column[Group]("Name", "name", lambda group: ordering.natural(group.name)),
    Column[Group]("People", "people", lambda group: group.eligible),
)


class Presses(msgspec.Struct, frozen=True):
    """A line of links by which a table is put in order; `sort`, as aria-sort says it, where it is in that of its names,
    or of the people told beside them."""

    line: tuple[Head, ...]
    sort: str


def order(asked: str) -> Order[Group]:
    """That of the organisation, for what is no order."""
    return ordering.chosen(COLUMNS, asked)


def presses(given: Order[Group], address: str) -> Presses:
    """From an order that was chosen, one press leads back to that of the organisation."""
    heads = given.heads(address, at=PLACE)
    back = Head("Organisation", href=ordering.link(address, {}, PLACE), value="tree")
    return Presses((back, *heads) if given.by else heads, "".join(head.sort for head in heads))
