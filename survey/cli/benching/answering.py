"""Responses without respondents: a closed round's answers, put straight into their table."""

import random
from collections.abc import Iterator

from survey import sealing
from survey.cli.benching.scratch import Scratch
from survey.core import answers as packing
from survey.operations import closing, rehearsing, viewing
from survey.operations.rehearsing import Mood
from survey.operations.viewing import View

COLUMNS = ["organisation_id", "round_id", "response_id", "atom", "answers"]
Row = tuple[object, str, object, int, bytes]


USUAL = 0.52
"""The share of an invented Trust that answers unless told otherwise: some units more, some less."""


async def close_with_answers(on: Scratch, round_id: str, response: float = USUAL, seed: int = 7) -> int:
    """End an open round that nobody has answered, and give it the responses of about that share of its people; how
    many."""
    whose = on.organisation_id
    view = await viewing.view(on.db, round_id)
    await closing.end_now(on.db, whose, round_id)
    await closing.open_answers(on.db, on.keys, whose, round_id)
    rows = sealing.shuffled(_rows(on, view, response, random.Random(seed)))  # noqa: S311 - invented people, not a secret
    await on.db.copy_records_to_table("response", records=rows, columns=COLUMNS)
    return len(rows)


def _rows(on: Scratch, view: View, response: float, chance: random.Random) -> Iterator[Row]:
    mood = Mood(7)
    for position, atom in enumerate(view.frame.atoms):
        unit = view.frame.reporting_units[atom.reporting_unit].name
        willing = mood.willingness(unit) * response / USUAL
        for _ in range(atom.headcount):
            if chance.random() < willing:
                given = rehearsing.plausible(view.questionnaire, atom.audience, unit, mood, chance)
                packed = packing.pack(view.questionnaire, atom.audience, given)
                yield on.organisation_id, view.round_id, sealing.random_id(), position, packed
