"""The site's index: every page's method, address and handler. Who may come there stands in `core.access`."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from survey.pages import (
    assets,
    granting,
    notices,
    redeeming,
    requesting,
    resuming,
    reviewing,
    signing_in,
    tracing,
    visiting,
)
from survey.pages.admitting import handlers as admitting
from survey.pages.authoring import adding, differing, library, previewing, trying
from survey.pages.console import desk, home
from survey.pages.following import handlers as following
from survey.pages.launching import acting, calling_off, ending, listing, shares, wizard
from survey.pages.launching import home as a_round
from survey.pages.lending import console as lending
from survey.pages.lending import device
from survey.pages.printing import handlers as printing
from survey.pages.reading import handlers as reading
from survey.pages.responding import answering, arriving, call, checking, stopping
from survey.pages.sending import handlers as sending
from survey.pages.sending import words
from survey.pages.staffing import adding as adding_units
from survey.pages.staffing import arranging, correcting, imports, mapping, moving, person, searching, tree

_CALL = {"call": Provide(call.provide)}
_STOP = {"call": Provide(stopping.provide)}
_UPLOADER = {"visitor": Provide(visiting.provide_upload)}
_DESK = {"visitor": Provide(visiting.provide), "desk": Provide(desk.provide)}
_TRIAL = _UPLOADER | {"call": Provide(trying.provide)}
_TRIED = "/try/{version:str}/{audience:str}/{language:str}"


class Route(msgspec.Struct, frozen=True):
    method: Literal["GET", "POST"]
    path: str
    handler: Callable[..., Any]
    dependencies: Mapping[str, Provide] = {}

    def litestar(self) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            self.path,
            http_method=self.method,
            dependencies=dict(self.dependencies),
            include_in_schema=False,
            status_code=200,
        )(self.handler)


def _of_round(method: Literal["GET", "POST"], path: str, handler: Callable[..., Any]) -> Route:
    return Route(method, path, handler, _CALL)


def _at_desk(method: Literal["GET", "POST"], path: str, handler: Callable[..., Any]) -> Route:
    """Of somebody who is signed in."""
    return Route(method, path, handler, _DESK)


def _with_file(path: str, handler: Callable[..., Any]) -> Route:
    """A form that carries a file: the handler reads it as it arrives."""
    return Route("POST", path, handler, _DESK | _UPLOADER)


def _of_trial(method: Literal["GET", "POST"], path: str, handler: Callable[..., Any]) -> Route:
    """What a respondent's page does, with answers that are stored nowhere."""
    return Route(method, f"{_TRIED}{path}", handler, _TRIAL)


