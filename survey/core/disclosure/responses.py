"""What publishing takes in: a round's opened responses, and the refusal of those that cannot be true."""

import msgspec
import numpy as np

from survey import errors
from survey.core import answers as packed
from survey.core.disclosure.release import Release
from survey.core.frame import Frame
from survey.core.merging.headcount import SMALLEST
from survey.core.questionnaire.model import Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring.persons import Bytes, Ints


class Responses(msgspec.Struct, frozen=True, eq=False):
    """`atoms` (n,): each response's atom by position; `answers` (n, width): its packed answers."""

    atoms: Ints
    answers: Bytes


class Before(msgspec.Struct, frozen=True, eq=False):
    """The earlier round that changes are told against: all that its release was computed from, and that release.
    `heirs`: from the ids of units that have been merged since to those in which their people were at this launch."""

    release: Release
    frame: Frame
    plan: Plan
    questionnaire: Questionnaire
    responses: Responses
    heirs: dict[str, str] = {}


def refuse_impossible(frame: Frame, plan: Plan, questionnaire: Questionnaire, responses: Responses) -> None:
    """Raises Refused, saying which and why, where plan, frame and responses cannot belong together."""
    if plan.k < 5:
        raise errors.Refused(f"The plan's smallest group is {plan.k}. Nothing is published for groups of under 5.")
    if not 0 < plan.expected_response <= 1:
        raise errors.Refused(
            f"The plan expects a response of {plan.expected_response:g}. It must be above 0 and at most 1."
        )
    refuse_small_groups(frame)
    width = packed.width(questionnaire)
    if responses.answers.shape != (len(responses.atoms), width):
        raise errors.Refused("The responses were not given to this questionnaire: their size does not match it.")
    _refuse_too_many(frame, responses.atoms)


def refuse_small_groups(frame: Frame) -> None:
    """Raises Refused where answers could be of fewer than ten people (METHOD 2.3 R3 and R12). Launching makes no such
    frame, so somebody has changed it since: neither are answers opened under it nor scores computed."""
    for atom in frame.atoms:
        unit = frame.reporting_units[atom.reporting_unit]
        if atom.headcount < min(SMALLEST, unit.headcount) or (unit.headcount < SMALLEST < frame.headcount):
            raise errors.Refused(
                f"{unit.name}, {atom.group}: answers would be of {min(atom.headcount, unit.headcount)} people, and of "
                f"fewer than {SMALLEST} none may be told apart. The frozen staff list is not as it was at launch. "
                "Restore it from a backup."
            )


def _refuse_too_many(frame: Frame, atoms: Ints) -> None:
    if len(atoms) and not 0 <= atoms.min() <= atoms.max() < len(frame.atoms):
        raise errors.Refused("A response belongs to a group that is not in the round's frozen staff list.")
    for atom, n in zip(frame.atoms, np.bincount(atoms, minlength=len(frame.atoms)), strict=True):
        if n > atom.headcount:
            unit = frame.reporting_units[atom.reporting_unit].name
            raise errors.Refused(
                f"{unit}, {atom.group}: {n} responses from {atom.headcount} eligible people. "
                "The frozen staff list does not match the responses, so nothing can be published."
            )
