"""What is told beside scores, beside an independent implementation of it: change, shares, priorities, who is in both.

As test_against_others.py, of which this is the second half.
"""

from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest

from survey.core.disclosure import cells, distributions, figures, pairing, pieces, shares
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.pieces import Piece, Tree
from survey.core.disclosure.release import Figure, Group
from survey.core.disclosure.shares import Band
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.items import KINDS
from survey.core.questionnaire.model import Item
from survey.core.rounds import Plan
from survey.core.scoring import linking, priorities
from survey.core.scoring.change import Change
from survey.core.scoring.method import METHOD
from survey.core.scoring.moments import Sample
from survey.core.scoring.rollups import Part, Rollup
from survey.core.scoring.spreading import Spread, spread
from survey.core.scoring.strata import unweighted
from tests.core import trusts
from tests.spec import draws_of_findings as draws
from tests.spec import theirs
from tests.spec import theirs_of_findings as other
from tests.spec.pairs import Pair, check

FREE = msgspec.structs.replace(METHOD, lowest=0, highest=100)
QUESTIONS = trusts.questionnaire(2, 3)


def whole(eligible: int) -> Any:
    """The layout of an organisation of one unit."""
    unit = ReportingUnit("Ward", None, None, ("t",), eligible)
    return lay_out(Frame("Trust", (), (unit,), (Atom(0, "All staff", "everyone", eligible),)), Plan())


def change(now: draws.Margin, before: draws.Margin, difference: int) -> Change:
    return figures.compared(Figure(*now), Figure(*before), difference)


def item(kind: str, count: int, reverse: bool = False) -> Item:
    scored = kind in {"agreement", "zero_to_ten"}
    options = ({"en": "o"},) * count
    return Item("a", kind, {"en": "?"}, vision="v" if scored else None, options=options, reverse=reverse and scored)


def told(kind: str, reverse: bool, chosen: list[int], eligible: int) -> Any:
    n = np.array([sum(chosen)])
    none = np.zeros(1, np.int64)
    found = distributions.of_item(item(kind, len(chosen), reverse), Spread(n, n, none, none, none, np.array([chosen])))
    assert found is not None
    (one,) = distributions.distributions(whole(eligible), found)
    if one.reason is not None:
        return one.reason
    return [[list(of.options), of.value, of.bound, of.low, of.high, of.tone] for of in one.shares]


def points(kind: str, reverse: bool, count: int) -> list[Fraction]:
    """Of a scored scale, in equal steps."""
    steps = [Fraction(100 * place, count - 1) for place in range(count)]
    return [] if kind in {"single", "several"} else steps[::-1] if reverse else steps


def instead(skipped: int, unknown: int, elsewhere: int, given: int, eligible: int) -> Any:
    asked = np.array([skipped + unknown + elsewhere + given])
    found = Spread(
        asked, *(np.array([part]) for part in (given, skipped, unknown, elsewhere)), np.zeros((1, 5), np.int64)
    )
    offered = msgspec.structs.replace(item("agreement", 5), dont_know={"en": "?"}, not_applicable={"en": "-"})
    (one,) = distributions.rates(whole(eligible), offered, found)
    assert one.dont_know and one.not_applicable and one.skipped
    told_ = (one.dont_know, one.not_applicable, one.skipped)
    return [one.asked, one.comparable, [[of.value, of.bound, of.low, of.high] for of in told_]]


def counted_instead(skipped: int, unknown: int, elsewhere: int, given: int, eligible: int) -> Any:
    n = skipped + unknown + elsewhere + given
    shares_ = [list(other.share(part, n, eligible)) for part in (unknown, elsewhere, skipped)]
    return [theirs.banded(n, eligible), Fraction(elsewhere, n) <= Fraction(1, 4), shares_]


