"""How numbers of people are shown: worked examples of METHOD 2.3 R8 and R10, and of 1.3's hardening."""

import pytest

from survey.core import disclosure
from survey.core.disclosure import bands

BANDS = [
    # n scored, N eligible, shown
    (10, 40, "10 to 14"),
    (14, 40, "10 to 14"),
    (15, 40, "15 to 19"),
    (34, 40, "30 to 34"),
    (35, 40, "35 or more"),  # 36 of 40 is 90 %: from here on nothing is told apart
    (39, 40, "35 or more"),
    (40, 40, "35 or more"),
    (19, 20, "15 or more"),  # all but one, and all: the same
    (20, 20, "15 or more"),
    (12, 12, "10 or more"),
    (955, 1900, "955 to 959"),
]


@pytest.mark.parametrize(("n", "eligible", "shown"), BANDS)
def test_scored_people_are_shown_in_bands_that_never_say_everybody(n: int, eligible: int, shown: str) -> None:
    assert bands.text(n, eligible) == shown


@pytest.mark.parametrize("eligible", range(12, 200))
def test_all_and_all_but_one_look_the_same(eligible: int) -> None:
    assert bands.text(eligible, eligible) == bands.text(eligible - 1, eligible)
    assert bands.start(eligible, eligible) == bands.start(eligible - 1, eligible) < eligible


@pytest.mark.parametrize(("k", "fewest"), [(10, 12), (5, 6), (20, 23)])
def test_groups_of_which_any_result_would_tell_that_nearly_all_answered_have_none(k: int, fewest: int) -> None:
    assert bands.fewest_eligible(k) == fewest


RATES = [
    # answered, eligible, shown while the round is open
    (9, 19, None),  # under 20 people: not at all
    (0, 20, "under 10%"),
    (1, 20, "under 10%"),
    (2, 20, "15%"),  # steps of 3 people, 15 %
    (10, 20, "45%"),
    (18, 20, "90% or more"),
    (19, 20, "90% or more"),
    (20, 20, "90% or more"),
    (100, 200, "50%"),
    (104, 200, "50%"),
    (106, 200, "55%"),
    (174, 200, "85%"),
    (176, 200, "90% or more"),
    (200, 200, "90% or more"),
]


@pytest.mark.parametrize(("answered", "eligible", "shown"), RATES)
def test_response_rates_are_coarse(answered: int, eligible: int, shown: str | None) -> None:
    assert disclosure.response_rate(answered, eligible) == shown
