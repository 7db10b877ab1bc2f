"""The API's own description (OpenAPI 3.1), served where everybody can read it: /api/openapi.json."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Example, License, SecurityScheme, Tag

from survey.api import examples
from survey.api.problems import MEDIA_TYPE, ProblemDocument

ADDRESS = "/api/openapi.json"
SECURITY: list[dict[str, list[str]]] = [{"key": []}]
_ABOUT = """\
Published results of digital-maturity surveys: maturity scores per team and vision, with their margins.

**Reading scores.** A score is a mean of people's answers, 0 to 100, in whole points. `low` and `high` are its margin:
it allows for who happened to answer, and not for people with different views being less likely to answer. A score
that rests on too few people, or that would tell on some, is withheld: it is a row with a `reason` and without a value,
and no other row, release or round gives it away. Groups come in the order of the organisation's tree, not by score.

**Keys.** Send `Authorization: Bearer svy_…`. A key belongs to one organisation, expires, and reads published rounds
only. Whatever is not that organisation's, or not published, is answered as if it did not exist.

**Asking again.** A release never changes; a correction is a new release with the next number. Send the `ETag` you were
given as `If-None-Match` and you get `304 Not Modified` until there is something new.

**Problems.** Every error is `application/problem+json` (RFC 9457) with the id of the request.
"""


def _only_the_document(request: Request[Any, Any, Any]) -> None:
    """The framework's router answers some more addresses, in HTML; here they are not found like any other."""
    if request.scope["path"].rstrip("/") != ADDRESS:
        raise NotFoundException


OPENAPI = OpenAPIConfig(
    title="Digital-maturity survey results",
    version="1.0.0",
    description=_ABOUT,
    license=License(name="MIT", identifier="MIT"),
    tags=[
        Tag(name="Rounds", description="Published rounds, and what was asked in them."),
        Tag(name="Results", description="Who is spoken about, and their scores."),
    ],
    components=Components(
        security_schemes={
            "key": SecurityScheme(
                type="http",
                scheme="bearer",
                bearer_format="svy_ and 43 characters",
                description="An API key of your organisation, made by its digital team with `survey key new`.",
            )
        }
    ),
    use_handler_docstrings=True,
    render_plugins=[JsonRenderPlugin(path="/openapi.json", media_type="application/vnd.oai.openapi+json")],  # type: ignore[arg-type]
    openapi_router=Router("/api", route_handlers=[], include_in_schema=False, before_request=_only_the_document),
)


def responses(of: Any, example: msgspec.Struct, *, a_round: bool = True) -> Mapping[int, ResponseSpec]:
    """What one address may answer, each with an example. `a_round`: the address names a round."""
    said = {
        200: _said(of, "As asked.", example, "application/json"),
        304: ResponseSpec(None, generate_examples=False, description="Nothing new since the `ETag` you sent."),
        400: _problem("The request has a mistake.", examples.BAD_REQUEST),
        401: _problem("No key, or one that does not work.", examples.NO_KEY),
        429: _problem("Too many wrong keys from your address. Wait a minute.", examples.TOO_MANY),
        503: _problem("The service cannot reach its database for the moment. Try again soon.", examples.AWAY),
    }
    if a_round:
        said[404] = _problem("No published round of yours has this id, or it lacks what you named.", examples.NOT_FOUND)
    return said


def _problem(description: str, example: ProblemDocument) -> ResponseSpec:
    return _said(ProblemDocument, description, example, MEDIA_TYPE)


def _said(of: Any, description: str, example: msgspec.Struct, media_type: str) -> ResponseSpec:
    shown = Example(summary=description, value=msgspec.to_builtins(example))
    return ResponseSpec(of, generate_examples=False, description=description, media_type=media_type, examples=[shown])
