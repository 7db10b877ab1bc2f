"""Who is asked: units with all below them, staff groups and people left out."""

from uuid import UUID

import pytest

from survey.core.merging import Member, Unit
from survey.core.population import Population, asked

#            care ── ward ── bay        office
TREE = [
    Unit("care", None, "Care", None),
    Unit("ward", "care", "Ward", None),
    Unit("bay", "ward", "Bay", None),
    Unit("office", None, "Office", None),
]
PEOPLE = {
    name: Member(UUID(int=number), unit, group, clinical=group == "Nurse")
    for number, (name, unit, group) in enumerate(
        [
            ("Ann", "care", "Nurse"),
            ("Bob", "ward", "Nurse"),
            ("Cy", "bay", "Porter"),
            ("Di", "office", "Clerk"),
        ]
    )
}


@pytest.mark.parametrize(
    ("population", "names"),
    [
        (Population(), "Ann Bob Cy Di"),
        (Population("everyone", ("ward",)), "Ann Bob Cy Di"),
        (Population("only", ("ward",)), "Bob Cy"),
        (Population("only", ("care", "bay")), "Ann Bob Cy"),
        (Population("only", ("bay", "office")), "Cy Di"),
        (Population("without", ("ward",)), "Ann Di"),
        (Population("without", ("care", "office")), ""),
        (Population("only", ("a unit that was closed",)), ""),
        (Population("without", ("a unit that was closed",)), "Ann Bob Cy Di"),
        (Population(groups=("Nurse",)), "Cy Di"),
        (Population(people=(UUID(int=3),)), "Ann Bob Cy"),
        (Population("only", ("ward",), ("Porter",), (UUID(int=1),)), ""),
    ],
)
def test_who_is_asked(population: Population, names: str) -> None:
    chosen = {member.person_id for member in asked(population, TREE, PEOPLE.values())}
    assert " ".join(name for name, member in PEOPLE.items() if member.person_id in chosen) == names
