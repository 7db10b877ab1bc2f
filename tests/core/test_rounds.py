"""A round's states, the steps between them, its plan, and London's clock."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core import rounds
from survey.core.rounds import ALLOWED, Moments, Plan, State
from survey.errors import BadInput, Refused

LONDON = "Europe/London"
OPENS = datetime(2026, 11, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 11, 23, 17, tzinfo=UTC)
LAUNCHED, OPENED, PUBLISHED = OPENS - timedelta(days=7), CLOSES + timedelta(hours=1), CLOSES + timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
instants = st.integers(0, 2**31 - 1).map(lambda seconds: datetime.fromtimestamp(seconds + 946684800, UTC))
"""From 2000 on, which is all that a round can have."""


def at(
    now: datetime, launched: bool = True, opened: bool = False, published: bool = False, paused: bool = False
) -> State:
    return rounds.state(
        Moments(
            now,
            OPENS,
            CLOSES,
            LAUNCHED if launched else None,
            OPENED if opened else None,
            PUBLISHED if published else None,
            OPENS if paused else None,
        )
    )


# States


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (LAUNCHED, "scheduled"),
        (OPENS - MICROSECOND, "scheduled"),
        (OPENS, "open"),
        (CLOSES - MICROSECOND, "open"),
        (CLOSES, "closed"),
        (CLOSES + timedelta(days=999), "closed"),
    ],
)
def test_a_launched_round_opens_and_closes_by_the_clock_alone(now: datetime, state: State) -> None:
    assert at(now) == state


@pytest.mark.parametrize("now", [LAUNCHED, OPENS, CLOSES, PUBLISHED])
def test_a_draft_stays_a_draft_whatever_the_clock_says(now: datetime) -> None:
    assert at(now, launched=False) == "draft"


@pytest.mark.parametrize("now", [LAUNCHED, OPENS, OPENS + timedelta(days=1), CLOSES, PUBLISHED])
def test_what_was_opened_or_published_stays_so_even_if_the_clock_goes_back(now: datetime) -> None:
    assert at(now, opened=True) == "closed"
    assert at(now, opened=True, published=True) == "published"


@pytest.mark.parametrize(("now", "state"), [(OPENS - MICROSECOND, "scheduled"), (OPENS, "paused"), (CLOSES, "closed")])
def test_a_pause_shows_only_between_opening_and_closing(now: datetime, state: State) -> None:
    assert at(now, paused=True) == state
    assert at(CLOSES, opened=True, published=True, paused=True) == "published"


# Steps: every step in every state

MAY = {
    #                 draft  scheduled open   paused closed published
    "change":         (True,  False,   False, False, False, False),
    "discard":        (True,  False,   False, False, False, False),
    "launch":         (True,  False,   False, False, False, False),
    "call off":       (False, True,    False, False, False, False),
    "reschedule":     (True,  True,    True,  True,  False, False),
    "change how staff are reached in":
                      (True,  True,    True,  True,  False, False),
    "list links of":  (False, True,    True,  True,  False, False),
    "pause":          (False, False,   True,  False, False, False),
    "resume":         (False, False,   False, True,  False, False),
    "end":            (False, False,   True,  True,  False, False),
    "close":          (False, False,   False, False, True,  False),
    "publish":        (False, False,   False, False, True,  False),
    "correct":        (False, False,   False, False, False, True),
    "clone":          (False, True,    True,  True,  True,  True),
    "send messages of":
                      (False, False,   True,  False, False, False),
    "pause or resume sending in":
                      (False, True,    True,  True,  False, False),
    "read comments of":
                      (False, False,   False, False, True,  True),
    "release comments of":
                      (False, False,   False, False, False, True),
}  # fmt: skip
STATES: tuple[State, ...] = get_args(State)


def test_the_table_knows_every_step() -> None:
    assert MAY.keys() == ALLOWED.keys()


@pytest.mark.parametrize(
    ("step", "state", "may"), [(s, t, m) for s, row in MAY.items() for t, m in zip(STATES, row, strict=True)]
)
def test_which_step_may_be_taken_in_which_state(step: str, state: State, may: bool) -> None:
    if may:
        rounds.must_allow(step, state)
    else:
        with pytest.raises(
            Refused, match=rf"^You cannot {step} this round: [a-z ,:]+\.( To end it now: round close --now)?$"
        ):
            rounds.must_allow(step, state)


def test_every_state_is_told_in_words_of_its_own() -> None:
    told = set()
    for state in STATES:
        step = next(step for step, row in MAY.items() if not row[STATES.index(state)])
        with pytest.raises(Refused) as refused:
            rounds.must_allow(step, state)
        told.add(str(refused.value).partition(": ")[2])
    assert len(told) == len(STATES)


# Dates


@pytest.mark.parametrize(
    ("today", "opens", "closes"),
    [
        ((2026, 6, 1, 8), (2026, 6, 15, 8), (2026, 7, 6, 16)),
        ((2026, 6, 7, 23), (2026, 6, 22, 8), (2026, 7, 13, 16)),
        ((2026, 10, 1), (2026, 10, 12, 8), (2026, 11, 2, 17)),
    ],
)
def test_a_draft_begins_with_a_window_from_monday_to_monday_by_london_s_clock(
    today: tuple[int, ...], opens: tuple[int, ...], closes: tuple[int, ...]
) -> None:
    """The second is a Monday in London already; over the third the clocks go back."""
    now, *window = (datetime(*parts, tzinfo=UTC) for parts in (today, opens, closes))  # type: ignore[arg-type]
    assert rounds.usual_window(now, LONDON) == tuple(window)


# Plans


@pytest.mark.parametrize(
    "plan", [Plan(), Plan(k=5), Plan(k=50), Plan(expected_response=1), Plan(expected_response=0.01), Plan(cells=())]
)
def test_plans_that_protect(plan: Plan) -> None:
    assert rounds.plan_problems(plan) == []


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        (Plan(k=4), "k"),
        (Plan(k=0), "k"),
        (Plan(k=-10), "k"),
        (Plan(expected_response=0), "expected response"),
        (Plan(expected_response=-0.5), "expected response"),
        (Plan(expected_response=1.01), "expected response"),
        (Plan(expected_response=50), "expected response"),
        (Plan(expected_response=float("nan")), "expected response"),
        (Plan(cells=("organisation", "desk")), "cells"),
    ],
)
def test_plans_that_do_not(plan: Plan, place: str) -> None:
    assert [problem.place for problem in rounds.plan_problems(plan)] == [place]


def test_everything_wrong_with_a_plan_is_told_at_once() -> None:
    problems = rounds.plan_problems(Plan(k=1, expected_response=2, cells=("desk",)))
    assert [problem.place for problem in problems] == ["k", "expected response", "cells"]
    assert all(problem.what and problem.mend for problem in problems)


# London's clock. The process's own time zone must not matter.


@pytest.fixture(params=["UTC", "Europe/London", "Pacific/Auckland", "America/St_Johns"])
def process_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


CLOCK = [
    # local time            UTC
    ("2026-01-15 09:00", "2026-01-15T09:00"),
    ("2026-07-15 09:00", "2026-07-15T08:00"),
    ("2026-07-15T09:00", "2026-07-15T08:00"),
    ("  2026-07-15 09:00 ", "2026-07-15T08:00"),
    ("2026-03-29 00:59", "2026-03-29T00:59"),  # the last minute before summer time
    ("2026-03-29 02:00", "2026-03-29T01:00"),  # the first one of it
    ("2026-10-25 00:59", "2026-10-24T23:59"),  # the last minute that happens once
    ("2026-10-25 02:00", "2026-10-25T02:00"),  # the first one that does so again
    ("2026-12-31 23:59", "2026-12-31T23:59"),
    ("2028-02-29 12:00", "2028-02-29T12:00"),
]


@pytest.mark.usefixtures("process_zone")
@pytest.mark.parametrize(("local", "utc"), CLOCK)
def test_london_s_time_as_an_instant(local: str, utc: str) -> None:
    assert rounds.from_local(local, LONDON, "opens") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.usefixtures("process_zone")
@pytest.mark.parametrize("minute", ["01:00", "01:30", "01:59"])
def test_the_hour_that_spring_skips_is_told(minute: str) -> None:
    with pytest.raises(BadInput, match=rf"opens: {minute} on 29 March 2026 does not exist: the clocks go forward then"):
        rounds.from_local(f"2026-03-29 {minute}", LONDON, "opens")


@pytest.mark.usefixtures("process_zone")
@pytest.mark.parametrize("minute", ["01:00", "01:30", "01:59"])
def test_the_hour_that_autumn_repeats_is_told(minute: str) -> None:
    with pytest.raises(BadInput, match=rf"closes: {minute} on 25 October 2026 happens twice: the clocks go back then"):
        rounds.from_local(f"2026-10-25 {minute}", LONDON, "closes")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-11-02", "2026-11-02 9:00", "02/11/2026 09:00", "2026-13-02 09:00", "2026-02-30 09:00",
     "2026-11-02 24:00", "2026-11-02 09:60", "2026-11-02 09:00:00", "2026-11-02 09:00Z", "2026-11-02 09:00+01:00",
     "٢٠٢٦-11-02 09:00", "2026-11-02\u00a009:00", "0000-01-01 00:00", "0001-01-01 00:00", "9999-12-31 23:59",
     "2026-11-02 09:00; drop"],
)  # fmt: skip
def test_what_is_no_date_and_time_is_told_with_one_that_is(text: str) -> None:
    with pytest.raises(BadInput, match=r"is not a date and time\. Write it like 2026-12-01 09:00\."):
        rounds.from_local(text, LONDON, "opens")


@given(instants.map(lambda instant: instant.replace(tzinfo=None, second=0, microsecond=0)))
def test_a_local_time_comes_back_as_it_was_given_or_is_refused_in_the_hours_of_the_changes(local: datetime) -> None:
    text = f"{local:%Y-%m-%d %H:%M}"
    try:
        instant = rounds.from_local(text, LONDON, "opens")
    except BadInput:
        assert local.month in {3, 10}
        assert local.weekday() == 6
        assert local.hour == 1
    else:
        assert instant.utcoffset() == timedelta(0)
        assert f"{rounds.to_local(instant, LONDON):%Y-%m-%d %H:%M}" == text


@given(instants)
def test_every_instant_has_its_local_time(instant: datetime) -> None:
    assert rounds.to_local(instant, LONDON) == instant
    assert rounds.to_local(instant, LONDON).utcoffset() in {timedelta(0), timedelta(hours=1)}


@pytest.mark.usefixtures("process_zone")
@pytest.mark.parametrize(
    ("utc", "words"),
    [
        ("2026-12-08T17:00", "Tuesday 8 December 2026 at 5pm"),
        ("2026-07-08T16:00", "Wednesday 8 July 2026 at 5pm"),
        ("2026-12-08T09:05", "Tuesday 8 December 2026 at 9:05am"),
        ("2026-12-08T00:00", "Tuesday 8 December 2026 at 12am"),
        ("2026-12-08T12:00", "Tuesday 8 December 2026 at 12pm"),
        ("2026-12-08T12:30", "Tuesday 8 December 2026 at 12:30pm"),
        ("2026-10-25T00:30", "Sunday 25 October 2026 at 1:30am"),
        ("2026-10-25T01:30", "Sunday 25 October 2026 at 1:30am"),
    ],
)
def test_instants_in_words(utc: str, words: str) -> None:
    assert rounds.in_words(datetime.fromisoformat(utc).replace(tzinfo=UTC), LONDON) == words
