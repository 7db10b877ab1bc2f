"""Who may do what: two tables, read by the code that refuses, by the pages that hide a button, and by the test that
walks every route."""

from collections.abc import Callable, Iterable
from typing import Literal, Protocol, get_args
from uuid import UUID

import msgspec

from survey import errors

Role = Literal[
    "nobody", "respondent", "waiting", "owner", "manager", "reader", "reviewer", "api_admin", "key"
]  # fmt: skip
"""nobody: without any proof. respondent: holds a link to answer. key: an API key. waiting: signed in, and nothing has
been granted yet. The others are granted to accounts, one or several to each."""

GRANTED: dict[Role, str] = {
    "owner": "Owner",
    "manager": "Round manager",
    "reader": "Results reader",
    "reviewer": "Information governance reviewer",
    "api_admin": "API administrator",
}
"""The roles that an account can have, as people call them."""

Action = Literal[
    "see_results",
    "see_comments",
    "manage_rounds",
    "see_questionnaires",
    "manage_questionnaires",
    "manage_staff",
    "manage_sending",
    "manage_accounts",
    "manage_keys",
    "read_log",
]

MAY: dict[Action, frozenset[Role]] = {
    "see_results": frozenset({"owner", "manager", "reader"}),
    "see_comments": frozenset({"reviewer"}),
    "manage_rounds": frozenset({"owner", "manager"}),
    "see_questionnaires": frozenset({"owner", "manager", "reader", "reviewer"}),
    "manage_questionnaires": frozenset({"owner", "manager"}),
    "manage_staff": frozenset({"owner", "manager"}),
    "manage_sending": frozenset({"owner", "manager"}),
    "manage_accounts": frozenset({"owner"}),
    "manage_keys": frozenset({"owner", "api_admin"}),
    "read_log": frozenset({"owner", "reviewer"}),
}

OF_RESPONDENTS = (
    "/r/", "/code", "/link/", "/kiosk/",
    "/privacy/", "/accessibility/", "/help/", "/verification/", "/method/", "/sw.js", "/offline",
)  # fmt: skip
"""How addresses begin that respondents see: their pages speak the browser's language, and may load our script."""

TRIALS = "/try/"
"""How addresses begin at which a questionnaire is tried out: a page of the console shows them in a frame."""

EVERYBODY: frozenset[Role] = frozenset(get_args(Role))
RESPONDENTS: frozenset[Role] = frozenset({"respondent"})
SIGNED_IN: frozenset[Role] = frozenset({*GRANTED, "waiting"})
KEYS: frozenset[Role] = frozenset({"key"})

