"""Invented Trusts for tests of scores and disclosure: frames of any shape, and responses with believable spread."""

import numpy as np

from survey.core import answers as packed
from survey.core import disclosure
from survey.core.disclosure.release import Release
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.items import NOT_ASKED
from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Vision
from survey.core.rounds import Plan

GROUPS = (
    ("Nursing and Midwifery Registered", "clinical"),
    ("Allied Health Professionals", "clinical"),
    ("Administrative and Clerical", "non_clinical"),
)


def questionnaire(visions: int = 2, items: int = 3) -> Questionnaire:
    """Visions v0, v1, … of agreement items; the first item of each is for clinical staff only."""
    options = tuple({"en": str(place)} for place in range(5))
    asked = tuple(
        Item(
            f"v{vision}i{item}",
            "agreement",
            {"en": "How far?"},
            vision=f"v{vision}",
            options=options,
            audience="all" if item else "clinical",
        )
        for vision in range(visions)
        for item in range(items)
    )
    return Questionnaire(
        {"en": "Test"},
        {"en": "To test"},
        tuple(Vision(f"v{vision}", {"en": f"Vision {vision}"}) for vision in range(visions)),
        asked,
        tuple(Page((item.id,)) for item in asked),
        tuple(Level({"en": f"L{level}"}, 20.0 * level) for level in range(5)),
    )


def frame(seed: int, units: int = 8, size: tuple[int, int] = (12, 40)) -> Frame:
    """A tree of two or three levels with some reporting units directly under the organisation; one to three atoms
    each."""
    chance = np.random.default_rng(seed)
    tree = [("a", None), ("a1", "a"), ("a2", "a"), ("b", None)]
    parents = [None, "a", "a1", "a1", "a2", "a2", "b", "b", "b"]
    reporting, atoms = [], []
    for unit in range(units):
        headcount = int(chance.integers(*size))
        kinds = 1 if headcount < 24 else int(chance.integers(1, 4 if headcount >= 36 else 3))
        chosen = sorted(chance.choice(3, kinds, replace=False))
        for place, kind in enumerate(chosen):
            share = headcount // kinds + (headcount % kinds if place == 0 else 0)
            alone = kinds == 1 and chance.random() < 0.5
            label, audience = ("All staff", "everyone") if alone else GROUPS[kind]
            atoms.append(Atom(unit, label, audience, share))
        parent = parents[int(chance.integers(len(parents)))]
        reporting.append(ReportingUnit(f"Unit {unit}", parent, None, (f"t{unit}",), headcount))
    return Frame(
        "Test Trust",
        tuple(FrameUnit(unit, parent, unit.upper(), None, 0) for unit, parent in tree),
        tuple(reporting),
        tuple(atoms),
    )


def responses(
    of: Frame, asked: Questionnaire, seed: int, rate: float = 0.5, skip: float = 0.05, leaning: float = 3.0
) -> disclosure.Responses:
    """Answers of about `rate` of the frame; `skip` of the items passed by, `leaning` the middle of the answers."""
    chance = np.random.default_rng(seed)
    everyone = np.repeat(np.arange(len(of.atoms)), [atom.headcount for atom in of.atoms])
    atoms = everyone[chance.random(len(everyone)) < rate]
    unit = np.array([atom.reporting_unit for atom in of.atoms])[atoms]
    audience = np.array([atom.audience for atom in of.atoms])[atoms]
    mood = leaning + chance.normal(0, 0.4, len(of.reporting_units))[unit] + chance.normal(0, 0.8, len(atoms))
    answers = np.zeros((len(atoms), packed.width(asked)), np.uint8)
    for item in asked.items:
        column = np.clip(np.round(mood + chance.normal(0, 0.8, len(atoms))), 1, 5).astype(np.uint8)
        column[chance.random(len(atoms)) < skip] = 0
        if item.audience != "all":
            column[audience == "non_clinical"] = NOT_ASKED
        answers[:, packed.columns(asked)[item.id].start] = column
    return disclosure.Responses(atoms.astype(np.int64), answers)


def publish(of: Frame, asked: Questionnaire, given: disclosure.Responses, plan: Plan | None = None) -> Release:
    return disclosure.publish(of, plan or Plan(), asked, given, round_id="spring", number=1)