def year(teams: dict[str, int], merged: list[list[str]]) -> Frame:
    units = tuple(FrameUnit(team, None, team, None, n) for team, n in teams.items())
    sizes = [sum(teams[team] for team in ids) for ids in merged]
    reporting = tuple(ReportingUnit(ids[0], None, None, tuple(ids), n) for ids, n in zip(merged, sizes, strict=True))
    atoms = tuple(Atom(place, "All staff", "everyone", n) for place, n in enumerate(sizes))
    return Frame("Trust", units, reporting, atoms)


def overlaps(now: dict[str, int], merged: list[list[str]], then: dict[str, int], before: list[list[str]]) -> list[int]:
    frames = year(now, merged), year(then, before)
    layouts = [lay_out(frame, Plan()) for frame in frames]
    found = pairing.pairs(layouts[0], frames[0], layouts[1], frames[1], {})
    return [
        0 if pair is None else pair.overlap for pair in (found[one] for one in layouts[0].of_kind("reporting_unit"))
    ]


def alike(now: dict[str, int], before: dict[str, int]) -> int:
    """The per cent of a unit of these staff groups who can be the same people."""
    frames = []
    for kinds in (now, before):
        unit = ReportingUnit("Ward", None, None, ("t",), sum(kinds.values()))
        atoms = tuple(Atom(0, name, "everyone", n) for name, n in kinds.items())
        frames.append(Frame("Trust", (FrameUnit("t", None, "t", None, unit.headcount),), (unit,), atoms))
    layouts = [lay_out(frame, Plan()) for frame in frames]
    pair = pairing.pairs(layouts[0], frames[0], layouts[1], frames[1], {})[1]
    return 0 if pair is None else pair.overlap


def later(changed: list[tuple[int, dict[str, Any]]]) -> Any:
    items = list(QUESTIONS.items)
    for place, change_ in changed:
        items[place] = msgspec.structs.replace(items[place], **change_)
    return msgspec.structs.replace(QUESTIONS, items=tuple(items))


def linked(changed: list[tuple[int, dict[str, Any]]]) -> list[list[str]]:
    now = later(changed)
    return [sorted(linking.alike(now, QUESTIONS)), list(linking.whole(now, QUESTIONS))]


def linked_by_hand(changed: list[tuple[int, dict[str, Any]]]) -> list[list[str]]:
    """Both as JSON in the first language, without what moves no answer."""

    def plain(one: Any) -> dict[str, Any]:
        said = {name: value for name, value in msgspec.to_builtins(one).items() if name not in {"subtheme", "pulse"}}
        return {name: value["en"] if isinstance(value, dict) else value for name, value in said.items()}

    now, before = ({one.id: plain(one) for one in of.items} for of in (later(changed), QUESTIONS))
    same = [name for name, one in now.items() if one == before[name] and one["vision"]]
    visions = [
        vision
        for vision in ("v0", "v1")
        if all(name in same for of in (now, before) for name, one in of.items() if one["vision"] == vision)
    ]
    return [sorted(same), [*visions, "overall"] if len(visions) == 2 else visions]


def reach(weight: list[float], given: list[float], asked: int, floor_: float) -> float:
    tree = Tree(whole(30), np.ones(1, np.int64), unweighted(1, 0.5), np.zeros((1, 1)), floor_)
    piece = Piece(0, sum(weight), np.array([np.dot(weight, given)]), ())
    return float(pieces._open(tree, piece, sum(weight[:asked]))[0])


def priority(n: int, eligible: int, mean: float, variance: float, pooled: float) -> Any:
    group = Group("ru:0", "reporting_unit", "Ward", "org", eligible)
    of = Rollup(n, mean, n, 1 / n, (Part(Sample(n, mean, variance * (n - 1)), 1.0, n / eligible),))
    cell = cells.cell(group, "", of, pooled, (0.0,), FREE)
    return cell.value, cell.low, cell.high


def shown(people: int, n: int, eligible: int) -> Any:
    one = shares.share(Band((1,), people), n, eligible)
    return one.value, one.bound, one.low, one.high