ROUTES = (
    _of_round("GET", "/r/{round_id:str}/{token:str}", arriving.landing),
    _of_round("POST", "/r/{round_id:str}/{token:str}", arriving.start),
    Route("GET", "/code", redeeming.ask),
    Route("POST", "/code", redeeming.take),
    _of_round("GET", "/link/{round_id:str}", requesting.ask),
    _of_round("POST", "/link/{round_id:str}", requesting.take),
    _of_round("GET", "/link/{round_id:str}/asked", requesting.asked),
    _of_round("GET", "/kiosk/{round_id:str}", device.start),
    _of_round("GET", "/kiosk/{round_id:str}/idle", device.idle),
    _of_round("POST", "/kiosk/{round_id:str}/more", device.more),
    _of_round("POST", "/kiosk/{round_id:str}/over", device.over),
    _of_round("GET", "/kiosk/{round_id:str}/{device:str}", device.ask),
    _of_round("POST", "/kiosk/{round_id:str}/{device:str}", device.set_up),
    _of_round("GET", "/r/{round_id:str}/begin", arriving.begin),
    _of_round("POST", "/r/{round_id:str}/begin", arriving.start_with_code),
    _of_round("GET", "/r/{round_id:str}/unit", arriving.unit),
    _of_round("GET", "/r/{round_id:str}/q/{number:int}", answering.show),
    _of_round("POST", "/r/{round_id:str}/q/{number:int}", answering.take),
    _of_round("GET", "/r/{round_id:str}/check", checking.check),
    _of_round("GET", "/r/{round_id:str}/submit", checking.back_to_check),
    _of_round("POST", "/r/{round_id:str}/submit", checking.submit),
    _of_round("GET", "/r/{round_id:str}/sent", checking.sent),
    _of_round("GET", "/r/{round_id:str}/withdraw", checking.back_to_check),
    _of_round("POST", "/r/{round_id:str}/withdraw", checking.withdraw),
    _of_round("GET", "/r/{round_id:str}/withdrawn", checking.withdrawn),
    _of_round("GET", "/r/{round_id:str}/pause", arriving.pause),
    _of_round("GET", "/r/{round_id:str}/language", checking.back_to_check),
    _of_round("POST", "/r/{round_id:str}/language", arriving.language),
    _of_round("GET", "/r/{round_id:str}/finish", checking.back_to_check),
    _of_round("POST", "/r/{round_id:str}/finish", arriving.finish),
    _of_round("GET", "/r/{round_id:str}/finished", arriving.finished),
    Route("GET", "/r/{round_id:str}/{token:str}/stop", stopping.ask, _STOP),
    Route("POST", "/r/{round_id:str}/{token:str}/stop", stopping.stop, _STOP),
    _of_round("GET", "/privacy/{round_id:str}", notices.privacy),
    _of_round("GET", "/accessibility/{round_id:str}", notices.accessibility),
    _of_round("GET", "/help/{round_id:str}", notices.assistance),
    _of_round("GET", "/verification/{round_id:str}", notices.verification),
    _of_round("GET", "/method/{round_id:str}", notices.method),
    Route("GET", "/sw.js", assets.service_worker),
    Route("GET", "/offline", notices.offline),
    Route("GET", "/assets/{digest:str}/{name:str}", assets.send),
    Route("GET", "/sign-in", signing_in.how),
    Route("POST", "/sign-in/with-account", signing_in.with_provider),
    Route("GET", "/sign-in/callback", signing_in.callback),
    Route("GET", "/sign-in/{token:str}", signing_in.link),
    Route("POST", "/sign-in/{token:str}", signing_in.use),
    _at_desk("POST", "/sign-out", signing_in.sign_out),
    _at_desk("GET", "/", home.home),
    _at_desk("GET", "/kept", resuming.kept),
    _at_desk("POST", "/kept/forget", resuming.forget),
    _at_desk("GET", "/account", admitting.own),
    _at_desk("POST", "/account/sessions/{session:str}", admitting.end_own),
    _at_desk("GET", "/accounts", admitting.accounts),
    _at_desk("GET", "/accounts/invite", admitting.asking),
    _at_desk("POST", "/accounts/invite", admitting.invite),
    _at_desk("GET", "/accounts/{account_id:uuid}", admitting.account),
    _at_desk("POST", "/accounts/{account_id:uuid}", admitting.grant),
    _at_desk("POST", "/accounts/{account_id:uuid}/link", admitting.link),
    _at_desk("POST", "/accounts/{account_id:uuid}/remove", admitting.remove),
    _at_desk("POST", "/accounts/{account_id:uuid}/sessions/{session:str}", admitting.end_session),
    _at_desk("GET", "/keys", granting.keys),
    _at_desk("POST", "/keys", granting.make),
    _at_desk("POST", "/keys/{key:str}/revoke", granting.revoke),
    _at_desk("GET", "/audit-log", tracing.log),
    _at_desk("GET", "/audit-log/file", tracing.file),
    _at_desk("GET", "/staff", tree.tree),
    _at_desk("GET", "/staff/changes", tree.changes),
    _at_desk("POST", "/staff/changes/{change_id:uuid}/undo", arranging.undo),
    _at_desk("GET", "/staff/units/new", adding_units.ask),
    _at_desk("POST", "/staff/units/new", adding_units.do),
    _at_desk("GET", "/staff/units/{unit_id:str}", tree.unit),
    _at_desk("GET", "/staff/units/{unit_id:str}/people", moving.ask),
    _at_desk("POST", "/staff/units/{unit_id:str}/people", moving.do),
    _at_desk("GET", "/staff/units/{unit_id:str}/{kind:str}", arranging.ask),
    _at_desk("POST", "/staff/units/{unit_id:str}/{kind:str}", arranging.do),
    _at_desk("GET", "/staff/people", searching.people),
    _at_desk("GET", "/staff/people/new", correcting.new),
    _at_desk("POST", "/staff/people/new", correcting.add),
    _at_desk("GET", "/staff/people/erased", person.erased),
    _at_desk("GET", "/staff/people/{person_id:uuid}", person.show),
    _at_desk("GET", "/staff/people/{person_id:uuid}/edit", correcting.edit),
    _at_desk("POST", "/staff/people/{person_id:uuid}/edit", correcting.change),
    _at_desk("POST", "/staff/people/{person_id:uuid}/leave", person.leave),
    _at_desk("POST", "/staff/people/{person_id:uuid}/return", person.come_back),
    _at_desk("GET", "/staff/people/{person_id:uuid}/erase", person.ask_to_erase),
    _at_desk("POST", "/staff/people/{person_id:uuid}/erase", person.erase),
    _at_desk("GET", "/staff/template.csv", imports.template),
    _at_desk("GET", "/staff/template.xlsx", imports.template_workbook),
    _at_desk("GET", "/staff/imports", imports.history),
    _with_file("/staff/imports", imports.upload),
    _at_desk("GET", "/staff/imports/{import_id:uuid}", imports.an_import),
    _at_desk("POST", "/staff/imports/{import_id:uuid}/sheet", mapping.choose_sheet),
    _at_desk("GET", "/staff/imports/{import_id:uuid}/columns", mapping.ask),
    _at_desk("POST", "/staff/imports/{import_id:uuid}/columns", mapping.take),
    _at_desk("POST", "/staff/imports/{import_id:uuid}/apply", imports.apply),
    _at_desk("POST", "/staff/imports/{import_id:uuid}/discard", imports.discard),
    _at_desk("GET", "/staff/imports/{import_id:uuid}/mistakes.csv", imports.mistakes_file),
    _at_desk("GET", "/staff/imports/{import_id:uuid}/differences.csv", imports.differences_file),
    _at_desk("GET", "/rounds", listing.index),
    _at_desk("GET", "/rounds/new", wizard.new),
    _at_desk("POST", "/rounds/new", wizard.begin),
    _at_desk("GET", "/rounds/{round_id:str}", a_round.show),
    _at_desk("GET", "/rounds/{round_id:str}/draft/{step:str}", wizard.show),
    _at_desk("POST", "/rounds/{round_id:str}/draft/{step:str}", wizard.take),
    _at_desk("GET", "/rounds/{round_id:str}/shares", shares.show),
    _at_desk("POST", "/rounds/{round_id:str}/shares", shares.take),
    _at_desk("POST", "/rounds/{round_id:str}/launch", acting.launch),
    _at_desk("POST", "/rounds/{round_id:str}/discard", acting.discard),
    _at_desk("GET", "/rounds/{round_id:str}/call-off", calling_off.show),
    _at_desk("POST", "/rounds/{round_id:str}/call-off", calling_off.take),
    _at_desk("POST", "/rounds/{round_id:str}/clone", acting.clone),
    _at_desk("POST", "/rounds/{round_id:str}/pause", acting.pause),
    _at_desk("POST", "/rounds/{round_id:str}/resume", acting.resume),
    _at_desk("GET", "/rounds/{round_id:str}/dates", acting.dates),
    _at_desk("POST", "/rounds/{round_id:str}/dates", acting.reschedule),
    _at_desk("GET", "/rounds/{round_id:str}/close", ending.show),
    _at_desk("POST", "/rounds/{round_id:str}/close", ending.take),
    _at_desk("POST", "/rounds/{round_id:str}/publish", acting.publish),
    _at_desk("GET", "/rounds/{round_id:str}/response", following.response),
    _at_desk("GET", "/rounds/{round_id:str}/unreached", following.unreached),
    _at_desk("GET", "/rounds/{round_id:str}/paper", printing.units),
    _at_desk("GET", "/rounds/{round_id:str}/devices", lending.devices),
    _at_desk("POST", "/rounds/{round_id:str}/devices", lending.lend),
    _at_desk("POST", "/rounds/{round_id:str}/devices/{device_id:uuid}/take-back", lending.take_back),
    _at_desk("GET", "/rounds/{round_id:str}/posters/{number:int}", printing.poster),
    _at_desk("POST", "/rounds/{round_id:str}/slips/{number:int}", printing.slips),
    _at_desk("GET", "/sending", sending.rounds),
    _at_desk("GET", "/sending/{round_id:str}", sending.show),
    _at_desk("GET", "/sending/{round_id:str}/words", words.show),
    _at_desk("POST", "/sending/{round_id:str}/words", words.take),
    _at_desk("POST", "/sending/{round_id:str}/pause", sending.pause),
    _at_desk("POST", "/sending/{round_id:str}/resume", sending.resume),
    _at_desk("POST", "/sending/{round_id:str}/again/{person_id:uuid}", sending.again),
    _at_desk("GET", "/questionnaires", library.index),
    _at_desk("GET", "/questionnaires/new", adding.new),
    _with_file("/questionnaires/file", adding.from_file),
    _at_desk("POST", "/questionnaires/text", adding.from_text),
    _at_desk("POST", "/questionnaires/shipped", adding.from_us),
    _at_desk("GET", "/questionnaires/{version:str}", library.show),
    _at_desk("GET", "/questionnaires/{version:str}/file", library.file),
    _at_desk("GET", "/questionnaires/{version:str}/preview", previewing.show),
    _at_desk("GET", "/questionnaires/{version:str}/differences", differing.show),
    _of_trial("GET", "", trying.landing),
    _of_trial("POST", "", trying.start),
    _of_trial("GET", "/{standing:str}/unit", arriving.unit),
    _of_trial("GET", "/{standing:str}/q/{number:int}", answering.show),
    _of_trial("POST", "/{standing:str}/q/{number:int}", answering.take),
    _of_trial("GET", "/{standing:str}/check", checking.check),
    _of_trial("GET", "/{standing:str}/submit", checking.back_to_check),
    _of_trial("POST", "/{standing:str}/submit", checking.submit),
    _of_trial("GET", "/{standing:str}/sent", checking.sent),
    _of_trial("GET", "/{standing:str}/withdraw", checking.back_to_check),
    _of_trial("POST", "/{standing:str}/withdraw", checking.withdraw),
    _of_trial("GET", "/{standing:str}/withdrawn", checking.withdrawn),
    _of_trial("GET", "/{standing:str}/pause", arriving.pause),
    _of_trial("GET", "/{standing:str}/language", checking.back_to_check),
    _of_trial("POST", "/{standing:str}/language", arriving.language),
    _of_trial("GET", "/{standing:str}/finish", checking.back_to_check),
    _of_trial("POST", "/{standing:str}/finish", trying.finish),
    _of_trial("GET", "/{standing:str}/finished", arriving.finished),
    _at_desk("GET", "/results", reading.rounds),
    _at_desk("GET", "/results/{round_id:str}", reading.a_round),
    _at_desk("GET", "/results/{round_id:str}/method", reading.method),
    _at_desk("GET", "/results/{round_id:str}/comments", reading.comments),
    _at_desk("GET", "/results/{round_id:str}/changes", reading.changes),
    _at_desk("GET", "/results/{round_id:str}/priorities", reading.priorities),
    _at_desk("GET", "/results/{round_id:str}/files/{file:str}", reading.a_file),
    _at_desk("GET", "/results/{round_id:str}/visions/{measure:str}", reading.a_vision),
    _at_desk("GET", "/results/{round_id:str}/units/{unit:str}", reading.a_unit),
    _at_desk("GET", "/results/{round_id:str}/units/{unit:str}/questions", reading.questions),
    _at_desk("GET", "/comments", reviewing.rounds),
    _at_desk("GET", "/comments/{round_id:str}", reviewing.a_round),
    _at_desk("POST", "/comments/{round_id:str}/release", reviewing.release),
    _at_desk("GET", "/comments/{round_id:str}/{comment_id:uuid}", reviewing.comment),
    _at_desk("POST", "/comments/{round_id:str}/{comment_id:uuid}", reviewing.decide),
)
HANDLERS = [route.litestar() for route in ROUTES]
