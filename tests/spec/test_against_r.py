"""Our scores beside those that R and its `survey` package compute from the same people, to a thousand millionth.

`reference/reference.R` makes `reference/values.csv` from `reference/people.csv`; its head says how. R is needed for
that only. Each test's name says which function of R it stands beside.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from survey.core.disclosure import figures
from survey.core.disclosure.release import Figure
from survey.core.scoring import change, intervals, levels, proportions, raking, rollups
from survey.core.scoring.moments import Moments, moments, pooled_variance
from survey.core.scoring.rollups import Rollup
from survey.core.scoring.strata import Place, weights

HERE = Path(__file__).parent / "reference"


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


R = {row["name"]: float(row["value"]) for row in read("values.csv")}
PEOPLE = read("people.csv")
CELLS = list(dict.fromkeys((p["unit"], p["directorate"], p["staff_group"], int(p["eligible"])) for p in PEOPLE))
"""Unit x staff group, as they first appear: each is a stratum."""
ATOMS = np.array([[cell[::2] for cell in CELLS].index((p["unit"], p["staff_group"])) for p in PEOPLE])
SCORES = np.array([float(p["score"]) for p in PEOPLE])
ELIGIBLE = np.array([cell[3] for cell in CELLS])
FOUND: Moments = moments(ATOMS, SCORES[:, None], len(CELLS))
N = FOUND.n[:, 0]


def exactly(value: object) -> object:
    return pytest.approx(value, rel=0, abs=1e-9)


def in_r(name: str) -> list[float]:
    """Values numbered from 1."""
    return [value for key, value in R.items() if key.startswith(f"{name} ")]


def rolled_up(directorate: str | None = None) -> Rollup:
    places = [Place(place, (cell[1],), "everyone") for place, cell in enumerate(CELLS)]
    inside = np.array([directorate in {None, cell[1]} for cell in CELLS])
    found = rollups.rollup(FOUND, weights(places, ELIGIBLE, N, 1), inside, 0)
    assert found is not None
    return found


def values(unit: str) -> np.ndarray:
    return SCORES[[p["unit"] == unit for p in PEOPLE]]


def result(unit: str, eligible: int = 10_000) -> change.Result:
    scores = values(unit)
    return change.Result(len(scores), eligible, float(scores.mean()), float(scores.var(ddof=1)))


@pytest.mark.parametrize(("name", "directorate"), [("Care", "Care"), ("Support", "Support"), ("all", None)])
def test_rollups_are_svymeans_with_strata_and_fpc(name: str, directorate: str | None) -> None:
    of = rolled_up(directorate)
    assert of.mean == exactly(R[f"svymean {name} mean"])
    assert rollups.stratified_variance(of) == exactly(R[f"svymean {name} variance"])


def test_the_whole_is_poststratifys_mean() -> None:
    assert rolled_up().mean == exactly(R["postStratify mean"])


def test_a_units_standard_error_is_svymeans_with_fpc() -> None:
    eligible = sum(cell[3] for cell in CELLS if cell[0] == "Ward 1")
    of = result("Ward 1", eligible)
    assert levels.standard_error(of.n, eligible, of.variance) ** 2 == exactly(R["svymean Ward 1 variance"])


def test_raking_is_rakes() -> None:
    margins = []
    for part in (2, 1):
        names = sorted({cell[part] for cell in CELLS})
        category = np.array([names.index(cell[part]) for cell in CELLS])
        margins.append((category, np.bincount(category, weights=ELIGIBLE)))
    found = raking.rake(N, margins)
    assert found == exactly(np.array(in_r("rake weight")))
    assert found @ (N * FOUND.mean[:, 0]) / N.sum() == exactly(R["rake mean"])


def test_the_pooled_variance_is_aovs_residual_mean_square() -> None:
    samples = [FOUND.sample(np.array([cell[0] == unit for cell in CELLS]), 0) for unit in {cell[0] for cell in CELLS}]
    assert pooled_variance(samples) == exactly(R["aov residual"])


def test_change_is_t_tests() -> None:
    found = change.change(result("Ward 1"), result("Ward 2"))
    assert found.p == exactly(R["t.test p"])
    assert found.detectable == exactly(R["t.test half width"])
    assert change._welch(result("Ward 1"), result("Ward 2"))[1] == exactly(R["t.test df"])


@pytest.mark.parametrize(
    ("number", "now", "before"),
    [
        (1, Figure(52, 44, 60, "20 to 24", 40), Figure(47, 40, 56, "25 to 29", 60)),
        (2, Figure(60, 57, 63, "400 to 404", 900, "310 to 314"), Figure(56, 52, 59, "200 or more", 210, "120 to 124")),
    ],
)
def test_what_two_margins_say_of_a_change_is_what_t_tests_say_of_people_like_them(
    number: int, now: Figure, before: Figure
) -> None:
    found = figures.compared(now, before, now.value + 1 - before.value)
    detectable, p = in_r(f"t.test margins {number} FALSE")
    assert (found.detectable, found.p) == exactly((detectable, p))
    assert found.margin == exactly(in_r(f"t.test margins {number} TRUE")[0])


def test_quantiles_are_qts() -> None:
    assert [intervals.quantile(df) for df in (8, 15, 33, 5.5, 200)] == exactly(in_r("qt"))


def test_level_probabilities_are_differences_of_pt() -> None:
    found = levels.probabilities(47.3, 6.1, 12, [0, 20, 40, 60, 80])
    assert found.cumsum()[:-1] == exactly(np.array(in_r("pt")))


@pytest.mark.parametrize(("count", "n", "eligible"), [(4, 5, 8), (6, 12, 20), (3, 30, 60), (0, 24, 27)])
def test_shares_are_prop_tests_and_phypers(count: int, n: int, eligible: int) -> None:
    low, high = in_r(f"prop.test {count} {n} {eligible}")
    clipped = (max(low, count / eligible), min(high, (count + eligible - n) / eligible))
    assert proportions.wilson(count, n, eligible) == exactly(clipped)
    exact = in_r(f"phyper {count} {n} {eligible}")
    assert proportions.hypergeometric(count, n, eligible) == exactly(tuple(exact))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.13, 0.155, 0.3])
def test_discoveries_are_those_whose_p_adjust_is_small(share: float) -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34]
    assert change.discoveries(np.array(p), share).tolist() == [value <= share for value in in_r("p.adjust")]