ROUTES: dict[tuple[str, str], frozenset[Role]] = {
    ("GET", "/livez"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/assets/{digest}/{name}"): EVERYBODY,
    ("GET", "/sw.js"): EVERYBODY,
    ("GET", "/offline"): EVERYBODY,
    ("GET", "/privacy/{round_id}"): EVERYBODY,
    ("GET", "/accessibility/{round_id}"): EVERYBODY,
    ("GET", "/help/{round_id}"): EVERYBODY,
    ("GET", "/verification/{round_id}"): EVERYBODY,
    ("GET", "/method/{round_id}"): EVERYBODY,
    ("GET", "/r/{round_id}/{token}"): EVERYBODY,
    ("POST", "/r/{round_id}/{token}"): RESPONDENTS,
    ("GET", "/r/{round_id}/{token}/stop"): EVERYBODY,
    ("POST", "/r/{round_id}/{token}/stop"): EVERYBODY,
    ("GET", "/code"): EVERYBODY,
    ("POST", "/code"): EVERYBODY,
    ("GET", "/link/{round_id}"): EVERYBODY,
    ("POST", "/link/{round_id}"): EVERYBODY,
    ("GET", "/link/{round_id}/asked"): EVERYBODY,
    ("GET", "/kiosk/{round_id}"): EVERYBODY,
    ("GET", "/kiosk/{round_id}/idle"): EVERYBODY,
    ("POST", "/kiosk/{round_id}/more"): EVERYBODY,
    ("POST", "/kiosk/{round_id}/over"): EVERYBODY,
    ("GET", "/kiosk/{round_id}/{device}"): EVERYBODY,
    ("POST", "/kiosk/{round_id}/{device}"): EVERYBODY,
    ("GET", "/r/{round_id}/begin"): EVERYBODY,
    ("POST", "/r/{round_id}/begin"): RESPONDENTS,
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
    ("GET", "/r/{round_id}/language"): EVERYBODY,
    ("POST", "/r/{round_id}/language"): RESPONDENTS,
    ("GET", "/r/{round_id}/finish"): EVERYBODY,
    ("POST", "/r/{round_id}/finish"): EVERYBODY,
    ("GET", "/r/{round_id}/finished"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in/with-account"): EVERYBODY,
    ("GET", "/sign-in/callback"): EVERYBODY,
    ("GET", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-in/{token}"): EVERYBODY,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/"): SIGNED_IN,
    ("GET", "/kept"): SIGNED_IN,
    ("POST", "/kept/forget"): SIGNED_IN,
    ("GET", "/account"): SIGNED_IN,
    ("POST", "/account/sessions/{session}"): SIGNED_IN,
    ("GET", "/accounts"): MAY["manage_accounts"],
    ("GET", "/accounts/invite"): MAY["manage_accounts"],
    ("POST", "/accounts/invite"): MAY["manage_accounts"],
    ("GET", "/accounts/{account_id}"): MAY["manage_accounts"],
    ("POST", "/accounts/{account_id}"): MAY["manage_accounts"],
    ("POST", "/accounts/{account_id}/link"): MAY["manage_accounts"],
    ("POST", "/accounts/{account_id}/remove"): MAY["manage_accounts"],
    ("POST", "/accounts/{account_id}/sessions/{session}"): MAY["manage_accounts"],
    ("GET", "/keys"): MAY["manage_keys"],
    ("POST", "/keys"): MAY["manage_keys"],
    ("POST", "/keys/{key}/revoke"): MAY["manage_keys"],
    ("GET", "/audit-log"): MAY["read_log"],
    ("GET", "/audit-log/file"): MAY["read_log"],
    ("GET", "/staff"): MAY["manage_staff"],
    ("GET", "/staff/changes"): MAY["manage_staff"],
    ("POST", "/staff/changes/{change_id}/undo"): MAY["manage_staff"],
    ("GET", "/staff/units/new"): MAY["manage_staff"],
    ("POST", "/staff/units/new"): MAY["manage_staff"],
    ("GET", "/staff/units/{unit_id}"): MAY["manage_staff"],
    ("GET", "/staff/units/{unit_id}/people"): MAY["manage_staff"],
    ("POST", "/staff/units/{unit_id}/people"): MAY["manage_staff"],
    ("GET", "/staff/units/{unit_id}/{kind}"): MAY["manage_staff"],
    ("POST", "/staff/units/{unit_id}/{kind}"): MAY["manage_staff"],
    ("GET", "/staff/people"): MAY["manage_staff"],
    ("GET", "/staff/people/new"): MAY["manage_staff"],
    ("POST", "/staff/people/new"): MAY["manage_staff"],
    ("GET", "/staff/people/erased"): MAY["manage_staff"],
    ("GET", "/staff/people/{person_id}"): MAY["manage_staff"],
    ("GET", "/staff/people/{person_id}/edit"): MAY["manage_staff"],
    ("POST", "/staff/people/{person_id}/edit"): MAY["manage_staff"],
    ("POST", "/staff/people/{person_id}/leave"): MAY["manage_staff"],
    ("POST", "/staff/people/{person_id}/return"): MAY["manage_staff"],
    ("GET", "/staff/people/{person_id}/erase"): MAY["manage_staff"],
    ("POST", "/staff/people/{person_id}/erase"): MAY["manage_staff"],
    ("GET", "/staff/template.csv"): MAY["manage_staff"],
    ("GET", "/staff/template.xlsx"): MAY["manage_staff"],
    ("GET", "/staff/imports"): MAY["manage_staff"],
    ("POST", "/staff/imports"): MAY["manage_staff"],
    ("GET", "/staff/imports/{import_id}"): MAY["manage_staff"],
    ("POST", "/staff/imports/{import_id}/sheet"): MAY["manage_staff"],
    ("GET", "/staff/imports/{import_id}/columns"): MAY["manage_staff"],
    ("POST", "/staff/imports/{import_id}/columns"): MAY["manage_staff"],
    ("POST", "/staff/imports/{import_id}/apply"): MAY["manage_staff"],
    ("POST", "/staff/imports/{import_id}/discard"): MAY["manage_staff"],
    ("GET", "/staff/imports/{import_id}/mistakes.csv"): MAY["manage_staff"],
    ("GET", "/staff/imports/{import_id}/differences.csv"): MAY["manage_staff"],
    ("GET", "/results"): MAY["see_results"],
    ("GET", "/results/{round_id}"): MAY["see_results"],
    ("GET", "/results/{round_id}/method"): MAY["see_results"],
    ("GET", "/results/{round_id}/comments"): MAY["see_results"],
    ("GET", "/results/{round_id}/changes"): MAY["see_results"],
    ("GET", "/results/{round_id}/priorities"): MAY["see_results"],
    ("GET", "/results/{round_id}/files/{file}"): MAY["see_results"],
    ("GET", "/results/{round_id}/units/{unit}/questions"): MAY["see_results"],
    ("GET", "/results/{round_id}/visions/{measure}"): MAY["see_results"],
    ("GET", "/results/{round_id}/units/{unit}"): MAY["see_results"],
    ("GET", "/comments"): MAY["see_comments"],
    ("GET", "/comments/{round_id}"): MAY["see_comments"],
    ("POST", "/comments/{round_id}/release"): MAY["see_comments"],
    ("GET", "/comments/{round_id}/{comment_id}"): MAY["see_comments"],
    ("POST", "/comments/{round_id}/{comment_id}"): MAY["see_comments"],
    ("GET", "/rounds"): MAY["manage_rounds"],
    ("GET", "/rounds/new"): MAY["manage_rounds"],
    ("POST", "/rounds/new"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/draft/{step}"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/draft/{step}"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/shares"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/shares"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/launch"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/discard"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/call-off"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/call-off"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/clone"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/pause"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/resume"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/dates"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/dates"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/close"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/close"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/publish"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/response"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/unreached"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/paper"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/devices"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/devices"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/devices/{device_id}/take-back"): MAY["manage_rounds"],
    ("GET", "/rounds/{round_id}/posters/{number}"): MAY["manage_rounds"],
    ("POST", "/rounds/{round_id}/slips/{number}"): MAY["manage_rounds"],
    ("GET", "/sending"): MAY["manage_sending"],
    ("GET", "/sending/{round_id}"): MAY["manage_sending"],
    ("GET", "/sending/{round_id}/words"): MAY["manage_sending"],
    ("POST", "/sending/{round_id}/words"): MAY["manage_sending"],
    ("POST", "/sending/{round_id}/pause"): MAY["manage_sending"],
    ("POST", "/sending/{round_id}/resume"): MAY["manage_sending"],
    ("POST", "/sending/{round_id}/again/{person_id}"): MAY["manage_sending"],
    ("GET", "/questionnaires"): MAY["see_questionnaires"],
    ("GET", "/questionnaires/new"): MAY["manage_questionnaires"],
    ("POST", "/questionnaires/file"): MAY["manage_questionnaires"],
    ("POST", "/questionnaires/text"): MAY["manage_questionnaires"],
    ("POST", "/questionnaires/shipped"): MAY["manage_questionnaires"],
    ("GET", "/questionnaires/{version}"): MAY["see_questionnaires"],
    ("GET", "/questionnaires/{version}/file"): MAY["see_questionnaires"],
    ("GET", "/questionnaires/{version}/preview"): MAY["see_questionnaires"],
    ("GET", "/questionnaires/{version}/differences"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/unit"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/q/{number}"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}/{standing}/q/{number}"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/check"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/submit"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}/{standing}/submit"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/sent"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/withdraw"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}/{standing}/withdraw"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/withdrawn"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/pause"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/language"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}/{standing}/language"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/finish"): MAY["see_questionnaires"],
    ("POST", "/try/{version}/{audience}/{language}/{standing}/finish"): MAY["see_questionnaires"],
    ("GET", "/try/{version}/{audience}/{language}/{standing}/finished"): MAY["see_questionnaires"],
    ("GET", "/api"): EVERYBODY,
    ("GET", "/api/{path}"): EVERYBODY,
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("POST", "/api/notify/receipts"): frozenset(),
    ("GET", "/api/v1/rounds"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/units"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/scores"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/changes"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/priorities"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/items"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/levels"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/questionnaire"): KEYS,
    ("GET", "/api/v1/rounds/{round_id}/release"): KEYS,
}
"""Method and path template to the roles that may. Scope is not told here: whoever may sees their own organisation's
data, and another's is not found; a reader of one unit does not find the others'."""