def bytes_of_several(sets: list[set[int]], options: int) -> np.ndarray:
    kind, of = KINDS["several"], item("several", options)
    return np.array([list(kind.pack(of, tuple(str(one + 1) for one in sorted(some)))) for some in sets], np.uint8)


def quarters(atoms: list[int], numbers: list[int], least: int, most: int, count: int) -> Any:
    of = Item("n", "number", {"en": "?"}, minimum=least, maximum=most)
    columns = np.array([list(KINDS["number"].pack(of, (str(number),))) for number in numbers], np.uint8)
    return spread(of, columns, np.array(atoms), count).chosen


def counted(atoms: list[int], states: list[int], count: int) -> Any:
    found = spread(item("agreement", 5), np.array(states, np.uint8)[:, None], np.array(atoms), count)
    kinds = (found.asked, found.answered, found.skipped, found.dont_know, found.not_applicable)
    return np.column_stack(kinds).tolist(), found.chosen.tolist()


PAIRS = [
    Pair(
        "a change from two published margins: difference, margin, smallest detectable, p",
        "statsmodels CompareMeans on people like the margins",
        draws.two_margins,
        lambda *of: [getattr(change(*of), part) for part in ("difference", "margin", "detectable", "p")],
        other.change,
    ),
    Pair(
        "what is said of changes",
        "statsmodels CompareMeans and multipletests",
        draws.many_margins,
        lambda of: figures.words([change(*one) for one in of]),
        other.words,
    ),
    Pair("a share and its margin", "fractions and statsmodels proportion_confint", draws.part, shown, other.share),
    Pair(
        "bands of too few people",
        "lists of places",
        draws.counts,
        lambda counts, ordered: [
            [option - 1 for option in band.options]
            for band in shares.merged([Band((p + 1,), n) for p, n in enumerate(counts)], ordered=ordered)
        ],
        lambda counts, ordered: other.together(counts, ordered=ordered),
    ),
    Pair(
        "how open rounded shares leave a mean",
        "scipy linprog",
        draws.shown_shares,
        lambda of: shares._extreme(of, most=True) - shares._extreme(of, most=False),
        other.openness,
    ),
    Pair(
        "how answers are told: five bands, three or none",
        "fractions, linprog and proportion_confint, step by step",
        draws.answers,
        told,
        lambda kind, reverse, chosen, eligible: other.told(kind, points(kind, reverse, len(chosen)), chosen, eligible),
    ),
    Pair("who chose what", "counting person by person", draws.states, counted, lambda *of: other.counted(*of, 5)),
    Pair(
        "who chose several",
        "counting person by person",
        draws.several,
        lambda atoms, sets, options, count: (
            spread(item("several", options), bytes_of_several(sets, options), np.array(atoms), count).chosen
        ),
        other.chosen,
    ),
    Pair("quarters of a number's range", "fractions", draws.numbers, quarters, other.quarters),
    Pair("what people did instead of answering", "fractions", draws.instead, instead, counted_instead),
    Pair(
        "people in both rounds' units",
        "sets of seats",
        draws.two_years,
        overlaps,
        lambda now, merged, then, before: [other.overlap(now, ids, then, before) for ids in merged],
    ),
    Pair(
        "people of the same kind in both rounds' units",
        "scipy linear_sum_assignment of seats",
        draws.two_staffs,
        alike,
        other.seated,
    ),
    Pair("questions that both rounds asked", "both as JSON", draws.changed_item, linked, linked_by_hand),
    Pair(
        "the fewest points an option can be given",
        "every way to name so many",
        draws.places_named,
        priorities.least,
        other.least,
    ),
    Pair("what some of a piece can have given", "scipy linprog, person by person", draws.piece, reach, other.reach),
    Pair(
        "a unit's published priority",
        "brentq and fractions, step by step",
        draws.priority,
        priority,
        lambda *of: theirs.by_the_page(*of, ends=(0.0, 100.0))[:3],
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_ours_and_theirs_are_the_same(pair: Pair) -> None:
    check(pair)
