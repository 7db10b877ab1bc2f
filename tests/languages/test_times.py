"""Instants in words, on both sides of the clock changes."""

from datetime import datetime

import pytest

from survey.languages.times import spoken

SPOKEN = [
    ("2026-12-09T17:00:00+00:00", "Wednesday 9 December 2026 at 5pm"),
    ("2026-07-01T16:30:00+00:00", "Wednesday 1 July 2026 at 5:30pm"),
    ("2026-10-25T00:30:00+00:00", "Sunday 25 October 2026 at 1:30am"),
    ("2026-10-25T02:30:00+00:00", "Sunday 25 October 2026 at 2:30am"),
    ("2026-03-29T01:00:00+00:00", "Sunday 29 March 2026 at 2am"),
    ("2026-06-30T23:00:00+00:00", "Wednesday 1 July 2026 at midnight at the start of the day"),
    ("2026-01-05T12:00:00+00:00", "Monday 5 January 2026 at midday"),
    ("2026-01-05T12:05:00+00:00", "Monday 5 January 2026 at 12:05pm"),
    ("2026-01-05T00:05:00+00:00", "Monday 5 January 2026 at 12:05am"),
    ("2026-12-09T12:00:00-05:00", "Wednesday 9 December 2026 at 5pm"),
]


@pytest.mark.parametrize(("instant", "words"), SPOKEN)
def test_as_clocks_in_london_show_it(instant: str, words: str) -> None:
    assert spoken(datetime.fromisoformat(instant), "Europe/London") == words
