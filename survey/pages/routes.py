"""The site's index: every page's method, address, handler, and who may come there."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from survey.pages import assets, notices
from survey.pages.responding import answering, arriving, call, checking

Who = Literal["anyone", "link"]
"""anyone: no secret needed. link: whoever has an invitation's link."""

_CALL = {"call": Provide(call.provide)}


class Route(msgspec.Struct, frozen=True):
    method: Literal["GET", "POST"]
    path: str
    handler: Callable[..., Any]
    who: Who
    dependencies: Mapping[str, Provide] = {}

    def litestar(self) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            self.path,
            http_method=self.method,
            dependencies=dict(self.dependencies),
            include_in_schema=False,
            status_code=200,
        )(self.handler)


def _of_round(method: Literal["GET", "POST"], path: str, handler: Callable[..., Any], who: Who) -> Route:
    return Route(method, path, handler, who, _CALL)


ROUTES = (
    _of_round("GET", "/r/{round_id:str}/{token:str}", arriving.landing, "anyone"),
    _of_round("POST", "/r/{round_id:str}/{token:str}", arriving.start, "link"),
    _of_round("GET", "/r/{round_id:str}/unit", arriving.unit, "link"),
    _of_round("GET", "/r/{round_id:str}/q/{number:int}", answering.show, "link"),
    _of_round("POST", "/r/{round_id:str}/q/{number:int}", answering.take, "link"),
    _of_round("GET", "/r/{round_id:str}/check", checking.check, "link"),
    _of_round("GET", "/r/{round_id:str}/submit", checking.back_to_check, "anyone"),
    _of_round("POST", "/r/{round_id:str}/submit", checking.submit, "link"),
    _of_round("GET", "/r/{round_id:str}/sent", checking.sent, "link"),
    _of_round("GET", "/r/{round_id:str}/withdraw", checking.back_to_check, "anyone"),
    _of_round("POST", "/r/{round_id:str}/withdraw", checking.withdraw, "link"),
    _of_round("GET", "/r/{round_id:str}/withdrawn", checking.withdrawn, "link"),
    _of_round("GET", "/r/{round_id:str}/pause", arriving.pause, "link"),
    _of_round("GET", "/r/{round_id:str}/finish", checking.back_to_check, "anyone"),
    _of_round("POST", "/r/{round_id:str}/finish", arriving.finish, "anyone"),
    _of_round("GET", "/r/{round_id:str}/finished", arriving.finished, "anyone"),
    _of_round("GET", "/privacy/{round_id:str}", notices.privacy, "anyone"),
    _of_round("GET", "/accessibility/{round_id:str}", notices.accessibility, "anyone"),
    _of_round("GET", "/help/{round_id:str}", notices.assistance, "anyone"),
    Route("GET", "/assets/{digest:str}/{name:str}", assets.send, "anyone"),
)
HANDLERS = [route.litestar() for route in ROUTES]
