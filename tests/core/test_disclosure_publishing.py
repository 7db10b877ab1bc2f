"""Releases of invented Trusts: what is shown can be trusted, and what is withheld is not there (property 3)."""

import itertools

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey import errors
from survey.core import answers as packed
from survey.core import disclosure
from survey.core.disclosure import exact, inspection, keeping, ledger
from survey.core.disclosure.audited import audited
from survey.core.disclosure.case import Case
from survey.core.disclosure.publishing import examine
from survey.core.disclosure.release import Cell, Measure, Release
from survey.core.disclosure.responses import refuse_small_groups
from survey.core.disclosure.verdicts import Verdicts, primary, verdicts
from survey.core.frame import Atom, Frame, ReportingUnit
from survey.core.rounds import Plan
from survey.core.steps import HUNDREDTHS
from tests.core import trusts

QUESTIONS = trusts.questionnaire()
PLAN = Plan()


def organisations() -> st.SearchStrategy[tuple[int, float, float, float]]:
    """Seed, response, share of items skipped, where answers lean."""
    return st.tuples(
        st.integers(0, 10_000),
        st.sampled_from([0.3, 0.45, 0.6, 0.9]),
        st.sampled_from([0.0, 0.1, 0.3]),
        st.sampled_from([1.2, 3.0, 4.9]),
    )


def examined(case: tuple[int, float, float, float]) -> tuple[Case, Verdicts]:
    seed, rate, skip, leaning = case
    frame = trusts.frame(seed)
    found = examine(frame, PLAN, QUESTIONS, trusts.responses(frame, QUESTIONS, seed, rate, skip, leaning))
    return found, audited(found, verdicts(found.found, PLAN.k))


def released(case: tuple[int, float, float, float]) -> Release:
    seed, rate, skip, leaning = case
    frame = trusts.frame(seed)
    return trusts.publish(frame, QUESTIONS, trusts.responses(frame, QUESTIONS, seed, rate, skip, leaning))


def check_nothing_is_revealed(case: tuple[int, float, float, float]) -> None:
    """No combination of the cells, with the weights they really have, speaks about fewer than k; nobody is exposed."""
    found, decided = examined(case)
    assert list(inspection.faults(found, decided)) == []
    for measure, reasons in enumerate(decided):
        shown = [group for group, reason in enumerate(reasons) if reason is None]
        rows = np.array([found.found.person_weights(group, measure) for group in shown])
        if shown:
            assert exact.smallest_revealed(rows, found.found.n[:, measure], PLAN.k) == PLAN.k


@given(organisations())
@settings(max_examples=6, deadline=None)
def test_no_combination_of_published_cells_reveals_fewer_than_k(case: tuple[int, float, float, float]) -> None:
    check_nothing_is_revealed(case)


@pytest.mark.long
@given(organisations())
@settings(max_examples=2000, deadline=None)
def test_no_combination_of_published_cells_reveals_fewer_than_k_in_any_of_2000_trusts(
    case: tuple[int, float, float, float],
) -> None:
    check_nothing_is_revealed(case)


@given(organisations())
@example((1062, 0.6, 0.1, 1.2))
@example((1110, 0.6, 0.1, 1.2))
@settings(max_examples=5, deadline=None)
def test_without_any_one_withheld_cell_the_inspection_fails(case: tuple[int, float, float, float]) -> None:
    found, decided = examined(case)
    for measure, reasons in enumerate(decided):
        for group, reason in enumerate(reasons):
            if reason is not None and not found.is_empty(group, measure):
                shown = [list(row) for row in decided]
                shown[measure][group] = None
                assert next(inspection.faults(found, tuple(map(tuple, shown))), None), (group, measure, reason)


@given(organisations())
@settings(max_examples=6, deadline=None)
def test_every_shown_cell_is_whole_and_every_withheld_one_is_empty(case: tuple[int, float, float, float]) -> None:
    release = released(case)
    assert disclosure.audit(release).passed, disclosure.audit(release).broken
    for cell in release.cells:
        if cell.reason is not None:
            assert cell == Cell(cell.group, cell.measure, reason=cell.reason)
        else:
            assert cell.value is not None and cell.low is not None and cell.high is not None
            assert 5 <= cell.value <= 95
            assert 0 <= cell.low <= cell.value <= cell.high <= 100
            assert cell.low < cell.high
            assert (cell.bound == "or_more") <= (cell.value == 95 and cell.high == 100)
            assert (cell.bound == "or_less") <= (cell.value == 5 and cell.low == 0)


