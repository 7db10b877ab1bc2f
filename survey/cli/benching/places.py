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
    return _of_service(of) | _of_staff(of) | _of_rounds(of) | _of_results(of) | _of_questionnaires(of)


def _of_service(of: Furnished) -> dict[str, tuple[str, ...]]:
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
    }


def _of_staff(of: Furnished) -> dict[str, tuple[str, ...]]:
    unit, person, sent = f"/staff/units/{of.unit}", f"/staff/people/{of.person}", f"/staff/imports/{of.import_id}"
    return {
        "/staff": ("/staff", "/staff?unit=team"),
        "/staff/changes": ("/staff/changes",),
        "/staff/units/new": ("/staff/units/new", f"/staff/units/new?below={of.unit}"),
        "/staff/units/{unit_id}": (unit,),
        "/staff/units/{unit_id}/people": (f"/staff/units/{of.sat_in}/people",),
        "/staff/units/{unit_id}/{kind}": _each(f"{unit}/", ("rename", "move", "merge", "close")),
        "/staff/people": _each("/staff/people", ("", "?q=nobody", "?q=person.2", f"?unit={of.unit}&leavers=yes")),
        "/staff/people/new": ("/staff/people/new",),
        "/staff/people/erased": ("/staff/people/erased",),
        "/staff/people/{person_id}": (person,),
        "/staff/people/{person_id}/edit": (f"{person}/edit",),
        "/staff/people/{person_id}/erase": (f"{person}/erase",),
        "/staff/template.csv": ("/staff/template.csv",),
        "/staff/template.xlsx": ("/staff/template.xlsx",),
        "/staff/imports": ("/staff/imports",),
        "/staff/imports/{import_id}": (sent,),
        "/staff/imports/{import_id}/columns": (f"{sent}/columns",),
        "/staff/imports/{import_id}/mistakes.csv": (f"{sent}/mistakes.csv",),
        "/staff/imports/{import_id}/differences.csv": (f"{sent}/differences.csv",),
    }


def _of_rounds(of: Furnished) -> dict[str, tuple[str, ...]]:
    draft = f"/rounds/{of.draft}/draft"
    return {
        "/rounds": ("/rounds",),
        "/rounds/new": ("/rounds/new",),
        "/rounds/{round_id}": _each("/rounds/", (of.draft, of.open, of.published)),
        "/rounds/{round_id}/draft/{step}": _each(f"{draft}/", tuple(step.key for step in STEPS)),
        "/rounds/{round_id}/devices": (f"/rounds/{of.open}/devices",),
        "/rounds/{round_id}/paper": (f"/rounds/{of.open}/paper",),
        "/rounds/{round_id}/posters/{number}": (f"/rounds/{of.open}/posters/1",),
        "/rounds/{round_id}/shares": (f"/rounds/{of.split}/shares",),
        "/rounds/{round_id}/dates": (f"/rounds/{of.open}/dates",),
        "/rounds/{round_id}/close": (f"/rounds/{of.open}/close",),
        "/rounds/{round_id}/call-off": (f"/rounds/{of.scheduled}/call-off",),
        "/rounds/{round_id}/response": (f"/rounds/{of.open}/response",),
        "/rounds/{round_id}/unreached": _each("/rounds/", (f"{of.open}/unreached", f"{of.draft}/unreached")),
        "/sending": ("/sending",),
        "/sending/{round_id}": (f"/sending/{of.open}",),
        "/sending/{round_id}/words": _each("/sending/", (f"{of.open}/words", f"{of.draft}/words?language=cy")),
    }


def _of_results(of: Furnished) -> dict[str, tuple[str, ...]]:
    results, comments = f"/results/{of.published}", f"/comments/{of.published}"
    return {
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


def _of_questionnaires(of: Furnished) -> dict[str, tuple[str, ...]]:
    version, begun = f"/questionnaires/{of.questionnaire}", "/try/{version}/{audience}/{language}"
    trial, path = f"/try/{of.questionnaire}/clinical/en", begun + "/{standing}"
    return {
        "/questionnaires": ("/questionnaires",),
        "/questionnaires/new": ("/questionnaires/new",),
        "/questionnaires/{version}": (version,),
        "/questionnaires/{version}/file": (f"{version}/file",),
        "/questionnaires/{version}/preview": (f"{version}/preview",),
        "/questionnaires/{version}/differences": (f"{version}/differences?since={of.earlier}",),
        begun: (trial,),
        f"{path}/unit": (f"{trial}/a/unit",),
        f"{path}/q/{{number}}": (f"{trial}/a/q/1",),
        f"{path}/check": (f"{trial}/a/check",),
        f"{path}/sent": (f"{trial}/s/sent",),
        f"{path}/withdrawn": (f"{trial}/a/withdrawn",),
        f"{path}/pause": (f"{trial}/a/pause",),
        f"{path}/finished": (f"{trial}/a/finished",),
        **dict.fromkeys((f"{path}/{leads}" for leads in ("submit", "withdraw", "language", "finish")), ()),
    }


def missing(of: Furnished) -> list[str]:
    """Pages without a sample, and samples of pages that are no more."""
    return sorted(pages() ^ samples(of).keys())
