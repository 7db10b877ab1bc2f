"""Forms: reading what was sent, and knowing that it came from a page of ours."""

import hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar import Request

from survey import errors, sealing
from survey.messages import mark

Form = dict[str, list[str]]
"""Field name -> values in the order sent. Empty values are kept: a field that was emptied is an answer's removal."""

SECRET = frozenset({"share", "carried"})
"""Fields of which nothing is kept and nothing said again, whatever goes wrong."""
_MOST_FIELDS = 500
_TYPE = "application/x-www-form-urlencoded"


class Unreadable(errors.SurveyError):
    """We could not read that form. Go back, then try again."""

    status = 400
    title = mark("Sorry, we could not read that form")


class NotOurs(errors.SurveyError):
    """Nothing has been changed. You may have opened another invitation’s link since this page was shown. Open the
    link in your invitation again, or enter the code of your slip again, then carry on."""

    status = 403
    title = mark("Open the link in your invitation again")


async def read(request: Request[Any, Any, Any]) -> Form:
    """The form, kept with the request too, so that an outage's page can offer to send it again."""
    body = await request.body()
    if body and not request.headers.get("content-type", "").startswith(_TYPE):
        raise Unreadable
    try:
        form = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Unreadable from None
    if SECRET.isdisjoint(form):
        request.scope["state"]["form"] = form
    return form


def check(form: Form, token: str, context: str) -> None:
    """Raises NotOurs unless the form carries its session's token."""
    given = form.get("csrf", [""])[0]
    if not hmac.compare_digest(given.encode(), sealing.csrf(token, context).encode()):
        raise NotOurs


def check_origin(request: Request[Any, Any, Any], base_url: str) -> None:
    """For the one form that comes before a session: raises NotOurs when a browser says another site sent it.

    Browsers from before Sec-Fetch-Site send an Origin; ours is "null" there, because our pages send no referrer.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise NotOurs
        return
    origin = request.headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc not in {urlsplit(base_url).netloc, request.headers.get("host")}:
        raise NotOurs
