"""A release as its pages look things up: groups in the order of the tree, cells by group and measure, addresses.

The order is the tree's, alphabetical among those of one parent: never by score, which would rank what cannot be
ranked and tell where a withheld score lies.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from survey import errors
from survey.core.disclosure.release import Cell, Change, Distribution, Group, Measure, Priority, Rates
from survey.core.questionnaire.model import Text, words
from survey.operations.reading import Edition, Result

DIVISIONS = frozenset({"organisation", "division"})
MOST_WHOLE = 300
"""Units up to which one page has all of them."""
QUARTERS = 4
"""Bands in which answers that are numbers are told."""

Entry = TypeVar("Entry")
Key = TypeVar("Key", bound=Hashable)


class Index:
    """One release in one language."""

    def __init__(self, result: Result, language: str = "en") -> None:
        self.result, self.release, self.language = result, result.release, language
        self.groups = {group.id: group for group in self.release.groups}
        self._cells = {(cell.group, cell.measure): cell for cell in self.release.cells}
        self._changes = {(one.group, one.measure): one for one in self.release.changes}

    @property
    def edition(self) -> Edition:
        return self.result.edition

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.release.measures

    @property
    def title(self) -> str:
        return self.words(self.release.title)

    @property
    def address(self) -> str:
        return f"/results/{self.edition.round_id}"

    def words(self, text: Text) -> str:
        return words(text, self.language)

    def cell(self, group: Group, measure: Measure) -> Cell:
        return self._cells[group.id, measure.id]

    def change(self, group: Group, measure: Measure) -> Change | None:
        return self._changes.get((group.id, measure.id))

    @cached_property
    def _priorities(self) -> dict[tuple[str, str], list[Priority]]:
        return _by(self.release.priorities, lambda one: (one.group, one.item))

    @cached_property
    def rankings(self) -> list[str]:
        """The items that rank priorities, in the order in which they were asked."""
        return list(dict.fromkeys(one.item for one in self.release.priorities))

    def priorities(self, group: Group, item_id: str) -> list[Priority]:
        """A group's, by option; empty where the release has none of it."""
        return self._priorities.get((group.id, item_id), [])

    @cached_property
    def _items(self) -> dict[str, list[Distribution]]:
        return _by(self.release.items, lambda one: one.group)

    def answers(self, group: Group) -> list[Distribution]:
        """How a group's answers to each item are spread."""
        return self._items.get(group.id, [])

    @cached_property
    def _held(self) -> dict[str, list[Distribution]]:
        return _by(self.release.levels_held, lambda one: one.group)

    def held(self, group: Group) -> list[Distribution]:
        """How many of a group stand at which level, by measure."""
        return self._held.get(group.id, [])

    @cached_property
    def _rates(self) -> dict[str, list[Rates]]:
        return _by(self.release.rates, lambda one: one.group)

    def rates(self, group: Group) -> list[Rates]:
        """What a group did with each item instead of answering it."""
        return self._rates.get(group.id, [])

    def measure(self, measure_id: str) -> Measure:
        """Raises NotFound."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise errors.NotFound("These results have no vision by that name.")

    def question(self, item_id: str) -> str:
        """What an item asked."""
        return self.words(self.result.questionnaire.by_id[item_id].text)

    def option(self, item_id: str, place: int) -> str:
        """An option in words; `place` counts from 1. The points of a scale are their numbers, and a number's options
        the quarters of its range."""
        item = self.result.questionnaire.by_id[item_id]
        if item.kind == "zero_to_ten":
            return str(place - 1)
        if item.kind == "number":
            least, width = item.minimum or 0, (item.maximum or 0) - (item.minimum or 0) + 1
            first, last = (-(-quarter * width // QUARTERS) for quarter in (place - 1, place))
            return f"{least + first:,} to {least + last - 1:,}"
        return self.words(item.options[place - 1])

    def options(self, item_id: str, places: Sequence[int]) -> str:
        """Options that are told together: "Agree or Strongly agree"; of a scale of points, "7 to 10"."""
        item = self.result.questionnaire.by_id[item_id]
        if len(places) > 1 and item.kind == "zero_to_ten":
            return f"{places[0] - 1} to {places[-1] - 1}"
        return " or ".join(self.option(item_id, place) for place in places)

    def group(self, slug: str) -> Group:
        """Raises NotFound."""
        for group_id, own in self._slugs.items():
            if own == slug:
                return self.groups[group_id]
        raise errors.NotFound("These results have no unit by that name.")

    def unit_address(self, group: Group) -> str:
        return f"{self.address}/units/{self._slugs[group.id]}"

    def measure_address(self, measure: Measure) -> str:
        return f"{self.address}/visions/{measure.id}"

    @cached_property
    def _slugs(self) -> dict[str, str]:
        """Names as they can stand in an address; a number tells two of one name apart."""
        seen, slugs = Counter[str](), {}
        for group in self.release.groups:
            plain = unicodedata.normalize("NFKD", group.name).encode("ascii", "ignore").decode().lower()
            slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unit"
            seen[slug] += 1
            slugs[group.id] = slug if seen[slug] == 1 else f"{slug}~{seen[slug]}"
        return slugs

    @cached_property
    def _children(self) -> dict[str | None, list[Group]]:
        """By parent; a group whose parent the plan leaves out stands at the top."""
        children: dict[str | None, list[Group]] = {}
        for group in self.release.groups:
            children.setdefault(group.parent if group.parent in self.groups else None, []).append(group)
        return {parent: alphabetical(members) for parent, members in children.items()}

    def children(self, group: Group | None) -> list[Group]:
        """Units directly below, in alphabetical order, without staff groups. None: those at the top."""
        below = self._children.get(group.id if group else None, [])
        return [child for child in below if child.kind != "staff_group"]

    @cached_property
    def whole(self) -> Group | None:
        """The organisation, where the plan publishes it."""
        return next((group for group in self.release.groups if group.kind == "organisation"), None)

    @cached_property
    def staff_groups(self) -> list[Group]:
        return alphabetical(group for group in self.release.groups if group.kind == "staff_group")

    @cached_property
    def is_large(self) -> bool:
        """Too many units for one page: then it tells of those at the top, and each one's page of those below it."""
        return sum(group.kind == "reporting_unit" for group in self.release.groups) > MOST_WHOLE

    def parent(self, group: Group) -> Group | None:
        return None if group.parent is None else self.groups.get(group.parent)

    def below_top(self) -> Iterator[tuple[Group, int]]:
        """Everything below the organisation, or everything there is where it is left out."""
        for top in self.children(self.whole):
            yield top, 0
            yield from self.below(top)

    def below(self, group: Group, depth: int = 1) -> Iterator[tuple[Group, int]]:
        """Everything below a group in the order of the tree, with how deep it lies."""
        for child in self.children(group):
            yield child, depth
            yield from self.below(child, depth + 1)


def _by(entries: Iterable[Entry], key: Callable[[Entry], Key]) -> dict[Key, list[Entry]]:
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found


def alphabetical(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (group.name.casefold(), group.id))
