"""The table of who may use what, as a table."""

from contextlib import nullcontext
from typing import get_args

import msgspec
import pytest

from survey import errors
from survey.core import access
from survey.core.access import Action, Role

SIGNED_IN = "waiting owner manager reader reviewer api_admin"
EVERYBODY = f"nobody respondent key {SIGNED_IN}"
WHO: list[tuple[str, str, str]] = [
    ("GET", "/livez", EVERYBODY),
    ("GET", "/r/{round_id}/{token}", EVERYBODY),
    ("GET", "/r/{round_id}/check", "respondent"),
    ("POST", "/sign-in/{token}", EVERYBODY),
    ("POST", "/sign-out", SIGNED_IN),
    ("GET", "/", SIGNED_IN),
    ("GET", "/results/{round_id}", "owner manager reader"),
    ("GET", "/api/v1/rounds/{round_id}/scores", "key"),
    ("POST", "/results/{round_id}", ""),
    ("GET", "/nowhere", ""),
]


@pytest.mark.parametrize(("method", "path", "who"), WHO)
def test_who_may(method: str, path: str, who: str) -> None:
    assert {role for role in access.EVERYBODY if access.allowed((role,), method, path)} == set(who.split())


MAY: dict[Action, str] = {
    "see_results": "owner manager reader",
    "see_comments": "reviewer",
    "manage_rounds": "owner manager",
    "see_questionnaires": "owner manager reader reviewer",
    "manage_questionnaires": "owner manager",
    "manage_staff": "owner manager",
    "manage_sending": "owner manager",
    "manage_accounts": "owner",
    "manage_keys": "owner api_admin",
    "read_log": "owner reviewer",
}


class Somebody(msgspec.Struct, frozen=True):
    roles: tuple[Role, ...]


@pytest.mark.parametrize("action", get_args(Action))
def test_who_may_do_what(action: Action) -> None:
    for role in access.EVERYBODY:
        who = Somebody((role,))
        assert access.may(who, action) == (role in MAY[action].split())
        with nullcontext() if access.may(who, action) else pytest.raises(errors.NotAllowed):
            access.must(who, action)


def test_of_several_roles_each_counts_and_no_role_is_none() -> None:
    assert not access.may(Somebody(()), "see_results")
    both = Somebody(("reviewer", "api_admin"))
    assert [action for action in get_args(Action) if access.may(both, action)] == [
        "see_comments",
        "see_questionnaires",
        "manage_keys",
        "read_log",
    ]
    assert access.allowed(both.roles, "GET", "/") and not access.allowed((), "GET", "/")


REFUSALS: list[tuple[Role, type[Exception]]] = [
    ("nobody", errors.NotSignedIn),
    ("respondent", errors.NotAllowed),
    ("reader", errors.NotAllowed),
]


@pytest.mark.parametrize(("role", "refusal"), REFUSALS)
def test_signing_in_is_asked_only_of_somebody_whom_it_may_help(role: Role, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        access.must_allow((role,), "GET", "/api/v1/rounds")
    access.must_allow(("key",), "GET", "/api/v1/rounds")


def test_results_are_never_for_those_who_only_hold_a_link() -> None:
    open_to = {path for (_, path), roles in access.ROUTES.items() if "respondent" in roles or "nobody" in roles}
    assert not [path for path in open_to if path.startswith(("/results", "/api/v1"))]
