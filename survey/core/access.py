"""Who may use which route: one table, read by the code that refuses and by the test that walks every route."""

from typing import Literal, get_args

from survey import errors

Role = Literal["nobody", "respondent", "reader", "owner", "key"]
"""nobody: without any proof. respondent: holds a link to answer. reader, owner: signed in. key: an API key."""

EVERYBODY: frozenset[Role] = frozenset(get_args(Role))
RESPONDENTS: frozenset[Role] = frozenset({"respondent"})
SIGNED_IN: frozenset[Role] = frozenset({"reader", "owner"})
KEYS: frozenset[Role] = frozenset({"key"})

ROUTES: dict[tuple[str, str], frozenset[Role]] = {
    ("GET", "/livez"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/assets/{digest}/{name}"): EVERYBODY,
    ("GET", "/privacy/{round_id}"): EVERYBODY,
    ("GET", "/accessibility/{round_id}"): EVERYBODY,
    ("GET", "/help/{round_id}"): EVERYBODY,
    ("GET", "/verification/{round_id}"): EVERYBODY,
    ("GET", "/method/{round_id}"): EVERYBODY,
    ("GET", "/r/{round_id}/{token}"): EVERYBODY,
    ("POST", "/r/{round_id}/{token}"): RESPONDENTS,
    ("GET", "/r/{round_id}/unit"): RESPONDENTS,
    ("GET", "/r/{round_id}/q/{number}"): RESPONDENTS,
    ("POST", "/r/{round_id}/q/{number}"): RESPONDENTS,
    ("GET", "/r/{round_id}/check"): RESPONDENTS,
    ("GET", "/r/{round_id}/submit"): EVERYBODY,
    ("POST", "/r/{round_id}/submit"): RESPONDENTS,
    ("GET", "/r/{round_id}/sent"): RESPONDENTS,
    ("GET", "/r/{round_id}/withdraw"): EVERYBODY,
    ("POST", "/r/{round_id}/withdraw"): RESPONDENTS,
    ("GET", "/r/{round_id}/withdrawn"): RESPONDENTS,
    ("GET", "/r/{round_id}/pause"): RESPONDENTS,
    ("GET", "/r/{round_id}/finish"): EVERYBODY,
    ("POST", "/r/{round_id}/finish"): EVERYBODY,
    ("GET", "/r/{round_id}/finished"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("GET", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/results"): SIGNED_IN,
    ("GET", "/results/{round_id}"): SIGNED_IN,
    ("GET", "/results/{round_id}/method"): SIGNED_IN,
    ("GET", "/results/{round_id}/visions/{measure}"): SIGNED_IN,
    ("GET", "/results/{round_id}/units/{unit}"): SIGNED_IN,
    ("GET", "/api"): EVERYBODY,
    ("GET", "/api/{path}"): EVERYBODY,
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/api/v1/rounds"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/units"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/scores"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/questionnaire"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/release"): KEYS,
}
"""Method and path template to the roles that may. Scope is not told here: whoever may sees their own organisation's
data, and another's is not found."""


def allowed(role: Role, method: str, template: str) -> bool:
    """Nobody may use a route that the table does not know."""
    return role in ROUTES.get((method, template), frozenset())


def must_allow(role: Role, method: str, template: str) -> None:
    """Raises NotSignedIn for somebody whom signing in might help, NotAllowed for the others."""
    if allowed(role, method, template):
        return
    raise errors.NotSignedIn if role == "nobody" else errors.NotAllowed
