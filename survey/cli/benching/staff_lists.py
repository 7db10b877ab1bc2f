"""An invented Trust of any size, of another shape than the example: five levels deep, teams of one to sixty."""

import csv
import io
import random
from collections.abc import Iterator

from survey.core.staff.groups import CLINICAL

HEADER = (
    "ESR Number", "NI Number", "Org L2", "Org L3", "Org L4", "Org L5", "Org L6", "Staff Group Name", "Work Location",
    "Work Email", "Work Mobile", "Basic Pay",
)  # fmt: skip
"""NI number and pay are there to be passed over."""
SIZES = (1, 2, 3, 5, 8, 12, 18, 25, 40, 60)
LEVELS = (("Division", 400), ("Directorate", 80), ("Department", 20), ("Service", 5), ("Team", 1))
"""The name of each level, and how many teams one unit of it holds."""


def _teams(people: int, chance: random.Random) -> Iterator[int]:
    """Headcounts that add up to `people`."""
    while people > 0:
        size = min(people, chance.choice(SIZES))
        yield size
        people -= size


def _rows(people: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    number = 0
    for team, size in enumerate(_teams(people, chance)):
        path = [f"{name} {team // teams + 1}" for name, teams in LEVELS]
        usual, site = chance.choice(list(CLINICAL)), f"Site {team % 7 + 1}"
        for _ in range(size):
            number += 1
            group = usual if chance.random() < 0.7 else chance.choice(list(CLINICAL))
            mobile = f"07700 900{number % 1000:03}" if chance.random() < 0.3 else ""
            email = f"person.{number}@trust.example"
            yield (f"{10_000_000 + number}", f"QQ{number:06}C", *path, group, site, email, mobile, f"{22_000 + number}")


def make(people: int, seed: int = 7) -> str:
    """The staff list as CSV text, one row a person; the same for the same numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_rows(people, random.Random(seed)))  # noqa: S311 - invented people, not a secret
    return text.getvalue()
