"""The attacker of published margins fails where it should, and would succeed if they were careless."""

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from survey.cli import bench
from survey.cli.benching import attacker, coverage, spreads, targets
from survey.core.disclosure import bands, cells
from survey.core.scoring import intervals, rollups
from survey.core.scoring.intervals import Spread
from survey.core.scoring.method import METHOD, Method
from survey.core.scoring.rollups import Rollup, Told


@pytest.fixture(scope="module")
def measured() -> attacker.Measured:
    return attacker.measure(2_000, seed=2)


def test_nobody_can_tell_whether_everybody_answered_and_no_variance_is_read_back(measured: attacker.Measured) -> None:
    assert attacker.amiss(measured) == []
    assert not measured.everybody.succeeds
    assert not measured.within_band.succeeds
    assert not measured.spreads.is_read
    assert measured.spreads.silent == 1


def test_from_a_careless_margin_both_can_be_told(measured: attacker.Measured) -> None:
    assert measured.careless_everybody.right > 0.9
    assert measured.careless_exact == 1


def test_what_really_is_fits_what_is_published() -> None:
    """An attacker who ruled out the truth would be a poor one."""
    for unit in targets.units(100, seed=3):
        seen = targets.published(unit)
        if 5 < seen.value < 95:
            fits = spreads.fitting(seen)
            assert fits[0] - 0.3 <= max(unit.variance, spreads.floor(unit)) ** 0.5 <= fits[-1] + 0.3


def test_without_the_floor_small_spreads_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreads, "floor", lambda of: 80.0)
    monkeypatch.setattr(intervals, "harden", lambda n, variance, pooled, method=None: max(variance, 1.0))
    assert "The attacker can tell small spreads apart." in attacker.amiss(attacker.measure(400))


def test_without_bands_the_attacker_tells_where_everybody_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "start", lambda n, eligible, method=None: n - 1)
    monkeypatch.setattr(intervals, "widened", lambda n, eligible, method=None: eligible)
    assert "The attacker can tell where everybody answered." in attacker.amiss(attacker.measure(1_000))


def test_from_weighted_margins_made_of_exact_numbers_the_attacker_tells_of_divisions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_they_are = rollups.published_spread

    def careless(of: Rollup, pooled: float, told: Told, method: Method = METHOD) -> Spread:
        return as_they_are(of, pooled, Told(of.n, told.frame, told.frame), method)

    monkeypatch.setattr(cells, "published_spread", careless)
    assert attacker.of_divisions(np.random.default_rng(1), 2_000, seed=1)[0].succeeds


def test_each_thing_amiss_is_told(measured: attacker.Measured) -> None:
    told = spreads.Verdict(0.9, 0.5, 0.03)
    loud = msgspec.structs.replace(measured.spreads, exact=told, silent=0.9)
    bad = attacker.Measured(told, told, (told, told), loud, spreads.Verdict(0.5, 0.5, 0.03), 0.2)
    assert len(attacker.amiss(bad)) == 6


def test_the_command_prints_what_the_attacker_gets_right() -> None:
    done = CliRunner().invoke(bench.command, ["attacker", "--units", "1000"])
    assert done.exit_code == 0, done.output
    assert "whether everybody answered" in done.output
    assert coverage.pooled() > 0