@pytest.mark.parametrize(("answers", "reason"), [(9, "few_answers"), (10, None)])
def test_a_unit_has_a_result_from_k_answers_on(answers: int, reason: str | None) -> None:
    frame = trusts.frame(9, size=(24, 40))
    given_ = trusts.responses(frame, QUESTIONS, 9, rate=1, skip=0)
    mine = np.array([atom.reporting_unit for atom in frame.atoms])[given_.atoms] == 0
    keep = ~mine | (np.cumsum(mine) <= answers)
    release = trusts.publish(frame, QUESTIONS, disclosure.Responses(given_.atoms[keep], given_.answers[keep]))
    assert {cell.reason for cell in release.cells if cell.group == "ru:0" and cell.measure == "v1"} == {reason}


def test_order_of_responses_changes_no_digit() -> None:
    frame = trusts.frame(1)
    given_ = trusts.responses(frame, QUESTIONS, 1)
    order = np.random.default_rng(5).permutation(len(given_.atoms))
    shuffled = disclosure.Responses(given_.atoms[order], given_.answers[order])
    digests = {disclosure.digest(trusts.publish(frame, QUESTIONS, one)) for one in (given_, shuffled)}
    assert len(digests) == 1


def test_a_release_survives_its_encoding() -> None:
    release = released((3, 0.5, 0.1, 3.0))
    assert disclosure.decode(disclosure.encode(release)) == release


def test_what_a_withheld_cell_would_have_said_is_nowhere_in_the_release() -> None:
    """Two rounds that differ only in the answers of a unit with too few of them: only the groups above may differ."""
    frame = trusts.frame(2)
    given_ = trusts.responses(frame, QUESTIONS, 2)
    unit = np.array([atom.reporting_unit for atom in frame.atoms])
    keep = (unit[given_.atoms] != 0) | (np.cumsum(unit[given_.atoms] == 0) <= 4)
    few = disclosure.Responses(given_.atoms[keep], given_.answers[keep])
    turned = few.answers.copy()
    mine = unit[few.atoms] == 0
    turned[mine] = np.where((turned[mine] >= 1) & (turned[mine] <= 5), 6 - turned[mine], turned[mine])
    one, other = (
        trusts.publish(frame, QUESTIONS, disclosure.Responses(few.atoms, answers)) for answers in (few.answers, turned)
    )
    for cell, same in zip(one.cells, other.cells, strict=True):
        if cell.group == "ru:0":
            assert cell.reason is not None
            assert cell == same
    assert any(cell.reason == "few_answers" for cell in one.cells)


IMPOSSIBLE = [
    (Plan(k=4), lambda atoms, answers: (atoms, answers), "under 5"),
    (Plan(expected_response=0), lambda atoms, answers: (atoms, answers), "expects a response of 0"),
    (PLAN, lambda atoms, answers: (atoms, answers[:, :-1]), "questionnaire"),
    (PLAN, lambda atoms, answers: (atoms + 1000, answers), "not in the round's frozen staff list"),
    (PLAN, lambda atoms, answers: (atoms * 0, answers), "responses from"),
]


@pytest.mark.parametrize(("plan", "change", "words"), IMPOSSIBLE)
def test_what_cannot_be_is_refused_in_words(plan: Plan, change, words: str) -> None:
    frame = trusts.frame(4)
    given_ = trusts.responses(frame, QUESTIONS, 4)
    with pytest.raises(errors.Refused, match=words):
        trusts.publish(frame, QUESTIONS, disclosure.Responses(*change(given_.atoms, given_.answers)), plan)


def test_one_response_more_than_people_is_one_too_many() -> None:
    frame = trusts.frame(4)
    full = trusts.responses(frame, QUESTIONS, 4, rate=1.1)
    assert trusts.publish(frame, QUESTIONS, full).cells
    more = disclosure.Responses(np.append(full.atoms, 0), np.vstack([full.answers, full.answers[:1]]))
    with pytest.raises(errors.Refused, match="eligible people"):
        trusts.publish(frame, QUESTIONS, more)


@pytest.mark.parametrize("headcount", [9, 3])
def test_answers_of_fewer_than_ten_people_are_refused(headcount: int) -> None:
    """METHOD 3.5 U11."""
    frame = trusts.frame(4)
    place = next(
        p for p, atom in enumerate(frame.atoms) if sum(a.reporting_unit == atom.reporting_unit for a in frame.atoms) > 1
    )
    small = msgspec.structs.replace(frame.atoms[place], headcount=headcount)
    atoms = (*frame.atoms[:place], small, *frame.atoms[place + 1 :])
    nobody = disclosure.Responses(np.zeros(0, np.int64), np.zeros((0, packed.width(QUESTIONS)), np.uint8))
    with pytest.raises(errors.Refused, match=f"answers would be of {headcount} people"):
        trusts.publish(msgspec.structs.replace(frame, atoms=atoms), QUESTIONS, nobody)


