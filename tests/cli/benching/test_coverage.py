"""How often the published margin holds the truth; and that the committed table is what the command would write."""

import msgspec
import pytest
from click.testing import CliRunner

from survey.cli import bench
from survey.cli.benching import coverage
from survey.core.scoring.method import METHOD
from survey.operations import proving

CASES = [(kind, n, eligible) for n, eligible in coverage.TEAMS for kind in coverage.KINDS]


@pytest.mark.parametrize(("kind", "n", "eligible"), CASES)
def test_a_published_margin_holds_the_truth(kind: str, n: int, eligible: int) -> None:
    """0.94 less what chance takes from 400 teams."""
    assert coverage.simulate(kind, n, eligible, teams=400, seed=n).coverage >= coverage.BAR - 0.02


@pytest.mark.long
def test_a_published_margin_holds_the_truth_in_24000_teams_of_each_kind() -> None:
    again = coverage.measure(coverage.SIMULATIONS, lambda what, total: lambda: None)
    assert coverage.amiss(again) == []
    assert proving.encode(again) == proving.COVERAGE.read_bytes()


def test_the_committed_table_keeps_the_bar_for_every_kind_and_size_with_todays_numbers() -> None:
    table = proving.coverage()
    rows = {(row.distribution, row.answered, row.eligible) for row in table.rows if not row.is_extreme}
    assert rows == set(CASES)
    assert table.method == METHOD.name
    assert table.worst >= coverage.BAR
    assert {row.simulations for row in table.rows} == {coverage.SIMULATIONS}
    assert proving.encode(table) == proving.COVERAGE.read_bytes()


def test_one_committed_row_computed_again_has_the_same_digits() -> None:
    row = next(row for row in proving.coverage().rows if (row.distribution, row.answered) == ("one apart", 30))
    assert coverage.simulate("one apart", 30, 60, row.simulations, row.seed) == row


@pytest.mark.parametrize(("n", "eligible"), coverage.TEAMS[1:])
def test_even_people_at_two_points_are_covered_from_ten_answers_on(n: int, eligible: int) -> None:
    assert coverage.simulate("two points", n, eligible, teams=4000, seed=n).coverage >= coverage.BAR


def test_too_low_a_coverage_is_told_and_the_extreme_case_is_not() -> None:
    good, *_, extreme = proving.coverage().rows
    bad = msgspec.structs.replace(good, coverage=0.9)
    assert coverage.amiss(proving.Table("1", (good, extreme))) == []
    assert len(coverage.amiss(proving.Table("1", (bad, extreme)))) == 1


def test_the_command_prints_the_table_and_writes_nothing_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = proving.COVERAGE.read_bytes()
    monkeypatch.setattr(coverage, "TEAMS", [(12, 20)])
    done = CliRunner().invoke(bench.command, ["coverage", "--simulations", "200"])
    assert done.exit_code == 0, done.output
    assert "12 of 20    polarised" in done.output
    assert proving.COVERAGE.read_bytes() == before
