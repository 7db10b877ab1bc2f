"""An invented Trust's staff list: the same for the same seed, and read like any other Trust's.

Teams, sites, headcounts and their mix of staff groups are data (`data/example_units.csv`). Nobody in it exists:
addresses are under the reserved `.example`, mobile numbers are those that Ofcom keeps for drama.
"""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from survey.core.staff import groups

UNITS = Path(__file__).parent.parent / "data" / "example_units.csv"
HEADER = (
    "Employee Number", "Full Name", "Division", "Team", "Site", "Staff Group", "Clinical", "Email Address",
    "Mobile Number", "Preferred Language", "Pay Band",
)  # fmt: skip
"""Full name and pay band are there to be passed over: an import stores only what is mapped."""

FIRST = (
    "Aisha", "Alan", "Amy", "Beth", "Callum", "Carol", "Chloe", "Daniel", "Denise", "Ewa", "Farah", "Gareth", "Grace",
    "Hannah", "Ian", "Jade", "Joseph", "Karen", "Kwame", "Laura", "Liam", "Maria", "Mohammed", "Niamh", "Olu", "Paul",
    "Priya", "Rachel", "Sean", "Siân", "Tom", "Wei",
)  # fmt: skip
LAST = (
    "Ahmed", "Bennett", "Byrne", "Carter", "Chen", "Davies", "Doyle", "Edwards", "Evans", "Fletcher", "Griffiths",
    "Hughes", "Iqbal", "Jones", "Kaur", "Kelly", "Lewis", "Mensah", "Moore", "Murphy", "Nowak", "O'Neill", "Okafor",
    "Owen", "Patel", "Roberts", "Santos", "Taylor", "Thomas", "Walsh", "Williams", "Wood",
)  # fmt: skip


class Team(msgspec.Struct, frozen=True):
    """A team of the example; `mix` gives each staff group's share in per cent."""

    division: str
    team: str
    site: str
    headcount: int
    mix: dict[str, int]


def teams() -> list[Team]:
    with UNITS.open(encoding="utf-8", newline="") as lines:
        return [
            Team(row["division"], row["team"], row["site"], int(row["headcount"]), _mix(row["staff_groups"]))
            for row in csv.DictReader(lines)
        ]


def _mix(text: str) -> dict[str, int]:
    shares = (part.rsplit(" ", 1) for part in text.split(" / "))
    return {group: int(share) for group, share in shares}


def _shares(team: Team) -> list[str]:
    """The staff group of each of a team's people: whole people by largest remainder, so that no luck decides."""
    exact = {group: team.headcount * share / 100 for group, share in team.mix.items()}
    whole = {group: int(people) for group, people in exact.items()}
    missing = team.headcount - sum(whole.values())
    for group in sorted(exact, key=lambda group: whole[group] - exact[group])[:missing]:
        whole[group] += 1
    return [group for group, people in whole.items() for _ in range(people)]


def _contact(group: str, name: str, number: int, chance: random.Random) -> tuple[str, str]:
    """E-mail and mobile. Most have a mailbox; some of those who do not sit at a desk have a mobile only."""
    handle = "".join(letter for letter in name.casefold().replace(" ", ".") if letter.isascii() and letter != "'")
    email, mobile = f"{handle}{number}@merseyvale.example", f"07700 900{number % 1000:03}"
    if group == "Estates and Ancillary" and chance.random() < 0.5:
        return "", mobile
    return email, mobile if chance.random() < 0.35 else ""


def _person(team: Team, group: str, number: int, chance: random.Random) -> tuple[str, ...]:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    clinical = "no" if groups.CLINICAL[group] and chance.random() < 0.002 else ""
    language = "cy" if chance.random() < 0.01 else ""
    band = f"Band {chance.choice((2, 3, 4, 5, 5, 6, 6, 7, 8))}"
    contact = _contact(group, name, number, chance)
    return (
        f"{20_000_000 + 37 * number}", name, team.division, team.team, team.site, group, clinical, *contact, language,
        band,
    )  # fmt: skip


def _people(chance: random.Random) -> Iterator[tuple[str, ...]]:
    number = 0
    for team in teams():
        for group in _shares(team):
            number += 1
            yield _person(team, group, number, chance)


def staff_list(seed: int) -> str:
    """The example's staff list as CSV text, one row a person."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_people(random.Random(seed)))  # noqa: S311 - invented people, not a secret
    return text.getvalue()
