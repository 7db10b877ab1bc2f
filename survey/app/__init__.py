"""The application: the rings put together. Everything it needs is an argument, so that a test can give its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp

from survey import errors
from survey.api import problems
from survey.api import routes as api_routes
from survey.app import health
from survey.app.doorway import Doorway
from survey.app.hosts import Hosts
from survey.app.limiting import Limiter
from survey.config import Config
from survey.db import Database
from survey.logs import log
from survey.operations.crowding import Crowds
from survey.operations.identifying import Provider
from survey.operations.viewing import Views
from survey.pages import errors as error_pages
from survey.pages import rendering
from survey.pages import routes as page_routes

HEALTH = [health.live, health.ready]


def _respond(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """One error, in the words of the face it happened on. What nobody foresaw is logged with its traceback."""
    if not isinstance(error, errors.SurveyError) and getattr(error, "status_code", 500) >= 500:
        log.error("unforeseen", request_id=request.scope["state"].get("request_id"), exc_info=error)
    face = problems.respond if request.scope["path"].startswith("/api") else error_pages.respond
    return face(request, error)


def create_litestar(config: Config, database: Database) -> Litestar:
    """The framework's application, without the doorway: what tests of the route table look at."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        preparing = asyncio.create_task(rendering.prepare())
        try:
            yield
        finally:
            preparing.cancel()
            await database.close()

    views, limiter = Views(), Limiter()

    def respond(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return _respond(request, limiter.judge(request, error))

    return Litestar(
        route_handlers=[*HEALTH, *page_routes.HANDLERS, *api_routes.HANDLERS],
        dependencies={
            "config": Provide(lambda: config, sync_to_thread=False),
            "database": Provide(lambda: database, sync_to_thread=False),
            "views": Provide(lambda: views, sync_to_thread=False),
        },
        exception_handlers={Exception: respond},
        lifespan=[lifespan],
        openapi_config=api_routes.OPENAPI,
        logging_config=None,
        request_max_body_size=None,  # the doorway sees to it, route by route
        state=State(
            {
                "config": config,
                "database": database,
                "views": views,
                "crowds": Crowds(),
                "provider": provider(config),
            }
        ),
    )


def provider(config: Config) -> Provider | None:
    """The organisation's own sign-in, where one is set."""
    if not config.has_provider:
        return None
    assert config.oidc_issuer and config.oidc_client_id and config.oidc_client_secret, "all three are set"
    return Provider(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret.reveal())


def create_app(config: Config, database: Database | None = None) -> ASGIApp:
    """What a server runs. The database defaults to the one the settings name."""
    pool = database or Database(config.database_url or "", size=config.pool_size)
    made: ASGIApp = create_litestar(config, pool)
    if config.console != config.base_url:
        made = Hosts(made, config)
    return Doorway(made, tls=config.tls)
