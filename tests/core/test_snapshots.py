"""When the response is counted: at seven by London's clock, of divisions daily, of units on Mondays."""

from datetime import UTC, datetime, timedelta

import pytest

from survey.core.snapshots import Scope, last_due, next_due

LONDON = "Europe/London"
OPENS = datetime(2026, 10, 19, 8, tzinfo=UTC)  # a Monday at nine; the clocks go back on the Sunday after


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("scope", "now", "last", "following"),
    [
        ("division", OPENS, None, moment(20, 6)),
        ("division", moment(20, 5, 59), None, moment(20, 6)),
        ("division", moment(20, 6), moment(20, 6), moment(21, 6)),
        ("division", moment(24, 23), moment(24, 6), moment(25, 7)),
        ("division", moment(25, 6, 59), moment(24, 6), moment(25, 7)),
        ("division", moment(25, 7), moment(25, 7), moment(26, 7)),
        ("unit", moment(25, 23), None, moment(26, 7)),
        ("unit", moment(26, 7), moment(26, 7), datetime(2026, 11, 2, 7, tzinfo=UTC)),
        ("unit", moment(30, 12), moment(26, 7), datetime(2026, 11, 2, 7, tzinfo=UTC)),
    ],
)
def test_what_is_due(scope: Scope, now: datetime, last: datetime | None, following: datetime) -> None:
    assert last_due(scope, OPENS, now, LONDON) == last
    assert next_due(scope, OPENS, now, LONDON) == following


@pytest.mark.parametrize("scope", ["division", "unit"])
def test_from_one_to_the_next_without_a_gap(scope: Scope) -> None:
    """Walked hour by hour over both clock changes of a year: what is next becomes what was last."""
    now, awaited = datetime(2026, 3, 1, tzinfo=UTC), None
    opens = now - timedelta(days=30)
    while now < datetime(2026, 11, 30, tzinfo=UTC):
        last, following = last_due(scope, opens, now, LONDON), next_due(scope, opens, now, LONDON)
        assert last is not None
        assert last <= now < following
        assert following - last <= timedelta(days=7 if scope == "unit" else 1, hours=1)
        if awaited is not None and now >= awaited:
            assert last >= awaited
        awaited = following
        now += timedelta(hours=1)
