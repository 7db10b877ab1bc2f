"""How often the published margin holds the truth; and that the committed table is what the command would write."""

import msgspec
import pytest
from click.testing import CliRunner
from scipy.stats import hypergeom

from survey.cli import bench
from survey.cli.benching import coverage, share_margins
from survey.core.scoring import proportions
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


def plain_wilson(count: int, n: int, eligible: int) -> tuple[float, float]:
    low, high = proportions.wilson(count, n, eligible)
    return 100 * low, 100 * high


@pytest.mark.parametrize(("n", "eligible"), [(20, 23), (24, 27), (30, 60), (60, 100)])
def test_a_published_share_holds_the_truth_in_95_of_100_samples_whatever_it_is(n: int, eligible: int) -> None:
    """By scipy's chances of every sample; and Wilson's interval, from which it is made, would not."""

    def least(margin: share_margins.Margin) -> float:
        ends = [margin(count, n, eligible) for count in range(n + 1)]
        return min(
            sum(
                chance
                for (low, high), chance in zip(ends, hypergeom.pmf(range(n + 1), eligible, have, n), strict=True)
                if low - 1e-9 <= 100 * have / eligible <= high + 1e-9
            )
            for have in range(eligible + 1)
        )

    published, exact = (share_margins.kept(of, n, eligible) for of in (share_margins.published, share_margins.exact))
    assert published.coverage == pytest.approx(least(share_margins.published), abs=1e-9)
    assert exact.coverage == pytest.approx(least(share_margins.exact), abs=1e-9)
    assert min(published.coverage, exact.coverage) >= share_margins.BAR
    assert least(plain_wilson) < 0.92


def test_too_low_a_coverage_of_a_share_is_told() -> None:
    good = share_margins.Kept(0.96, 30.0)
    rows = [share_margins.Row(20, 23, share_margins.Kept(0.94, 20.0), good), share_margins.Row(20, 40, good, good)]
    assert share_margins.amiss(rows) == ["20 of 23: the margin of a share holds the truth in 94.0% only."]


def test_the_command_prints_the_table_and_writes_nothing_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = proving.COVERAGE.read_bytes()
    monkeypatch.setattr(coverage, "TEAMS", [(12, 20)])
    done = CliRunner().invoke(bench.command, ["coverage", "--simulations", "200"])
    assert done.exit_code == 0, done.output
    assert "12 of 20    polarised" in done.output
    assert "204 of 2000" in done.output
    assert proving.COVERAGE.read_bytes() == before
