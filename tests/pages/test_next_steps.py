"""What the console's first page says is to be done next, at every stage, to whoever may do it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from survey.core.access import Role
from survey.operations.guiding import Round, Standing
from survey.operations.signing_in import SignedIn
from survey.pages.console import next_steps

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOSE = uuid4()


def _round(**other: Any) -> Round:
    kept: dict[str, Any] = {
        "organisation_id": WHOSE, "round_id": "r1", "name": "Summer 2026", "questionnaire_hash": "", "plan": "{}",
        "opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=1), "launched_at": NOW,
        "opened_answers_at": None, "published_at": None, "paused_at": None, "version": 1, "population": "{}",
        "reach": "{}", "shares_handed": 0, "now": NOW,
    }  # fmt: skip
    return Round(**kept | other)


OVER = {"closes_at": NOW, "opened_answers_at": NOW}
READY: dict[str, Any] = {"has_staff": True, "has_questionnaires": True, "somebody_waits": False, "unread": frozenset()}


def _steps(*roles: Role, rounds: tuple[Round, ...] = (), **standing: Any) -> list[tuple[str, str]]:
    who = SignedIn(WHOSE, "Trust", uuid4(), "Kim", roles, None)
    now = Standing(**READY | standing, rounds=rounds)
    return [(step.text, step.href) for step in next_steps.steps(who, now, "Europe/London")]


@pytest.mark.parametrize(
    ("round_", "text", "href"),
    [
        ({"launched_at": None}, "Go on with Summer 2026", "/rounds/r1"),
        ({"opens_at": NOW + timedelta(hours=1)}, "See Summer 2026", "/rounds/r1"),
        ({}, "Follow Summer 2026", "/rounds/r1"),
        ({"paused_at": NOW}, "Go to Summer 2026", "/rounds/r1"),
        ({"closes_at": NOW}, "See Summer 2026", "/rounds/r1"),
        ({"closes_at": NOW, "plan": '{"custody": "split"}'}, "Open the answers", "/rounds/r1/close"),
        (OVER, "Publish the results", "/rounds/r1"),
    ],
)
def test_a_round_under_way_is_what_is_next(round_: dict[str, Any], text: str, href: str) -> None:
    assert _steps("manager", rounds=(_round(**round_),)) == [(text, href)]


def test_from_nothing_to_the_next_round() -> None:
    empty = _steps("manager", has_staff=False)
    assert empty == [("Import a staff list", "/staff/imports")]
    assert _steps("manager") == [("Prepare the first round", "/rounds/new")]
    published = (_round(**OVER, published_at=NOW), _round(**OVER, published_at=NOW, round_id="r0"))
    see = ("See the results", "/results/r1")
    assert _steps("manager", rounds=published) == [see, ("Prepare the next round", "/rounds/new")]
    assert _steps("reader", rounds=published) == [see]


def test_everybody_is_told_what_is_theirs_and_nothing_else() -> None:
    over = (_round(**OVER),)
    waiting = {"somebody_waits": True, "unread": frozenset({"r1"}), "rounds": over}
    assert _steps("owner", **waiting) == [("See who it is", "/accounts"), ("Publish the results", "/rounds/r1")]
    assert _steps("reviewer", **waiting) == [("Read the comments", "/comments/r1")]
    assert _steps("reviewer", rounds=over) == _steps("api_admin", **waiting) == _steps("reader", **waiting) == []