EVERYWHERE = ("/assets/", "/livez", "/readyz")
"""How the paths begin of what every host answers. All else but what respondents see is the console's."""


def side(path: str) -> Literal["respondents", "console", "both"]:
    """On which address a page is, where the console has one of its own."""
    if path.startswith(EVERYWHERE):
        return "both"
    return "respondents" if path.startswith(OF_RESPONDENTS) else "console"


class Somebody(Protocol):
    """Whoever has roles."""

    @property
    def roles(self) -> tuple[Role, ...]: ...


class Actor(msgspec.Struct, frozen=True):
    """Who does something that the audit log tells of. `sign` makes the mac of an entry in the deployment's name: a
    function, so that the key behind it shows nowhere."""

    kind: Literal["account", "key", "command line", "service"]
    organisation_id: UUID
    account_id: UUID | None
    sign: Callable[[bytes], bytes]


def may(who: Somebody, action: Action) -> bool:
    return not MAY[action].isdisjoint(who.roles)


def must(who: Somebody, action: Action) -> None:
    """Raises NotAllowed."""
    if not may(who, action):
        raise errors.NotAllowed


def scope(roles: Iterable[Role], unit_id: UUID | None) -> UUID | None:
    """Where the results begin that somebody may see. A unit limits a reader, and nobody who may see them all anyway."""
    return unit_id if (MAY["see_results"] - {"reader"}).isdisjoint(roles) else None


def allowed(roles: Iterable[Role], method: str, template: str) -> bool:
    """Nobody may use a route that the table does not know."""
    return not ROUTES.get((method, template), frozenset()).isdisjoint(roles)


def must_allow(roles: Iterable[Role], method: str, template: str) -> None:
    """Raises NotSignedIn for somebody whom signing in might help, NotAllowed for the others."""
    given = tuple(roles)
    if allowed(given, method, template):
        return
    if given == ("nobody",):
        raise errors.NotSignedIn
    if given == ("waiting",):
        raise errors.NotAllowed("You have no role here yet. An owner of this service can give you one.")
    raise errors.NotAllowed
