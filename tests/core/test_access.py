"""The table of who may use what, as a table."""

import pytest

from survey import errors
from survey.core import access
from survey.core.access import Role

WHO: list[tuple[str, str, str]] = [
    ("GET", "/livez", "nobody respondent reader owner key"),
    ("GET", "/r/{round_id}/{token}", "nobody respondent reader owner key"),
    ("GET", "/r/{round_id}/check", "respondent"),
    ("POST", "/sign-in/{token}", "nobody respondent reader owner key"),
    ("POST", "/sign-out", "reader owner"),
    ("GET", "/results/{round_id}", "reader owner"),
    ("GET", "/api/v1/rounds/{round_id}/scores", "key"),
    ("POST", "/results/{round_id}", ""),
    ("GET", "/nowhere", ""),
]


@pytest.mark.parametrize(("method", "path", "who"), WHO)
def test_who_may(method: str, path: str, who: str) -> None:
    assert {role for role in access.EVERYBODY if access.allowed(role, method, path)} == set(who.split())


REFUSALS: list[tuple[Role, type[Exception]]] = [
    ("nobody", errors.NotSignedIn),
    ("respondent", errors.NotAllowed),
    ("reader", errors.NotAllowed),
]


@pytest.mark.parametrize(("role", "refusal"), REFUSALS)
def test_signing_in_is_asked_only_of_somebody_whom_it_may_help(role: Role, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        access.must_allow(role, "GET", "/api/v1/rounds")
    access.must_allow("key", "GET", "/api/v1/rounds")


def test_results_are_never_for_those_who_only_hold_a_link() -> None:
    open_to = {path for (_, path), roles in access.ROUTES.items() if "respondent" in roles or "nobody" in roles}
    assert not [path for path in open_to if path.startswith(("/results", "/api/v1"))]