def test_a_reporting_unit_of_fewer_than_ten_is_refused_unless_it_is_everybody() -> None:
    frame = trusts.frame(4)
    unit = msgspec.structs.replace(frame.reporting_units[0], headcount=8)
    mine = msgspec.structs.replace(frame.atoms[0], group="All staff", audience="everyone", headcount=8)
    rest = tuple(atom for atom in frame.atoms if atom.reporting_unit)
    others = msgspec.structs.replace(frame, reporting_units=(unit, *frame.reporting_units[1:]), atoms=(mine, *rest))
    alone = msgspec.structs.replace(frame, reporting_units=(unit,), atoms=(mine,))
    refuse_small_groups(alone)
    with pytest.raises(errors.Refused, match="of 8 people"):
        refuse_small_groups(others)


def test_in_a_unit_everybody_counts_the_same_though_roll_ups_weight_its_parts_apart() -> None:
    """Ten of thirty clinical staff answered, and twenty of thirty others: in the Trust the ten count twice as much."""
    unit = ReportingUnit("Ward", None, None, ("t",), 60)
    atoms = (Atom(0, "Nursing", "clinical", 30), Atom(0, "Clerical", "non_clinical", 30))
    frame = Frame("Trust", (), (unit,), atoms)
    everybody = disclosure.Responses(np.repeat([0, 1], [10, 20]), np.full((30, packed.width(QUESTIONS)), 3, np.uint8))
    found = examine(frame, PLAN, QUESTIONS, everybody).found
    assert [group.id for group in found.layout.groups[:2]] == ["org", "ru:0"]
    assert found.person_weights(0, 1).tolist() == [3.0, 1.5]
    assert found.person_weights(1, 1).tolist() == [1.0, 1.0]
    assert (found.rollup(0, 1).n_effective, found.rollup(1, 1).n_effective) == (pytest.approx(80 / 3), 30.0)


def test_the_pooled_variance_is_that_within_units() -> None:
    """All of one ward say 2 and all of the other 4: nobody stands apart from their own."""
    units = tuple(ReportingUnit(name, None, None, (name,), 40) for name in "AB")
    frame = Frame("Trust", (), units, tuple(Atom(place, "All staff", "everyone", 40) for place in (0, 1)))
    answers = np.repeat([[2], [4]], 20, axis=0).astype(np.uint8).repeat(packed.width(QUESTIONS), axis=1)
    found = examine(frame, PLAN, QUESTIONS, disclosure.Responses(np.repeat([0, 1], 20), answers)).found
    assert found.pooled == (0.0, 0.0, 0.0)
    assert found.rollup(0, 1).mean == 50.0


@pytest.mark.parametrize(("answered", "reason"), [(12, "protects_others"), (35, None)])
def test_nobody_carries_more_than_a_tenth_of_a_shown_mean(answered: int, reason: str | None) -> None:
    """Five of sixty answered in one unit, so that each counts for twelve people: of 84 in all, or of 130."""
    others = 2 * answered
    units = tuple(ReportingUnit(name, None, None, (name,), people) for name, people in (("A", 60), ("B", others)))
    atoms = tuple(Atom(place, "All staff", "everyone", unit.headcount) for place, unit in enumerate(units))
    given_ = np.repeat([0, 1], [5, answered])
    three = np.full((len(given_), packed.width(QUESTIONS)), 3, np.uint8)
    three[::2] = 4
    frame = Frame("Trust", (), units, atoms)
    found = examine(frame, PLAN, QUESTIONS, disclosure.Responses(given_, three)).found
    assert (found.rollup(0, 1).largest_share > 0.1) == (reason is not None)
    assert primary(found, 1, PLAN.k)[0] == reason
    assert keeping.fair([None] * 3, [row[1] for row in found.rollups])[0] == reason


def again(seed: int, extra: int) -> Release:
    """A second release of a round, with `extra` more responses than the first."""
    frame = trusts.frame(seed)
    all_ = trusts.responses(frame, QUESTIONS, seed)
    fewer = disclosure.Responses(all_.atoms[extra:], all_.answers[extra:])
    first = trusts.publish(frame, QUESTIONS, fewer)
    return disclosure.publish(frame, PLAN, QUESTIONS, all_, round_id="spring", number=2, earlier=[first])


def test_the_same_answers_can_be_released_again() -> None:
    assert again(6, extra=0).number == 2


def test_a_second_release_with_other_answers_is_blocked() -> None:
    with pytest.raises(errors.Refused, match="have changed since"):
        again(6, extra=5)


