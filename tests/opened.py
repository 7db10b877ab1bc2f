"""A closed round whose responses are there, put in without anybody's having to answer: for tests of what comes after.

Six teams of forty; about half of each answered, and four people of the last one. `add` lets somebody answer late.
"""

import random
from uuid import UUID

import msgspec

from survey.core import answers as packing
from survey.core.answers import Answers
from survey.core.frame import Frame
from survey.db import Db
from survey.operations import closing, viewing
from survey.operations.viewing import View
from survey.sealing import KeyRing, random_id
from survey.store import invitations, responses, rounds
from survey.store.organisations import Organisation
from tests import cast

PEOPLE, TEAMS = 240, 6


class Opened(msgspec.Struct, frozen=True):
    """`scope` is what every operation on the round takes."""

    scope: tuple[UUID, str]
    view: View


async def opened(db: Db, keys: KeyRing, organisation: Organisation, seed: int = 1) -> Opened:
    round_ = await cast.launched(db, keys, organisation, people=PEOPLE, teams=TEAMS)
    scope = (organisation.organisation_id, round_.round_id)
    await closing.end_now(db, *scope)
    await invitations.delete_all(db, *scope)
    await rounds.mark_opened(db, *scope)
    keys.destroy(round_.round_id)
    found = Opened(scope, await viewing.view(db, round_.round_id))
    chance = random.Random(seed)
    await add(db, found, _who(found.view.frame, chance), chance)
    return found


def _who(frame: Frame, chance: random.Random) -> list[int]:
    """The atom of each response: half of an atom, but two of each in the last unit."""
    last = len(frame.reporting_units) - 1
    return [
        position
        for position, atom in enumerate(frame.atoms)
        for _ in range(2 if atom.reporting_unit == last else atom.headcount // 2 + chance.randint(-1, 1))
    ]


async def add(db: Db, to: Opened, atoms: list[int], chance: random.Random) -> None:
    """A response per atom, as if somebody of it had answered."""
    rows = [(*to.scope, random_id(), atom, _packed(to.view, atom, chance)) for atom in atoms]
    await responses.add_all(db, rows)


def _packed(view: View, atom: int, chance: random.Random) -> bytes:
    answers: Answers = {
        **cast.answers(),
        "AGREE": (str(chance.randint(2, 5)),),
        "OFTEN": (str(chance.randint(1, 4)),),
        "SURE": (str(chance.randint(3, 10)),),
        "STEP": (str(chance.randint(2, 5)),),
    }
    return packing.pack(view.questionnaire, view.frame.atoms[atom].audience, answers)
