"""What is told beside scores: it keeps every rule, and the audit notices where it does not."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from survey import errors
from survey.core import answers as packed
from survey.core import disclosure
from survey.core.disclosure import Before, distributions, exact, ledger, pieces, priorities, rankings
from survey.core.disclosure.groups import lay_out
from survey.core.disclosure.pieces import Piece, Tree
from survey.core.disclosure.release import Release
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import Item, Page, Questionnaire
from survey.core.rounds import Plan
from survey.core.scoring.spreading import Spread
from survey.core.scoring.strata import unweighted
from survey.operations import recomputing
from tests.core import trusts

PLAN = Plan()
OPTIONS = 5


def _questionnaire() -> Questionnaire:
    """Two visions, and first choices among five; not everything applies to everybody."""
    base = trusts.questionnaire()
    items = [msgspec.structs.replace(item, not_applicable={"en": "Not me"}) for item in base.items]
    ranking = Item("R", "ranking", {"en": "First?"}, options=tuple({"en": str(n)} for n in range(OPTIONS)), top=2)
    return msgspec.structs.replace(base, items=(*items, ranking), pages=(*base.pages, Page(("R",))))


QUESTIONS = _questionnaire()
PULSE = msgspec.structs.replace(
    QUESTIONS, items=tuple(item for item in QUESTIONS.items if item.id != "v0i1"), pages=QUESTIONS.pages[:1]
)


def given_to(frame: Frame, asked: Questionnaire, seed: int, rate: float, leaning: float = 3.0) -> disclosure.Responses:
    """Agreement like that of `trusts`; orders that favour the first options; an item that does not apply to many."""
    agreed = trusts.responses(frame, asked, seed, rate, 0.05, leaning)
    chance, n = np.random.default_rng(seed + 1), len(agreed.atoms)
    where = packed.columns(asked)
    agreed.answers[chance.random(n) < 0.3, where["v1i1"].start] = 255
    orders = np.argsort(chance.random((n, OPTIONS)) * np.arange(1, OPTIONS + 1), axis=1)[:, :2] + 1
    agreed.answers[:, where["R"].start] = 1
    agreed.answers[:, where["R"].start + 1 : where["R"].stop] = orders
    return agreed


def two_rounds(
    seed: int, rate: float, *, asked: Questionnaire = QUESTIONS, leaning: float = 3.4
) -> tuple[Release, Release, Before]:
    frame = trusts.frame(seed)
    then = given_to(frame, QUESTIONS, seed, 0.5)
    first = disclosure.publish(frame, PLAN, QUESTIONS, then, round_id="first", number=1)
    before = Before(first, frame, PLAN, QUESTIONS, then)
    now = given_to(frame, asked, seed + 500, rate, leaning)
    second = disclosure.publish(frame, PLAN, asked, now, round_id="second", number=1, before=before)
    return first, second, before


CASES = st.tuples(st.integers(0, 5_000), st.sampled_from([0.3, 0.5, 0.9]))


@given(CASES)
@settings(max_examples=6, deadline=None)
def test_a_release_with_findings_passes_its_audit(case: tuple[int, float]) -> None:
    first, second, _ = two_rounds(*case)
    for release in (first, second):
        assert disclosure.audit(release).broken == ()
        assert disclosure.decode(disclosure.encode(release)) == release
    assert len(second.changes) == len(second.cells)


def of_another_year(seed: int) -> Release:
    """Compared with a round in which the same teams had other headcounts, staff groups and places in the tree."""
    frame, earlier = trusts.frame(seed, size=(24, 34)), trusts.frame(seed + 1, size=(24, 34))
    then = given_to(earlier, QUESTIONS, seed, 0.7)
    first = disclosure.publish(earlier, PLAN, QUESTIONS, then, round_id="first", number=1)
    before = Before(first, earlier, PLAN, QUESTIONS, then)
    now = given_to(frame, QUESTIONS, seed + 500, 0.7)
    return disclosure.publish(frame, PLAN, QUESTIONS, now, round_id="second", number=1, before=before)


@pytest.mark.parametrize("seed", [3, 8])
def test_a_release_compared_with_another_years_staff_list_passes_its_audit(seed: int) -> None:
    release = of_another_year(seed)
    assert disclosure.audit(release).broken == ()
    assert any(0 < (change.overlap or 0) < 100 for change in release.changes)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100))
def test_releases_compared_with_other_years_staff_lists_pass_their_audits(seed: int) -> None:
    assert disclosure.audit(of_another_year(seed)).broken == ()


@pytest.mark.long
@given(CASES)
@settings(max_examples=400, deadline=None)
def test_releases_with_findings_pass_their_audit_in_any_of_400_trusts(case: tuple[int, float]) -> None:
    assert all(disclosure.audit(release).broken == () for release in two_rounds(*case)[:2])


@given(CASES)
@settings(max_examples=6, deadline=None)
def test_changes_are_told_only_where_both_rounds_show_the_score(case: tuple[int, float]) -> None:
    first, second, _ = two_rounds(*case)
    then = {(cell.group, cell.measure): cell for cell in first.cells}
    for change, cell in zip(second.changes, second.cells, strict=True):
        there = then[change.group, change.measure]
        assert (change.why is None) == (cell.bound == there.bound == "exact")
        if change.why is None:
            assert change.difference is not None and cell.value is not None and there.value is not None
            assert abs(change.difference - (cell.value - there.value)) <= 1


@given(CASES)
@settings(max_examples=6, deadline=None)
def test_item_results_speak_of_twenty_people_or_more_in_every_combination(case: tuple[int, float]) -> None:
    seed, rate = case
    frame = trusts.frame(seed)
    answered = given_to(frame, QUESTIONS, seed, rate)
    release = disclosure.publish(frame, PLAN, QUESTIONS, answered, round_id="one", number=1)
    layout = lay_out(frame, PLAN)
    for item in QUESTIONS.items[:-1]:
        states = answered.answers[:, packed.columns(QUESTIONS)[item.id].start]
        has = (states > 0) & (states < 6)
        n = np.bincount(answered.atoms[has], minlength=len(frame.atoms))
        shown = {one.group for one in release.items if one.of == item.id and one.reason is None}
        rows = np.array([m for g, m in zip(layout.groups, layout.members, strict=True) if g.id in shown], float)
        if len(rows):
            assert exact.smallest_revealed(rows, n, 20) == 20


def test_nothing_is_told_of_a_unit_but_its_score_change_and_priorities() -> None:
    release = two_rounds(3, 0.6)[1]
    for one in (*release.items, *release.levels_held, *release.rates):
        assert not one.group.startswith("ru:")
    assert any(one.group.startswith("ru:") and one.reason is None for one in release.priorities)
    assert not any(one.group.startswith("group:") for one in release.priorities)


def test_where_all_agree_nothing_is_told_of_the_question() -> None:
    frame = trusts.frame(5)
    answered = given_to(frame, QUESTIONS, 5, 0.6)
    column = packed.columns(QUESTIONS)["v0i1"].start
    answered.answers[:, column] = np.random.default_rng(1).integers(4, 6, len(answered.atoms))
    release = disclosure.publish(frame, PLAN, QUESTIONS, answered, round_id="one", number=1)
    of = {one.group: one for one in release.items if one.of == "v0i1"}
    assert of["org"].reason == "all_alike" and of["org"].shares == ()
    assert all(one.reason is not None for one in of.values())


def test_what_does_not_apply_to_many_is_not_comparable() -> None:
    release = two_rounds(5, 0.6)[1]
    org = {one.item: one for one in release.rates if one.group == "org"}
    assert org["v1i1"].comparable is False and org["v0i1"].comparable is True
    share = org["v1i1"].not_applicable
    assert share is not None and share.value == 30


def test_an_option_that_nobody_in_a_unit_chose_is_not_told_there_and_never_alone() -> None:
    frame = trusts.frame(5, size=(30, 40))
    answered = given_to(frame, QUESTIONS, 5, 0.8)
    place = packed.columns(QUESTIONS)["R"]
    mine = np.array([atom.reporting_unit for atom in frame.atoms])[answered.atoms] == 0
    answered.answers[mine, place.start + 1] = 1
    answered.answers[mine, place.start + 2] = np.where(np.arange(mine.sum()) % 2, 2, 3)
    release = disclosure.publish(frame, PLAN, QUESTIONS, answered, round_id="one", number=1)
    told = {one.option: one.reason for one in release.priorities if one.group == "ru:0"}
    assert told[4] == told[5] == "all_alike"
    assert {one.reason for one in release.priorities if one.group == "org"} == {None}
    assert disclosure.audit(release).passed


@given(st.integers(2, 12), st.integers(0, 1000), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_range_by_hand_is_the_programmes(n: int, seed: int, unknown: int) -> None:
    """One person among n, whose orders are unlike: what can that one have given each option?"""
    chance = np.random.default_rng(seed)
    listed = np.array([chance.permutation(OPTIONS)[:2] + 1 for _ in range(n)])
    floor = priorities.least(OPTIONS, 2)
    total = priorities.borda(listed, OPTIONS).sum(axis=0)
    known = np.arange(OPTIONS) >= (0 if unknown == 1 else unknown)
    layout = lay_out(trusts.frame(1), PLAN)
    tree = Tree(layout, np.zeros(0, np.int64), unweighted(0, 0.5), total[None, :], floor)
    found = rankings._open(tree, Piece(0, float(n), total, ()), known, 1)
    for option in range(OPTIONS):
        low, high = (sign * _end(total, n, floor, known, option, sign) for sign in (1, -1))
        if known.all():
            assert found[option] == pytest.approx(high - low, abs=1e-6)
        assert found[option] <= high - low + 1e-6


def _end(total: Any, n: int, floor: float, known: Any, option: int, sign: int) -> float:
    """Of one person's points and all others', together."""
    size = len(total)
    equal, right = [[1.0] * size + [0.0] * size], [50.0 * size]
    for place in np.flatnonzero(known):
        equal.append([float(column % size == place) for column in range(2 * size)])
        right.append(total[place])
    equal.append([1.0] * (2 * size))
    right.append(50.0 * size * n)
    bounds = [(floor, 100.0)] * size + [(floor * (n - 1), 100.0 * (n - 1))] * size
    cost = sign * np.eye(2 * size)[option]
    return float(linprog(cost, A_eq=equal, b_eq=right, bounds=bounds).fun)


def test_a_piece_in_which_all_stand_at_an_end_is_loosened() -> None:
    """Forty people in two units, each of which alone could be shown; but all of the second gave 100."""
    frame = trusts.frame(5, units=2, size=(30, 31))
    layout = lay_out(frame, PLAN)
    units = np.array([place.unit for place in layout.places])
    n = np.where(np.arange(len(units)) == np.searchsorted(units, units), 20, 0)
    total = np.where(units == 0, 50.0, 100.0) * n
    tree = Tree(layout, n, unweighted(len(units), 0.5), total[:, None])
    reasons = pieces.settled(tree, [None if g.kind in pieces.KINDS else "few_answers" for g in layout.groups], 10)
    told = {group.id for group, reason in zip(layout.groups, reasons, strict=True) if reason is None}
    assert "ru:1" not in told
    owner = pieces.owners(layout, [reason is None for reason in reasons])
    assert len(set(owner[n > 0])) == 1, "nor can it be worked out from the other"


def _put(part: str, *path: Any) -> Callable[[Any, int], None]:
    def change(content: Any, place: int) -> None:
        *way, last, value = path
        entry = content[part][place]
        for step in way:
            entry = entry[step]
        entry[last] = value

    return change


FORGED = [
    ("changes", _put("changes", "words", "declined"), "change_follows"),
    ("changes", _put("changes", "margin", 0), "change_follows"),
    ("changes", _put("changes", "detectable", 1), "change_follows"),
    ("changes", _put("changes", "difference", 30), "change_follows"),
    ("changes", _put("changes", "overlap", 69), "change_follows"),
    ("changes", _put("changes", "items", "common"), "change_follows"),
    ("changes", _put("changes", "now", "value", 12), "change_follows"),
    ("changes", _put("changes", "before", "high", 100), "change_follows"),
    ("changes", _put("changes", "before", "answers", "some"), "change_follows"),
    ("changes", _put("changes", "why", "withheld"), "change_follows"),
    ("priorities", _put("priorities", "value", 99), "findings_whole"),
    ("priorities", _put("priorities", "high", None), "findings_whole"),
    ("priorities", _put("priorities", "answers", "0 to 4"), "findings_whole"),
    ("priorities", _put("priorities", "reason", "few_answers"), "findings_whole"),
    ("priorities", _put("priorities", "option", 9), "findings_whole"),
    ("items", _put("items", "shares", 0, "value", 37), "large_groups"),
    ("items", _put("items", "shares", 0, "low", 1), "large_groups"),
    ("items", _put("items", "answers", "10 to 14"), "large_groups"),
    ("items", _put("items", "group", "ru:0"), "findings_whole"),
    ("items", _put("items", "reason", "few_answers"), "findings_whole"),
    ("items", _put("items", "shares", []), "large_groups"),
    ("levels_held", _put("levels_held", "shares", 0, "value", 100), "large_groups"),
    ("rates", _put("rates", "skipped", "value", 3), "large_groups"),
    ("rates", _put("rates", "comparable", None), "findings_whole"),
    ("rates", _put("rates", "asked", "15 to 19"), "large_groups"),
    ("rates", _put("rates", "group", "ru:0"), "findings_whole"),
]
FIRST, RELEASE, BEFORE = two_rounds(11, 0.6)


@pytest.mark.parametrize(("part", "change", "rule"), FORGED)
def test_a_finding_changed_by_hand_fails_the_audit(part: str, change: Callable[[Any, int], None], rule: str) -> None:
    entries = getattr(RELEASE, part)
    place = next(
        p for p, one in enumerate(entries) if getattr(one, "why", None) is None and getattr(one, "reason", None) is None
    )
    content = msgspec.json.decode(disclosure.encode(RELEASE))
    change(content, place)
    forged = disclosure.decode(msgspec.json.encode(content))
    audit = disclosure.audit(forged)
    assert any(breach.rule == rule for breach in audit.broken), audit.broken
    assert list(recomputing.differences(forged, RELEASE))


def _of_group(release: Release, group: str, **changed: object) -> Release:
    """With all measures of a group changed alike."""
    found = tuple(msgspec.structs.replace(one, **changed) if one.group == group else one for one in release.changes)
    return msgspec.structs.replace(release, changes=found)


def _told_unit() -> str:
    return next(one.group for one in RELEASE.changes if one.why is None and one.group.startswith("ru:"))


def test_the_earlier_group_that_a_change_names_must_be_one_that_it_can_be() -> None:
    unit = _told_unit()
    division = next(one.group for one in RELEASE.changes if one.why is None and one.group.startswith("unit:"))
    other = next(one.group for one in RELEASE.changes if one.group.startswith("ru:") and one.group != unit)
    fewer = tuple(
        msgspec.structs.replace(one, eligible=one.eligible - 2) if one.id == unit else one for one in RELEASE.groups
    )
    forged = {
        "cannot be its former self": [
            _of_group(RELEASE, unit, group_before="org"),
            _of_group(RELEASE, division, group_before="unit:other"),
        ],
        "together they are more than all of": [_of_group(RELEASE, unit, group_before=other)],
        "are compared with different groups": [
            msgspec.structs.replace(
                RELEASE,
                changes=tuple(
                    msgspec.structs.replace(one, overlap=71) if (one.group, one.measure) == (unit, "v0") else one
                    for one in RELEASE.changes
                ),
            )
        ],
        "are said to be the same than there are": [msgspec.structs.replace(RELEASE, groups=fewer)],
    }
    for words, releases in forged.items():
        for release in releases:
            said = [breach.what for breach in disclosure.audit(release).broken if breach.rule == "change_follows"]
            assert any(words in what for what in said), (words, said)


def test_a_group_of_one_former_self_has_had_one_headcount() -> None:
    unit = _told_unit()
    first, *rest = [one for one in RELEASE.changes if one.group == unit and one.why is None]
    assert rest and first.before is not None
    then = msgspec.structs.replace(first.before, eligible=first.before.eligible + 1)
    forged = tuple(msgspec.structs.replace(one, before=then) if one == first else one for one in RELEASE.changes)
    broken = disclosure.audit(msgspec.structs.replace(RELEASE, changes=forged)).broken
    assert any("several headcounts" in breach.what for breach in broken)


@pytest.mark.parametrize("part", ["changes", "priorities", "items", "levels_held", "rates"])
def test_a_finding_left_out_fails_the_audit(part: str) -> None:
    less = msgspec.structs.replace(RELEASE, **{part: getattr(RELEASE, part)[1:]})
    assert not disclosure.audit(less).passed
    assert [one.recomputed for one in recomputing.differences(less, RELEASE)] == ["there"]


def test_a_small_rest_of_what_is_told_fails_the_audit() -> None:
    """Of a ranking and of an item, all of a division is shown but twelve people."""
    layout = {group.id: group for group in RELEASE.groups}
    inside = [g for g in RELEASE.groups if g.kind == "reporting_unit" and g.parent == "unit:b"]
    few = msgspec.structs.replace(inside[0], eligible=8)
    groups = tuple(few if group.id == few.id else group for group in layout.values())
    shown = [one for one in RELEASE.priorities if one.group == "org"]
    told = tuple(
        msgspec.structs.replace(shown[one.option - 1], group=one.group)
        if one.group != few.id
        else type(one)(one.group, one.item, one.option, reason="few_answers")
        for one in RELEASE.priorities
    )
    forged = msgspec.structs.replace(RELEASE, groups=groups, priorities=told)
    assert any("people remain" in breach.what for breach in disclosure.audit(forged).broken)


def test_a_pulse_is_compared_on_the_questions_it_shares_and_only_for_large_groups() -> None:
    _, second, _ = two_rounds(21, 0.7, asked=PULSE)
    assert second.compared is not None
    assert second.compared.whole == ("v1",)
    assert "v0i1" not in second.compared.items
    told = {change.items for change in second.changes if change.why is None and change.measure == "v0"}
    assert told == {"common"}
    units = [change for change in second.changes if change.group.startswith("ru:") and change.measure == "v0"]
    assert {change.why for change in units} <= {"other_questions", "withheld", "withheld_before"}
    assert disclosure.audit(second).passed


ANSWERED = [
    # in which round, state of everybody else, how many answered a question of both -> may the linked score be told?
    ("now", 255, 5, False),  # a pulse without that question would tell of the five
    ("then", 255, 5, False),
    ("now", 255, 0, True),  # it applied to nobody
    ("now", 255, 60, True),
    ("now", 0, 0, False),  # all passed it by, and some may have a score only where it is not counted
]


@pytest.mark.parametrize(("round_", "state", "answered", "is_told"), ANSWERED)
def test_no_choice_of_questions_sets_a_few_people_apart(round_: str, state: int, answered: int, is_told: bool) -> None:
    """Other pulses may be compared with the same round on other questions, so each must have been answered by many, in
    this round and in the earlier one."""
    whole = trusts.questionnaire(2, 5)
    items = tuple(item for item in whole.items if item.id != "v0i4")
    pulse = msgspec.structs.replace(whole, items=items, pages=whole.pages[:1])
    frame = trusts.frame(21)
    then, now = trusts.responses(frame, whole, 21, 0.7, skip=0), trusts.responses(frame, pulse, 22, 0.9, skip=0)
    of, asked = (now, pulse) if round_ == "now" else (then, whole)
    column = of.answers[:, packed.columns(asked)["v0i3"].start]
    column[:] = state
    column[3 * np.arange(answered)] = 3
    first = disclosure.publish(frame, PLAN, whole, then, round_id="first", number=1)
    before = Before(first, frame, PLAN, whole, then)
    release = disclosure.publish(frame, PLAN, pulse, now, round_id="pulse", number=1, before=before)
    found = next(one for one in release.changes if (one.group, one.measure) == ("org", "v0"))
    assert found.why == (None if is_told else "few_answers")


def test_a_round_that_cannot_be_compared_with_is_refused_in_words() -> None:
    frame, now = BEFORE.frame, given_to(BEFORE.frame, QUESTIONS, 77, 0.5)

    def publish(before: Before, asked: Questionnaire = QUESTIONS) -> Release:
        return disclosure.publish(frame, PLAN, asked, now, round_id="third", number=1, before=before)

    old = msgspec.structs.replace(BEFORE, release=msgspec.structs.replace(FIRST, method="1"))
    with pytest.raises(errors.Refused, match="Change since round first cannot be told: it was published by method 1"):
        publish(old)
    gone = msgspec.structs.replace(
        BEFORE.responses, atoms=BEFORE.responses.atoms[9:], answers=BEFORE.responses.answers[9:]
    )
    with pytest.raises(errors.Refused, match=r"^Change since round first cannot be told\. .* have changed since"):
        publish(msgspec.structs.replace(BEFORE, responses=gone))
    renamed = tuple(msgspec.structs.replace(item, text={"en": f"New {item.id}?"}) for item in QUESTIONS.items)
    with pytest.raises(errors.Refused, match="no scored question in common"):
        publish(BEFORE, msgspec.structs.replace(QUESTIONS, items=renamed))


def test_another_release_of_the_round_may_say_nothing_else_of_a_finding() -> None:
    place = next(p for p, one in enumerate(RELEASE.items) if one.reason is None)
    items = list(RELEASE.items)
    items[place] = msgspec.structs.replace(items[place], answers="20 to 24")
    with pytest.raises(errors.Refused, match="says something else of"):
        ledger.refuse_other_findings(RELEASE, [msgspec.structs.replace(RELEASE, items=tuple(items))])
    assert RELEASE.compared is not None
    other = msgspec.structs.replace(RELEASE, compared=msgspec.structs.replace(RELEASE.compared, round="zero"))
    with pytest.raises(errors.Refused, match="tells its changes since round zero"):
        ledger.refuse_other_findings(RELEASE, [other])
    ledger.refuse_other_findings(RELEASE, [RELEASE, msgspec.structs.replace(RELEASE, items=())])


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("changes", "margin", 99),
        ("priorities", "answers", "15 to 19"),
        ("items", "answers", "15 to 19"),
        ("levels_held", "answers", "15 to 19"),
        ("rates", "asked", "15 to 19"),
    ],
)
def test_no_kind_of_finding_may_be_told_otherwise_by_another_release(part: str, field: str, value: object) -> None:
    entries = list(getattr(RELEASE, part))
    place = next(p for p, one in enumerate(entries) if getattr(one, field) is not None)
    entries[place] = msgspec.structs.replace(entries[place], **{field: value})
    with pytest.raises(errors.Refused, match="says something else of"):
        ledger.refuse_other_findings(RELEASE, [msgspec.structs.replace(RELEASE, **{part: tuple(entries)})])


def test_how_often_there_is_no_answer_is_told_where_what_remains_answered_it() -> None:
    """Of the third ward 25 were asked and three answered: the division of the other two gives way."""
    units = tuple(
        ReportingUnit(name, parent, None, (name,), 60) for name, parent in (("A", "d"), ("B", "d"), ("C", None))
    )
    atoms = tuple(Atom(place, "All staff", "everyone", 60) for place in range(3))
    layout = lay_out(Frame("Trust", (FrameUnit("d", None, "D", None, 120),), units, atoms), PLAN)
    none = np.zeros(3, np.int64)
    for few, reason in ((3, "protects_others"), (24, None)):
        asked, answered = np.array([40, 40, 25]), np.array([40, 40, few])
        found = Spread(asked, answered, asked - answered, none, none, np.zeros((3, 5), np.int64))
        told = {one.group: one.reason for one in distributions.rates(layout, QUESTIONS.items[0], found)}
        assert told == {"org": None, "unit:d": reason}


def test_order_of_responses_changes_no_digit_of_a_finding() -> None:
    order = np.random.default_rng(5).permutation(len(BEFORE.responses.atoms))
    shuffled = disclosure.Responses(BEFORE.responses.atoms[order], BEFORE.responses.answers[order])
    again = disclosure.publish(BEFORE.frame, PLAN, QUESTIONS, shuffled, round_id="first", number=1)
    assert disclosure.digest(again) == disclosure.digest(FIRST)


def test_of_a_unit_in_which_half_are_other_people_no_change_is_told() -> None:
    """A unit that both rounds show has become one of two teams, one of which is new."""
    place = 7
    units = list(BEFORE.frame.reporting_units)
    units[place] = msgspec.structs.replace(units[place], teams=(*units[place].teams, "new"))
    frame = msgspec.structs.replace(BEFORE.frame, reporting_units=tuple(units))
    now = given_to(frame, QUESTIONS, 79, 0.9)
    release = disclosure.publish(frame, PLAN, QUESTIONS, now, round_id="moved", number=1, before=BEFORE)
    for shown in (release, FIRST):
        assert {cell.reason for cell in shown.cells if cell.group == f"ru:{place}"} == {None}
    mine = [change for change in release.changes if change.group == f"ru:{place}"]
    assert {(change.why, change.overlap, change.difference) for change in mine} == {("other_people", 50, None)}
    assert disclosure.audit(release).passed


def test_beyond_an_end_no_change_is_told() -> None:
    """The score says 95 or more; a difference would say how much more."""
    frame = BEFORE.frame
    now = given_to(frame, QUESTIONS, 78, 0.7)
    for item in QUESTIONS.items[:-1]:
        column = now.answers[:, packed.columns(QUESTIONS)[item.id].start]
        column[(column > 0) & (column < 6)] = 5
    release = disclosure.publish(frame, PLAN, QUESTIONS, now, round_id="high", number=1, before=BEFORE)
    bounds = {cell.bound for cell in release.cells if cell.reason is None}
    assert bounds == {"or_more"}
    assert {change.why for change in release.changes} <= {"at_an_end", "withheld", "withheld_before"}
    assert any(change.why == "at_an_end" for change in release.changes)
