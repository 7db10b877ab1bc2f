"""What a release is: the only form in which results leave the core.

Cells are made in this package and nowhere else; every number a face can show is a field of one of them.
"""

from typing import Literal

import msgspec

from survey.core.rounds import Plan

GroupKind = Literal["organisation", "division", "reporting_unit", "staff_group"]
Reason = Literal["few_answers", "protects_others", "overall_incomplete", "few_eligible"]


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of people a release speaks about. `id` is stable within the round ("org", "unit:<id>", "ru:<position>",
    "group:<name>"); `parent` is the id of the group above. `eligible` is its headcount, which is public.
    `coverage`, for staff groups, is the percentage of the whole group that counts here: the others work where there
    are too few of them to be told apart."""

    id: str
    kind: GroupKind
    name: str
    parent: str | None
    eligible: int
    coverage: int | None = None


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group x measure. `measure` is a vision's id or "overall".

    Shown: `value` whole points 0..100 (5 or 95 with `bound` "or_less"/"or_more"), `low`..`high` the published margin,
    `answers` the band of how many were scored ("20 to 24"), `level` the wording, `levels` the 1-based first and last
    level it names (empty: too few answers to place).
    `effective`, for weighted means only, is the band of how many equally weighted people would tell as much.
    Withheld: `reason` says why and every other field is empty; the value is not in the release at all.
    """

    group: str
    measure: str
    value: int | None = None
    bound: Literal["exact", "or_more", "or_less"] | None = None
    low: int | None = None
    high: int | None = None
    answers: str | None = None
    level: str | None = None
    levels: tuple[int, ...] = ()
    reason: Reason | None = None
    effective: str | None = None


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: dict[str, str]


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The immutable published result of a round. `number` counts from 1 within the round."""

    round: str
    number: int
    title: dict[str, str]
    organisation: str
    questionnaire: str
    method: str
    k: int
    measures: tuple[Measure, ...]
    levels: tuple[dict[str, str], ...]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    plan: Plan | None = None
    frame: str = ""
    """sha256 of the frozen frame: with it, the questionnaire's hash and the plan, anyone who holds the responses can
    compute the same release again."""
