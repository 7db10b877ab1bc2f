"""One round's results as they stand before anything is withheld: what verdicts, attack and ledger look at."""

import msgspec

from survey.core.disclosure import cells
from survey.core.disclosure.classes import Classes
from survey.core.disclosure.estimates import Estimates
from survey.core.disclosure.release import Cell


class Case(msgspec.Struct, frozen=True, eq=False):
    """`starts` are the points at which the questionnaire's levels begin. Never leaves this package."""

    found: Estimates
    people: Classes
    k: int
    starts: tuple[float, ...]

    def is_empty(self, group: int, measure: int) -> bool:
        return self.found.rollups[group][measure] is None

    def cell(self, group: int, measure: int, name: str) -> Cell:
        """The cell as it would be shown, under this measure's name."""
        found = self.found
        of, pooled = found.rollup(group, measure), found.pooled[measure]
        return cells.cell(found.layout.groups[group], name, of, pooled, self.starts)
