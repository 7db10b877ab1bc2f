"""A release as its pages look things up: groups in the order of the tree, cells by group and measure, addresses.

The order is the tree's, alphabetical among those of one parent: never by score, which would rank what cannot be
ranked and tell where a withheld score lies.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from survey import errors
from survey.core.disclosure.release import Cell, Group, Measure
from survey.core.questionnaire.model import Text, words
from survey.operations.reading import Edition, Result

DIVISIONS = frozenset({"organisation", "division"})


class Index:
    """One release in one language."""

    def __init__(self, result: Result, language: str = "en") -> None:
        self.result, self.release, self.language = result, result.release, language
        self.groups = {group.id: group for group in self.release.groups}
        self._cells = {(cell.group, cell.measure): cell for cell in self.release.cells}

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

    def measure(self, measure_id: str) -> Measure:
        """Raises NotFound."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise errors.NotFound("These results have no vision by that name.")

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

    def parent(self, group: Group) -> Group | None:
        return None if group.parent is None else self.groups.get(group.parent)

    def below(self, group: Group, depth: int = 1) -> Iterator[tuple[Group, int]]:
        """Everything below a group in the order of the tree, with how deep it lies."""
        for child in self.children(group):
            yield child, depth
            yield from self.below(child, depth + 1)


def alphabetical(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (group.name.casefold(), group.id))