def test_a_second_release_about_other_groups_is_blocked() -> None:
    frame = trusts.frame(6)
    given_ = trusts.responses(frame, QUESTIONS, 6)
    first = msgspec.structs.replace(trusts.publish(frame, QUESTIONS, given_), frame="another")
    with pytest.raises(errors.Refused, match="other groups of people"):
        disclosure.publish(frame, PLAN, QUESTIONS, given_, round_id="spring", number=2, earlier=[first])


def test_a_second_release_about_more_groups_of_the_same_people_is_blocked() -> None:
    """The plan of the first told of nothing finer than divisions."""
    frame = trusts.frame(6)
    given_ = trusts.responses(frame, QUESTIONS, 6)
    first = trusts.publish(frame, QUESTIONS, given_, Plan(cells=("organisation", "division")))
    with pytest.raises(errors.Refused, match="other groups of people"):
        disclosure.publish(frame, PLAN, QUESTIONS, given_, round_id="spring", number=2, earlier=[first])


def test_a_second_release_of_other_measures_is_blocked() -> None:
    frame = trusts.frame(6)
    given_ = trusts.responses(frame, QUESTIONS, 6)
    first = trusts.publish(frame, QUESTIONS, given_)
    more = msgspec.structs.replace(first, measures=(*first.measures, Measure("v9", {"en": "Vision 9"})))
    with pytest.raises(errors.Refused, match="is about other"):
        disclosure.publish(frame, PLAN, QUESTIONS, given_, round_id="spring", number=2, earlier=[more])


def test_one_response_more_reveals_one_person() -> None:
    """Two releases' cells over the intersections of their people: 12 in both, 1 in the second only."""
    n = np.array([12, 1])
    one, both = np.array([1, 0]), np.array([1, 1])
    rows = np.array([[1.0, 1.0]])
    assert ledger.smallest_group_across([(rows, one), (rows, both)], n, 10) == 1
    assert ledger.smallest_group_across([(rows, one), (rows, one)], n, 10) == 10


def test_a_withheld_cell_put_back_by_hand_fails_the_readers_audit() -> None:
    """The last unit of a division beside one with too few answers."""
    frame = trusts.frame(2)
    release = next(
        release
        for seed in range(200)
        for release in [released((seed, 0.45, 0.0, 3.0))]
        if any(cell.reason == "protects_others" and cell.group.startswith("ru:") for cell in release.cells)
    )
    place = next(
        place for place, cell in enumerate(release.cells) if cell.reason == "protects_others" and "ru:" in cell.group
    )
    cells = list(release.cells)
    shown = next(cell for cell in cells if cell.reason is None)
    cells[place] = msgspec.structs.replace(shown, group=cells[place].group, measure=cells[place].measure)
    assert frame.organisation == release.organisation
    assert disclosure.audit(release).passed
    assert not disclosure.audit(msgspec.structs.replace(release, cells=tuple(cells))).passed


def _told(frame: Frame, given_: disclosure.Responses) -> list[tuple[str, int]]:
    """What is said while a release is made and attacked, in its order, and of how much."""
    said: list[tuple[str, int, int]] = []

    def step(what: str, done: int, of: int) -> None:
        assert 0 <= done <= of
        assert of != HUNDREDTHS or done % 10 == 0
        said.append((what, done, of))

    release = disclosure.publish(frame, PLAN, QUESTIONS, given_, round_id="r", number=1, step=step)
    disclosure.audit(release, step)
    return [key for key, _ in itertools.groupby((what, of) for what, _, of in said)]


@pytest.mark.parametrize("seed", [3, 8])
def test_how_far_publishing_is_says_nothing_that_is_not_published(seed: int) -> None:
    """Whatever was answered and however much is withheld: the same steps, of as many as there are questions and scores,
    which everybody knows, or in tenths."""
    frame = trusts.frame(seed)
    few, many = (trusts.responses(frame, QUESTIONS, seed, rate) for rate in (0.3, 0.9))
    withheld = [
        sum(cell.reason is not None for cell in trusts.publish(frame, QUESTIONS, one).cells) for one in (few, many)
    ]
    assert withheld[0] != withheld[1]
    scores, asked = len(QUESTIONS.visions) + 1, len(QUESTIONS.items)
    assert (
        _told(frame, few)
        == _told(frame, many)
        == [
            ("Working out the scores", 0),
            ("Choosing what can be shown, score by score", scores),
            ("Attacking: what can be worked out of groups", HUNDREDTHS),
            ("Attacking: what can be worked out of single people", HUNDREDTHS),
            ("Making sure that no more is withheld than is needed", 0),
            ("Looking for what a reader could take for a group found out", 0),
            ("Working out priorities", 0),
            ("Working out how answers are spread, question by question", asked),
            ("Working out how people stand, score by score", scores),
            ("Working out how often there is no answer, question by question", asked),
            ("Attacking the results as their reader would", 2 * scores),
        ]
    )
