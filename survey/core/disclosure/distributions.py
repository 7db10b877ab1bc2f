"""How answers are spread, item by item and level by level, and how often there is none.

A score is the mean of its items, so what is told of items must not, taken from what is told of the score, leave the few
who skipped one. Three things see to that. They are told of large groups only: the organisation, divisions and staff
groups, never of a reporting unit, and nothing computed from them rests on fewer than 20 people who answered, nor on
fewer who were asked. They are told to the nearest 5 per cent, which must leave the mean of a scored item open over 5
points: of 20 people, 100 points, a whole person. And no band has fewer than three people in it.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from survey.core import answers as packed
from survey.core.disclosure import bands, keeping, shares
from survey.core.disclosure.groups import Layout
from survey.core.disclosure.release import Distribution, Group, GroupKind, Rates, Share, Tone, Withheld
from survey.core.disclosure.shares import Band
from survey.core.items import KINDS
from survey.core.items.choice import Choice
from survey.core.questionnaire.model import Item, Questionnaire
from survey.core.scoring.method import METHOD
from survey.core.scoring.persons import Bytes, Floats, Ints
from survey.core.scoring.spreading import Spread, spread

KINDS_SHOWN: tuple[GroupKind, ...] = ("organisation", "division", "staff_group")
"""The groups that are large enough to be told more of than a score."""
Bands = tuple[Band, ...]


class Told(msgspec.Struct, frozen=True, eq=False):
    """What can be told of one subject: the finest bands first, options counted per atom (atoms, options), and who
    answered (atoms,). `ordered`: options stand on a scale. `apart`: each option is a yes or no of its own."""

    of: str
    chosen: Ints
    answered: Ints
    asked: Ints
    steps: tuple[Bands, ...]
    ordered: bool = True
    apart: bool = False
    scored: bool = False


def items(layout: Layout, questionnaire: Questionnaire, atoms: Ints, answers: Bytes) -> Iterator[tuple[Item, Spread]]:
    """Every item that has packed answers, with how they are spread."""
    places = packed.columns(questionnaire)
    for item in questionnaire.items:
        if item.kind != "text":
            yield item, spread(item, answers[:, places[item.id]], atoms, len(layout.places))


def of_item(item: Item, found: Spread) -> Told | None:
    """None for what is told in another way."""
    if item.kind == "ranking":
        return None
    count = found.chosen.shape[1]
    steps = _scales(item) if item.vision is not None and isinstance(KINDS[item.kind], Choice) else ()
    each = tuple(Band((option,), 0) for option in range(1, count + 1))
    return Told(
        item.id,
        found.chosen,
        found.answered,
        found.asked,
        steps or (each,),
        ordered=item.kind not in {"single", "several"} or bool(steps),
        apart=item.kind == "several",
        scored=bool(steps),
    )


def of_levels(measure: str, scores: Floats, starts: Sequence[float], atoms: Ints, count: int) -> Told:
    """Of a vision's or the overall score (n,), nan where there is none."""
    scored = ~np.isnan(scores)
    level = np.searchsorted(np.array(starts[1:]), scores[scored], side="right")
    chosen = np.zeros((count, len(starts)), np.int64)
    np.add.at(chosen, (atoms[scored], level), 1)
    answered = chosen.sum(axis=1)
    each = tuple(Band((place,), 0) for place in range(1, len(starts) + 1))
    return Told(measure, chosen, answered, answered, (each,))


def _scales(item: Item) -> tuple[Bands, ...]:
    """A scored scale in five bands of points, then in three."""
    kind = KINDS[item.kind]
    assert isinstance(kind, Choice)
    points = list(kind.points(item))
    return tuple(_banded(points, ends) for ends in ((20.0, 40.0, 60.0001, 80.0001), (40.0, 60.0001)))


def _banded(points: Sequence[float], ends: Sequence[float]) -> Bands:
    """Options whose points lie between the same ends, in the order in which they stand."""
    found: dict[int, list[int]] = {}
    for place, value in enumerate(points):
        found.setdefault(int(np.searchsorted(ends, value, side="right")), []).append(place)
    return tuple(
        Band(
            tuple(place + 1 for place in places),
            0,
            _tone([points[place] for place in places]),
            (min(points[place] for place in places), max(points[place] for place in places)),
        )
        for places in sorted(found.values())
    )


def _tone(points: Sequence[float]) -> Tone:
    return "unfavourable" if max(points) < 40 else "favourable" if min(points) > 60 else "middle"


def distributions(layout: Layout, told: Told) -> Iterator[Distribution]:
    """One for every group that may have one."""
    same = np.zeros(len(layout.places), np.int64)
    reasons = keeping.kept(layout, (told.answered, told.asked), same, KINDS_SHOWN, METHOD.smallest_item)
    for place, group in enumerate(layout.groups):
        if group.kind in KINDS_SHOWN:
            inside = layout.members[place]
            yield _distribution(
                group, told, told.chosen[inside].sum(axis=0), int(told.answered[inside].sum()), reasons[place]
            )


def _distribution(group: Group, told: Told, chosen: Ints, n: int, reason: Withheld | None) -> Distribution:
    """The finest bands that so many people allow and that leave enough open."""
    why: Withheld | None = reason
    for step in told.steps if reason is None else ():
        if n < METHOD.people_a_band * (5 if told.apart else len(step)):
            why = why or "few_answers"
            continue
        found = _shown(told, step, chosen, n, group.eligible)
        if isinstance(found, tuple):
            return Distribution(group.id, told.of, bands.text(n, group.eligible), found)
        why = found
    return Distribution(group.id, told.of, reason=why)


def _shown(told: Told, step: Bands, chosen: Ints, n: int, eligible: int) -> tuple[Share, ...] | Withheld:
    counted = [msgspec.structs.replace(band, people=int(chosen[np.array(band.options) - 1].sum())) for band in step]
    if told.apart:
        return tuple(shares.share(band, n, eligible) for band in counted)
    left = shares.merged(counted, ordered=told.ordered)
    by_tone = {band.tone for band in counted if band.people}
    if len(left) == 1 or (told.scored and by_tone in ({"favourable"}, {"unfavourable"})):
        return "all_alike"
    found = [shares.share(band, n, eligible) for band in left]
    pairs = list(zip(found, (band.points for band in left), strict=True))
    if told.scored and shares.uncertainty(pairs) < METHOD.open_points:
        return "protects_others"
    return tuple(found)


def rates(layout: Layout, item: Item, found: Spread) -> Iterator[Rates]:
    """What people did instead of answering."""
    same = np.zeros(len(layout.places), np.int64)
    reasons = keeping.kept(layout, (found.asked, found.answered), same, KINDS_SHOWN, METHOD.smallest_item)
    for place, group in enumerate(layout.groups):
        if group.kind in KINDS_SHOWN:
            reason = reasons[place]
            yield (
                _rates(group, item, found, layout, place) if reason is None else Rates(group.id, item.id, reason=reason)
            )


def _rates(group: Group, item: Item, found: Spread, layout: Layout, place: int) -> Rates:
    inside = layout.members[place]
    n = int(found.asked[inside].sum())

    def share(people: Ints) -> Share:
        return shares.share(Band((), int(people[inside].sum())), n, group.eligible)

    not_applicable = int(found.not_applicable[inside].sum())
    return Rates(
        group.id,
        item.id,
        bands.text(n, group.eligible),
        share(found.dont_know) if item.dont_know is not None else None,
        share(found.not_applicable) if item.not_applicable is not None else None,
        share(found.skipped),
        100 * not_applicable <= METHOD.most_not_applicable * n,
    )
