"""A stand-in for GOV.UK Notify: its documented limits and refusals, and failures of any share that is wished for.

Plain asyncio, because it has to keep up with the worker that is measured on the same machine. `now` is its clock.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

SERVICE, SECRET = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"
KEY = f"bench-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff", "bbbbbbbb-cccc-4ddd-8eee-000000000000"
TEMPLATES = {"email": EMAIL_TEMPLATE, "sms": SMS_TEMPLATE}
WINDOW, SKEW = 60.0, 30.0
SILENT = 0.1
"""Of the answers that are lost, how many keep the client waiting; with the others the line is cut."""


class Request(msgspec.Struct, frozen=True):
    method: str
    path: str
    query: dict[str, list[str]]
    authority: str
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """`lost`: accepted, and then nothing is said until the client has given up."""

    status: int
    body: bytes
    lost: bool = False


class Behaviour(msgspec.Struct, frozen=True):
    """Shares of requests: `failing` get a 503 from the gateway, which no limit counts; `lost` are accepted and never
    answered, for `silence` seconds. `refuses`: addresses that begin so are not valid."""

    failing: float = 0.0
    lost: float = 0.0
    silence: float = 0.5
    per_minute: int = 3000
    per_day: int = 250_000
    refuses: str = "nobody"


class Stub:
    """`accepted` counts, by our reference, how often a message was taken: more than once is a duplicate."""

    def __init__(self, now: Callable[[], float], behaviour: Behaviour, seed: int = 1) -> None:
        self._now, self.behaviour, self._chance = now, behaviour, random.Random(seed)  # noqa: S311
        self.accepted: Counter[str] = Counter()
        self.bodies: dict[str, dict[str, object]] = {}
        self.statuses: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.last = 0.0
        self.first: float | None = None
        self.keep_bodies = False
        self._minute: deque[float] = deque()
        self._day: Counter[tuple[int, str]] = Counter()
        self._tickets: dict[str, float] = {}
        self.besides: Callable[[Request], Awaitable[Answer]] | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader):
                answer = await self._answer(request)
                if answer.lost:
                    await asyncio.sleep(self.behaviour.silence if self._chance.random() < SILENT else 0)
                    break
                writer.write(_written(answer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request) -> Answer:
        if request.method == "POST" and request.path.startswith("/v2/notifications/"):
            answer = self._take(request)
        elif request.method == "GET" and request.path == "/v2/notifications":
            answer = self._refused(request) or self._listed(request.query.get("reference", [""])[0])
        elif self.besides is not None:
            answer = await self.besides(request)
        else:
            answer = _error(404, "NoResultFound", "No result found")
        self.answers[f"{request.method} {answer.status}{' lost' if answer.lost else ''}"] += 1
        return answer

    def _listed(self, reference: str) -> Answer:
        known = [{"id": str(uuid4()), "reference": reference, "status": self.statuses.get(reference, "sending")}]
        return Answer(200, msgspec.json.encode({"notifications": known if reference in self.accepted else []}))

    def _take(self, request: Request) -> Answer:
        if self._chance.random() < self.behaviour.failing:
            return _error(503, "Exception", "Service unavailable")
        refused = self._refused(request) or self._limited()
        if refused is not None:
            return refused
        channel, body = request.path.rpartition("/")[2], msgspec.json.decode(request.body)
        return _invalid(channel, body, self.behaviour.refuses) or self._accept(channel, body)

    def _refused(self, request: Request) -> Answer | None:
        ticket = request.authority.removeprefix("Bearer ")
        if not ticket:
            return _error(401, "AuthError", "Unauthorized: authentication token must be provided")
        issued = self._tickets.get(ticket)
        if issued is None:
            try:
                claims = jwt.decode(ticket, OctKey.import_key(SECRET)).claims
            except JoseError:
                return _error(403, "AuthError", "Invalid token: API key not found")
            if claims.get("iss") != SERVICE:
                return _error(403, "AuthError", "Invalid token: service not found")
            issued = self._tickets[ticket] = float(claims["iat"])
        if abs(self._now() - issued) > SKEW:
            return _error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
        return None

    def _limited(self) -> Answer | None:
        """On a rolling basis; what is refused counts, too, which is stricter than is documented."""
        now, minute = self._now(), self._minute
        while minute and minute[0] <= now - WINDOW:
            minute.popleft()
        minute.append(now)
        if len(minute) > self.behaviour.per_minute:
            return _error(
                429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
            )
        return None

    def _accept(self, channel: str, body: dict[str, object]) -> Answer:
        now = self._now()
        day = (int(now // 86_400), channel)
        if self._day[day] >= self.behaviour.per_day:
            return _error(429, "TooManyRequestsError", f"Exceeded send limits ({self.behaviour.per_day}) for today")
        self._day[day] += 1
        reference = str(body.get("reference"))
        self.accepted[reference] += 1
        if self.keep_bodies:
            self.bodies[reference] = body
        self.first, self.last = now if self.first is None else self.first, now
        made = msgspec.json.encode({"id": str(uuid4()), "reference": reference})
        return Answer(201, made, lost=self._chance.random() < self.behaviour.lost)


def _invalid(channel: str, body: dict[str, object], refuses: str) -> Answer | None:
    field = {"email": "email_address", "sms": "phone_number"}.get(channel)
    if field is None:
        return _error(404, "NoResultFound", "No result found")
    address = str(body.get(field, ""))
    if not address or address.startswith(refuses):
        return _error(400, "ValidationError", f"{field} Not a valid address")
    if body.get("template_id") != TEMPLATES[channel]:
        return _error(400, "BadRequestError", "Template not found")
    personal = body.get("personalisation")
    if not isinstance(personal, dict) or "body" not in personal:
        return _error(400, "BadRequestError", "Missing personalisation: body")
    return None


def _error(status: int, error: str, message: str) -> Answer:
    said = {"status_code": status, "errors": [{"error": error, "message": message}]}
    return Answer(status, msgspec.json.encode(said))


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, parts.path, parse_qs(parts.query), headers.get("authorization", ""), body)


def _written(answer: Answer) -> bytes:
    head = f"HTTP/1.1 {answer.status} X\r\ncontent-type: application/json\r\ncontent-length: {len(answer.body)}\r\n\r\n"
    return head.encode() + answer.body
