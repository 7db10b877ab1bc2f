"""Property 3 must not cost a round its results: a unit in which nobody answered is withheld, and the rest published."""

import numpy as np
import pytest

from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.operations import auditing
from tests.core import trusts

QUESTIONS = trusts.questionnaire()


def _frame(units: int) -> Frame:
    """Two divisions; the first has two reporting units, the second as many as told."""
    tree = (FrameUnit("a", None, "A", None, 60), FrameUnit("b", None, "B", None, 30 * units))
    reporting = tuple(ReportingUnit(f"U{n}", "a" if n < 2 else "b", None, (f"t{n}",), 30) for n in range(2 + units))
    atoms = tuple(Atom(n, "All staff", "everyone", 30) for n in range(2 + units))
    return Frame("Trust", tree, reporting, atoms)


@pytest.mark.parametrize("empty", [1, 4])
def test_a_round_is_published_although_nobody_answered_in_one_unit(empty: int) -> None:
    frame = _frame(4)
    answered = [unit for unit in range(6) if unit != empty for _ in range(18)]
    values = np.random.default_rng(1).integers(1, 6, (len(answered), 6)).astype(np.uint8)
    responses = trusts.disclosure.Responses(np.array(answered), values)
    release = trusts.publish(frame, QUESTIONS, responses)
    shown = {cell.group for cell in release.cells if cell.reason is None}
    assert f"ru:{empty}" not in shown
    assert len(shown) >= 4
    auditing.must_pass(release)
