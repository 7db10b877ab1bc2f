"""E-mail and text messages over GOV.UK Notify's REST API. It can be asked for a message by our reference."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey

from survey.operations import sending
from survey.operations.sending import Envelope, Outcome, Provider
from survey.workers.channels.channel import TIMEOUT

_BRIEFLY, _WAIT, _LONG = timedelta(seconds=2), timedelta(minutes=1), timedelta(minutes=10)
_FIELDS = {"email": "email_address", "sms": "phone_number"}
_SERVICE, _SECRET = slice(-73, -37), slice(-36, None)


class _Error(msgspec.Struct, frozen=True):
    error: str = ""
    message: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    errors: list[_Error] = []


class _Found(msgspec.Struct, frozen=True):
    status: str


class _List(msgspec.Struct, frozen=True):
    notifications: list[_Found]


class Notify:
    """`templates`: id by channel. `one_click`: our address is https, which Notify wants of what ends reminders."""

    def __init__(
        self,
        key: str,
        url: str,
        templates: dict[str, str],
        per_minute: int,
        *,
        one_click: bool = True,
        timeout: float = TIMEOUT,
    ) -> None:
        self.provider = Provider("notify", tuple(templates), per_minute, blind=False)
        self._service, self._key = key[_SERVICE], OctKey.import_key(key[_SECRET])
        self._templates, self._one_click = templates, one_click
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, follow_redirects=False, trust_env=False)
        self._ticket: tuple[int, str] = (0, "")

    def be_patient(self, seconds: float) -> None:
        """Wait so long for an answer from now on."""
        self._client.timeout = httpx.Timeout(seconds)

    def _authority(self, now: datetime) -> dict[str, str]:
        """Signed anew every ten seconds: Notify takes a ticket for thirty, by its own clock."""
        second = int(now.timestamp())
        if not 0 <= second - self._ticket[0] < 10:
            self._ticket = (second, jwt.encode({"alg": "HS256", "typ": "JWT"}, self._claims(second), self._key))
        return {"authorization": f"Bearer {self._ticket[1]}"}

    def _claims(self, second: int) -> dict[str, Any]:
        return {"iss": self._service, "iat": second}

    def _body(self, envelope: Envelope) -> dict[str, Any]:
        letter = envelope.letter
        filled = {"body": letter.text} | ({"subject": letter.subject} if envelope.channel == "email" else {})
        body: dict[str, Any] = {
            _FIELDS[envelope.channel]: envelope.address,
            "template_id": self._templates[envelope.channel],
            "personalisation": filled,
            "reference": envelope.reference,
        }
        if envelope.channel == "email" and envelope.stop and self._one_click:
            body["one_click_unsubscribe_url"] = envelope.stop
        return body

    async def send(self, envelope: Envelope, now: datetime) -> Outcome:
        try:
            answer = await self._client.post(
                f"/v2/notifications/{envelope.channel}", json=self._body(envelope), headers=self._authority(now)
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Outcome("again", f"no connection to Notify: {type(error).__name__}", reached=False, hold=_BRIEFLY)
        except (httpx.HTTPError, OSError) as error:
            return Outcome("unsure", f"lost Notify's answer: {type(error).__name__}")
        return _read(answer)

    async def find(self, envelope: Envelope, now: datetime) -> Outcome | None:
        try:
            answer = await self._client.get(
                "/v2/notifications", params={"reference": envelope.reference}, headers=self._authority(now)
            )
            answer.raise_for_status()
            found = msgspec.json.decode(answer.content, type=_List).notifications
        except (httpx.HTTPError, OSError, msgspec.DecodeError) as error:
            return Outcome("unsure", f"Notify cannot be asked: {type(error).__name__}", reached=False)
        if not found:
            return None
        return Outcome(sending.fate(found[0].status) or "accepted", reached=False)

    async def close(self) -> None:
        await self._client.aclose()


def _read(answer: httpx.Response) -> Outcome:
    """Limits and refused keys concern every message; a validation error concerns this one's address."""
    if answer.status_code == 201:
        return Outcome("accepted")
    if answer.status_code >= 500:
        return Outcome("again", f"Notify answers {answer.status_code}", reached=False)
    first = _first_error(answer)
    why = f"Notify answers {answer.status_code} {first.error}"
    match answer.status_code, first.error:
        case 429, "TooManyRequestsError":
            return Outcome("again", f"{why}: the daily limit", for_the_day=True)
        case 429, _:
            return Outcome("again", why, hold=_BRIEFLY)
        case 400, "ValidationError" if first.message.startswith(tuple(_FIELDS.values())):
            return Outcome("refused", why)
        case 403, _:
            return Outcome("again", f"{why}: is the key right, and this server's clock?", hold=_WAIT)
        case _:
            return Outcome("again", f"{why}: are the templates right?", hold=_LONG)


def _first_error(answer: httpx.Response) -> _Error:
    try:
        return next(iter(msgspec.json.decode(answer.content, type=_Refusal).errors), _Error())
    except msgspec.DecodeError:
        return _Error()
