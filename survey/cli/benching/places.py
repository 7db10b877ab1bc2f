"""Where to look, for each page of the console and of the results: addresses with something to show.

The measurement, the test of how often a page asks the database, and whoever looks at every page share this table. A new
page needs a line here; the others notice where it has none.
"""

from collections.abc import Mapping

from survey.cli.benching.furnishing import Furnished
from survey.core import access
from survey.pages.launching.wizard import STEPS
from survey.pages.reading.downloads import JSON, TABLES


def pages() -> set[str]:
    """The path of every page that somebody who is signed in may see, and others may not."""
    return {
        path
        for (method, path), roles in access.ROUTES.items()
        if method == "GET" and "nobody" not in roles and not roles.isdisjoint(access.GRANTED)
    }


def _each(start: str, ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(start + end for end in ends)


def samples(of: Furnished) -> Mapping[str, tuple[str, ...]]:
    """Addresses by the path of their route; none where it only leads on to another page."""
    unit, person, sent = f"/staff/units/{of.unit}", f"/staff/people/{of.person}", f"/staff/imports/{of.import_id}"
    results, draft, comments = f"/results/{of.published}", f"/rounds/{of.draft}/draft", f"/comments/{of.published}"
    trial = f"/try/{of.questionnaire}/clinical"
    return {
        "/": ("/",),
        "/kept": ("/kept",),
        "/account": ("/account",),
        "/accounts": ("/accounts",),
        "/accounts/invite": ("/accounts/invite",),
        "/accounts/{account_id}": (f"/accounts/{of.account}",),
        "/keys": ("/keys",),
        "/audit-log": ("/audit-log", "/audit-log?about=person"),
        "/audit-log/file": ("/audit-log/file",),
        "/staff": ("/staff", "/staff?unit=team"),
        "/staff/changes": ("/staff/changes",),
        "/staff/units/{unit_id}": (unit,),
        "/staff/units/{unit_id}/{kind}": _each(f"{unit}/", ("rename", "move", "merge", "close")),
        "/staff/people": _each("/staff/people", ("", "?q=nobody", "?q=person.2", f"?unit={of.unit}&leavers=yes")),
        "/staff/people/new": ("/staff/people/new",),
        "/staff/people/erased": ("/staff/people/erased",),
        "/staff/people/{person_id}": (person,),
        "/staff/people/{person_id}/edit": (f"{person}/edit",),
        "/staff/people/{person_id}/erase": (f"{person}/erase",),
        "/staff/template.csv": ("/staff/template.csv",),
        "/staff/imports": ("/staff/imports",),
        "/staff/imports/{import_id}": (sent,),
        "/staff/imports/{import_id}/columns": (f"{sent}/columns",),
        "/staff/imports/{import_id}/mistakes.csv": (f"{sent}/mistakes.csv",),
        "/staff/imports/{import_id}/differences.csv": (f"{sent}/differences.csv",),
        "/try/{questionnaire}/{audience}": (),
        "/try/{questionnaire}/{audience}/q/{number}": (f"{trial}/q/1",),
        "/try/{questionnaire}/{audience}/check": (f"{trial}/check",),
        "/try/{questionnaire}/{audience}/pause": (),
        "/try/{questionnaire}/{audience}/sent": (f"{trial}/sent",),
        "/rounds": ("/rounds",),
        "/rounds/new": ("/rounds/new",),
        "/rounds/{round_id}": _each("/rounds/", (of.draft, of.open, of.published)),
        "/rounds/{round_id}/draft/{step}": _each(f"{draft}/", tuple(step.key for step in STEPS)),
        "/rounds/{round_id}/shares": (f"/rounds/{of.split}/shares",),
        "/rounds/{round_id}/dates": (f"/rounds/{of.open}/dates",),
        "/rounds/{round_id}/close": (f"/rounds/{of.open}/close",),
        "/rounds/{round_id}/response": (f"/rounds/{of.open}/response",),
        "/rounds/{round_id}/unreached": _each("/rounds/", (f"{of.open}/unreached", f"{of.draft}/unreached")),
        "/results": ("/results",),
        "/results/{round_id}": (results,),
        "/results/{round_id}/method": (f"{results}/method",),
        "/results/{round_id}/comments": (f"{results}/comments",),
        "/results/{round_id}/changes": (f"{results}/changes",),
        "/results/{round_id}/priorities": (f"{results}/priorities",),
        "/results/{round_id}/files/{file}": _each(f"{results}/files/", (JSON, *TABLES)),
        "/results/{round_id}/visions/{measure}": (f"{results}/visions/{of.measure}",),
        "/results/{round_id}/units/{unit}": (f"{results}/units/{of.group}",),
        "/results/{round_id}/units/{unit}/questions": (f"{results}/units/{of.group}/questions",),
        "/comments": ("/comments",),
        "/comments/{round_id}": (comments,),
        "/comments/{round_id}/{comment_id}": (f"{comments}/{of.comment}",),
    }


def missing(of: Furnished) -> list[str]:
    """Pages without a sample, and samples of pages that are no more."""
    return sorted(pages() ^ samples(of).keys())
