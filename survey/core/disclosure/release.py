"""What a release is: the only form in which results leave the core.

Cells are made in this package and nowhere else; every number a face can show is a field of one of them.
"""

from typing import Literal

import msgspec

from survey.core.rounds import Plan

GroupKind = Literal["organisation", "division", "reporting_unit", "staff_group"]
Bound = Literal["exact", "or_more", "or_less"]
Reason = Literal["few_answers", "protects_others", "overall_incomplete", "few_eligible"]
"""Why a score is withheld."""
Withheld = Literal["few_answers", "few_eligible", "protects_others", "all_alike"]
"""Why a finding is withheld. "all_alike": nearly everybody answered the same, so that it would tell of each one."""
Words = Literal["improved", "declined", "no clear change", "not comparable"]
Why = Literal[
    "withheld", "withheld_before", "not_there_before", "other_people", "other_questions", "at_an_end", "few_answers"
]
"""Why a change is not comparable: this round's score is withheld, or the earlier round's; no such group then; under
70 % of its people can be the same by headcount of teams and staff groups; the questions differ (for a small group even
where some are the same); one of the two scores lies beyond 95 or 5; too few answered the questions that both rounds
asked."""
Tone = Literal["favourable", "middle", "unfavourable"]
"""What an answer means for its vision: over 60 points, 40 to 60, under 40."""


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
    bound: Bound | None = None
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


class Compared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The release of an earlier round that changes are told against. `digest` is that release's; `items` are the scored
    items that both rounds asked in the same words, and `whole` the measures of which those are all the items."""

    round: str
    number: int
    digest: str
    items: tuple[str, ...]
    whole: tuple[str, ...]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One round's side of a change: whole points, the published margin, the bands of how many answered and, for a
    weighted mean, of how many equally weighted people would tell as much; `eligible` is the headcount then."""

    value: int
    low: int
    high: int
    answers: str
    eligible: int
    effective: str | None = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One group x measure, now and in the earlier round; one for every cell, where an earlier round is compared with.

    `group_before` is the group's id in the earlier release, `overlap` the percentage of people who can be in both, by
    the headcounts of teams and of staff groups. Comparable: `now` and `before` are what both rounds publish of the
    measure (`items` "all"), or, of groups large enough, what the items give that both asked ("common"); `difference` is
    the change of the unrounded means in whole points; the average of these people changed by `difference` give or take
    `margin`; less than `detectable` does not count as more than noise. Each round is weighted to its own staff list, so
    that a change in who works there is part of it. `words` allow for how many groups are looked at. Not comparable:
    `why`, and the rest is empty.
    """

    group: str
    measure: str
    words: Words = "not comparable"
    why: Why | None = None
    group_before: str | None = None
    overlap: int | None = None
    items: Literal["all", "common"] | None = None
    now: Figure | None = None
    before: Figure | None = None
    difference: int | None = None
    margin: int | None = None
    detectable: int | None = None


class Priority(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One group x option of a ranking item; `option` is the option's place, from 1. `value` is the mean of Borda
    points: 100 where everybody put it first, 0 where everybody put it last; options not named share the places that
    are left, so that 50 is the middle. Fields as in `Cell`; organisation, divisions and reporting units only. An option
    that hardly anybody put among the first (or everybody) is withheld by itself, "all_alike", and never alone."""

    group: str
    item: str
    option: int
    value: int | None = None
    low: int | None = None
    high: int | None = None
    answers: str | None = None
    effective: str | None = None
    reason: Withheld | None = None


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of those who answered: the percentage who chose one of these `options` (places from 1, or levels), to the nearest
    5. `bound` "or_less" and "or_more" stand for all beyond, at 5 and 95 or, of few people, at 10 and 90. `low`..`high`
    is the margin for the whole group, in per cent. `tone`, for scored items, is what these answers mean; None where
    they are mixed."""

    options: tuple[int, ...]
    value: int
    bound: Bound
    low: int
    high: int
    tone: Tone | None = None


class Distribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a group's answers are spread. `of` is an item, or, among `levels_held`, a vision or "overall".

    Never of a reporting unit. Options come in bands: five at most for scales, three where fewer than 30 answered; what
    fewer than three people chose is taken together with its neighbour. An item of several choices has a share for each
    option, and they do not add up to 100; a number's bands are the quarters of its range.
    """

    group: str
    of: str
    answers: str | None = None
    shares: tuple[Share, ...] = ()
    reason: Withheld | None = None


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a group did with an item instead of answering it, as percentages of those who were asked. `dont_know` and
    `not_applicable` are None where the item does not offer them; a skipped item is neither. `comparable` is false where
    over 25 % say that it does not apply to them: do not set this group's answers beside others'."""

    group: str
    item: str
    asked: str | None = None
    dont_know: Share | None = None
    not_applicable: Share | None = None
    skipped: Share | None = None
    comparable: bool | None = None
    reason: Withheld | None = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The immutable published result of a round. `number` counts from 1 within the round. What a release of an earlier
    version of the service does not have is empty, and left out of its encoding, so that its digest stays."""

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
    compared: Compared | None = None
    changes: tuple[Change, ...] = ()
    priorities: tuple[Priority, ...] = ()
    items: tuple[Distribution, ...] = ()
    levels_held: tuple[Distribution, ...] = ()
    """How many stand at which level, by vision and overall; the options of its shares are levels, from 1."""
    rates: tuple[Rates, ...] = ()
