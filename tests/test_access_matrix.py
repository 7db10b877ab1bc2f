"""Every route as every kind of visitor: what the table of access says is what the service does.

The routes are those the application has, so that a new one without an entry fails here (property 7).
"""

import io
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from survey import errors, sealing
from survey.app import create_litestar
from survey.config import Config
from survey.core import access, disclosure
from survey.core.access import Role
from survey.core.questionnaire import reading
from survey.core.rounds import Plan
from survey.db import Database, Db
from survey.operations import admitting, authoring, correcting, launching, signing_in, staffing, uploading
from survey.operations.launching import Link
from survey.pages import assets
from survey.sealing import KeyRing
from survey.store import rounds, units
from tests import published
from tests.conftest import STANDING, Cluster
from tests.core.makers import PULSE
from tests.published import OTHER, ROUND, Stage

STAFF = "Employee Number,Division,Team,Staff Group,Email Address\n" + "".join(
    f"{n},Division,Ward,Nursing and Midwifery Registered,p{n}@trust.example\n" for n in range(200)
)


class Scene(msgspec.Struct, frozen=True):
    """A published round, and an open one whose links are handed out one by one."""

    stage: Stage
    links: list[Link]
    account: UUID
    sessions: dict[str, str]
    staff: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def scene(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with published.staged(cluster, template, tmp_path_factory.mktemp("matrix")) as stage:
        yield Scene(stage, await _open_round(stage), await _somebody(stage), {}, await _staff(stage))


async def _somebody(stage: Stage) -> UUID:
    """An account for pages that are about one."""
    async with stage.database.connection() as db:
        await signing_in.invite(db, STANDING.organisation_id, "reader", "Somebody")
        return (await admitting.named(db, STANDING.organisation_id, "Somebody")).account_id


async def _staff(stage: Stage) -> dict[str, str]:
    """A unit, somebody in it and an upload, for pages that are about one; a change of a unit that there is not."""
    whose = STANDING.organisation_id
    async with stage.database.connection() as db:
        (found, *_) = await correcting.search(db, whose, leavers=False)
        sent = await uploading.receive(
            db, whose, uploading.Sender("Somebody", None), "list.csv", io.BytesIO(b"a,b\n1,2")
        )
    return {
        "unit_id": found.unit,
        "kind": "rename",
        "person_id": str(found.person_id),
        "import_id": str(sent),
        "change_id": str(sealing.random_id()),
    }


async def _open_round(stage: Stage) -> list[Link]:
    keys, whose, now = KeyRing(stage.config.key_directory(), b"k" * 32), STANDING.organisation_id, datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(days=1))
    async with stage.database.connection() as db:
        await staffing.apply(db, whose, STAFF.encode(), staffing.Wishes())
        hash_ = (await authoring.add(db, whose, PULSE)).questionnaire_hash
        drafted = await launching.draft(db, whose, "Open", hash_, *window, Plan())
        await launching.launch(db, keys, whose, drafted.round_id)
        return await launching.links(db, keys, whose, drafted.round_id)


def _routes() -> list[tuple[str, str]]:
    """Method and template of all that the application answers. OPTIONS is the framework's own, and says only which
    methods there are."""
    app = create_litestar(Config(), Database(""))
    found = {
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    }
    return sorted(found)


ROUTES = _routes()


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    assert set(ROUTES) == access.ROUTES.keys()


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who asks. `role` is what the table knows them as; `foreign`: they belong to another organisation."""

    name: str
    role: Role
    foreign: bool = False


VISITORS = [
    Visitor("nobody", "nobody"),
    Visitor("respondent", "respondent"),
    Visitor("reader", "reader"),
    *(Visitor(role, role) for role in access.GRANTED if role != "reader"),
    Visitor("somebody without a role", "waiting"),
    Visitor("reader elsewhere", "reader", foreign=True),
    Visitor("owner elsewhere", "owner", foreign=True),
    Visitor("manager elsewhere", "manager", foreign=True),
    Visitor("reviewer elsewhere", "reviewer", foreign=True),
    Visitor("reader whose session is over", "nobody"),
    Visitor("somebody with a made-up session", "nobody"),
    Visitor("key", "key"),
    Visitor("key elsewhere", "key", foreign=True),
    Visitor("key that expired", "nobody"),
    Visitor("key sent as a session", "nobody"),
]


class Proof(msgspec.Struct, frozen=True):
    """What a visitor sends along: a cookie or a header, and their form's token."""

    headers: dict[str, str] = {}
    csrf: str = ""


async def _proof(scene: Scene, visitor: Visitor, link: Link) -> Proof:
    match visitor.name:
        case "respondent":
            _, _, round_id, token = link.path.split("/")
            return Proof({"cookie": f"__Host-r-{round_id}={token}"}, sealing.csrf(token, round_id))
        case _ if visitor.role in access.SIGNED_IN:
            return _session(await _signed_in(scene, visitor))
        case "reader whose session is over":
            return _session(scene.stage.sessions["expired"])
        case "somebody with a made-up session":
            return _session(sealing.random_token())
        case "key" | "key elsewhere" | "key that expired":
            name = {"key": "own", "key elsewhere": "other"}.get(visitor.name, "expired")
            return Proof({"authorization": f"Bearer {scene.stage.keys[name]}"})
        case "key sent as a session":
            return _session(scene.stage.keys["own"])
        case _:
            return Proof()


async def _signed_in(scene: Scene, visitor: Visitor) -> str:
    """Their session, or another where one of the routes has ended it."""
    secret = scene.sessions.get(visitor.name)
    async with scene.stage.database.connection() as db:
        with suppress(errors.NotSignedIn):
            if secret and await signing_in.who(db, secret):
                return secret
    scene.sessions[visitor.name] = await _sign_in(scene, visitor)
    return scene.sessions[visitor.name]


async def _sign_in(scene: Scene, visitor: Visitor) -> str:
    whose = OTHER if visitor.foreign else STANDING.organisation_id
    async with scene.stage.database.connection() as db:
        role = "reader" if visitor.role == "waiting" else visitor.role
        secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, role, visitor.name))
        if visitor.role == "waiting":
            await db.execute("update account set roles = '{}' where name = $1", visitor.name)
        return secret


def _session(secret: str) -> Proof:
    return Proof({"cookie": f"__Host-session={secret}"}, signing_in.form_token(secret))


async def _address(scene: Scene, method: str, path: str, link: Link) -> str:
    _, _, open_round, token = link.path.split("/")
    if path.startswith("/sign-in/"):
        async with scene.stage.database.connection() as db:
            token = await signing_in.invite(db, STANDING.organisation_id, "reader")
    _, _, digest, name = assets.address("screen.css").split("/")
    if path == "/staff/people/{person_id}/erase" and method == "POST":  # whoever may would leave nobody for the next
        path = path.format(person_id=sealing.random_id())
    return path.format(
        round_id=open_round
        if path.startswith(
            ("/r/", "/link/", "/kiosk/", "/privacy/", "/accessibility/", "/help/", "/verification/", "/method/")
        )
        else ROUND,
        token=token,
        measure="staff",
        unit="alpha",
        number=1,
        digest=digest,
        name=name,
        path="nothing",
        comment_id=next(iter(published.COMMENTS)),
        account_id=scene.account,
        session="0" * 16,
        key="0" * 12,
        file="release.json",
        device="0" * 43,
        device_id=sealing.random_id(),
        **scene.staff,
        step="when",
        version=reading.read(PULSE).hash,
        audience="clinical",
        language="en",
        standing="a",
    )


OUTCOMES = {
    ("POST", "/r/{round_id}/submit"): {303, 422},
    ("POST", "/sign-in/with-account"): {404},
    ("POST", "/code"): {422},
    ("POST", "/link/{round_id}"): {422},
    ("POST", "/rounds/{round_id}/devices/{device_id}/take-back"): {404},
    ("GET", "/kiosk/{round_id}"): {404},
    ("POST", "/kiosk/{round_id}/{device}"): {404},
    ("POST", "/kiosk/{round_id}/over"): {303},
    ("GET", "/sign-in/callback"): {404},
    ("POST", "/account/sessions/{session}"): {404},
    ("POST", "/accounts/{account_id}/sessions/{session}"): {404},
    ("POST", "/accounts/{account_id}/remove"): {409},
    ("POST", "/accounts/invite"): {422},
    ("POST", "/keys"): {422},
    ("POST", "/keys/{key}/revoke"): {404},
    ("POST", "/staff/changes/{change_id}/undo"): {404},
    ("POST", "/staff/units/{unit_id}/people"): {422},
    ("POST", "/staff/units/{unit_id}/{kind}"): {422},
    ("POST", "/staff/units/new"): {422},
    ("POST", "/staff/people/new"): {422},
    ("POST", "/staff/people/{person_id}/edit"): {422},
    ("POST", "/staff/people/{person_id}/erase"): {404},
    ("POST", "/staff/imports"): {422},
    ("POST", "/staff/imports/{import_id}/sheet"): {409},
    ("GET", "/staff/imports/{import_id}/mistakes.csv"): {404},
    ("GET", "/staff/imports/{import_id}/differences.csv"): {404},
    ("POST", "/try/{version}/{audience}/{language}/{standing}/submit"): {422},
    ("POST", "/questionnaires/file"): {422},
    ("POST", "/questionnaires/text"): {422},
    ("POST", "/questionnaires/shipped"): {404},
    ("GET", "/questionnaires/{version}/differences"): {404},
}
"""What answers somebody who may, where it is neither a page nor the way to one: the address names nothing, there is
nothing in the form, or it cannot be done to what the address names."""


def _expected(visitor: Visitor, method: str, path: str) -> set[int]:
    """The statuses this visitor may get. Whoever may not is told to sign in, or, without a link, that one is needed."""
    if path in {"/api", "/api/{path}"}:
        return {404}
    if not access.allowed((visitor.role,), method, path):
        known = visitor.role in access.SIGNED_IN and not path.startswith("/api")
        return {403} if known or path.startswith(("/r/", "/kiosk/")) else {401}
    if visitor.foreign and ("{version}" in path or (path.startswith("/staff/") and "{" in path)):
        return {404}
    scoped = "{round_id}" in path and path.startswith(("/results", "/api", "/rounds", "/sending", "/comments"))
    if visitor.foreign and (scoped or "{account_id}" in path):
        return {404}
    if path.startswith(("/comments/", "/rounds/", "/sending/")) and (method, path) not in OUTCOMES:
        return {200, 303, 409, 422}
    if path.endswith(("/changes", "/priorities", "/questions")):
        return {200, 404}  # a first round of a short questionnaire has none of it
    return OUTCOMES.get((method, path), {200, 303})


FORMS: dict[tuple[str, str], dict[str, str]] = {("POST", "/accounts/{account_id}"): {"roles": "reader"}}
"""What is in a form besides its token, where an empty one would leave others nothing to try."""


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda part: str(part))
async def test_a_route_as_every_visitor(scene: Scene, method: str, path: str) -> None:
    wrong = [told for visitor in VISITORS if (told := await _try(scene, visitor, method, path))]
    assert not wrong, "\n".join(wrong)


async def _try(scene: Scene, visitor: Visitor, method: str, path: str) -> str:
    """What is wrong with what this visitor got, or nothing."""
    link = scene.links[ROUTES.index((method, path))]
    proof, address = await _proof(scene, visitor, link), await _address(scene, method, path, link)
    form: Any = {"csrf": proof.csrf, **FORMS.get((method, path), {})} if method == "POST" else None
    somewhere = (f"10.0.0.{ROUTES.index((method, path))}", 1)  # guesses are counted by address
    transport = httpx.ASGITransport(app=scene.stage.app, client=somewhere)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        if visitor.role == "respondent" and path.startswith(("/r/", "/kiosk/")):
            await client.post(link.path)
        answer = await client.request(method, address, headers=proof.headers, data=form)
    whoever_has_the_link = (method, path) == ("POST", "/r/{round_id}/{token}")
    expected = {303} if whoever_has_the_link else _expected(visitor, method, path)
    if answer.status_code in expected:
        return ""
    return f"{visitor.name}: {answer.status_code}, not {expected}: {answer.text[:2000]}"


PARTS = "parts001"
NORTH, SOUTH = (UUID(f"7e57ab1e-0000-4000-8000-00000000010{place}") for place in "12")
LIMITED = [
    ("", 200),
    ("/method", 200),
    ("/visions/staff", 200),
    ("/units/test-hospital-trust", 200),
    ("/units/north", 200),
    ("/units/alpha", 200),
    ("/units/south", 404),
    ("/units/delta", 404),
    ("/units/gamma", 404),
    ("/units/nursing", 404),
    ("/units/nobody", 404),
]
"""What a reader of the north finds of a round's results."""


async def _round_of_parts(db: Db) -> None:
    """The published round once more, with units that an account can be limited to."""
    whose, ids = STANDING.organisation_id, {"north": str(NORTH), "south": str(SOUTH)}
    units_ = tuple(msgspec.structs.replace(unit, id=ids[unit.id]) for unit in published.FRAME.units)
    reporting = tuple(
        msgspec.structs.replace(unit, parent=ids[str(unit.parent)]) for unit in published.FRAME.reporting_units
    )
    frame = msgspec.structs.replace(published.FRAME, units=units_, reporting_units=reporting)
    answers = published._responses(published.QUESTIONNAIRE)
    release = disclosure.publish(frame, Plan(), published.QUESTIONNAIRE, answers, round_id=PARTS, number=1)
    await units.add_all(db, whose, [(NORTH, None, "North"), (SOUTH, None, "South")])
    await published._publish(db, whose, PARTS, None)
    await rounds.launch(db, whose, PARTS, b"\0" * 32, frame)
    await published.republish(db, whose, PARTS, release)


async def test_a_reader_of_one_part_does_not_find_the_others(scene: Scene) -> None:
    """Another's unit is answered like one that does not exist, word for word, and named nowhere."""
    async with scene.stage.database.connection() as db:
        await _round_of_parts(db)
        secret = await signing_in.sign_in(
            db, await signing_in.invite(db, STANDING.organisation_id, "reader", "North’s")
        )
        account = (await signing_in.who(db, secret)).account_id
        await admitting.grant(db, STANDING.organisation_id, account, admitting.Wish(("reader",), NORTH))
    transport, bodies = httpx.ASGITransport(app=scene.stage.app), {}
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        for cookie, expected in ((secret, dict(LIMITED)), (scene.stage.sessions["owner"], {})):
            for place, _ in LIMITED:
                answer = await client.get(f"/results/{PARTS}{place}", headers=_session(cookie).headers)
                wanted = expected.get(place, 404 if place == "/units/nobody" else 200)
                assert answer.status_code == wanted, place
                bodies[cookie, place] = answer.text
    for place, status in LIMITED:
        mine, whole = bodies[secret, place], bodies[scene.stage.sessions["owner"], place]
        if status == 404:
            assert mine == bodies[secret, "/units/nobody"]
        assert not [name for name in ("Delta", "Gamma", "Lab", "South", "Nursing") if name in mine], place
        assert place in {"/method", "/units/nobody", "/units/alpha"} or mine != whole, "kept pages are not mixed up"


SESSION_FORMS = [route for route in ROUTES if route[0] == "POST" and "reader" in access.ROUTES[route]]


@pytest.mark.parametrize(("method", "path"), [r for r in SESSION_FORMS if "nobody" not in access.ROUTES[r]])
async def test_a_form_of_a_session_needs_its_token(scene: Scene, method: str, path: str) -> None:
    secret = await _signed_in(scene, VISITORS[2])
    transport = httpx.ASGITransport(app=scene.stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        for csrf in ("", "x", signing_in.form_token(sealing.random_token())):
            address = path.replace("{number}", "1")
            answer = await client.request(method, address, headers=_session(secret).headers, data={"csrf": csrf})
            assert answer.status_code == 403
    async with scene.stage.database.connection() as db:
        assert await signing_in.who(db, secret)


async def test_another_sites_form_signs_nobody_in(scene: Scene) -> None:
    address = await _address(scene, "POST", "/sign-in/{token}", scene.links[0])
    transport = httpx.ASGITransport(app=scene.stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        refused = await client.post(address, headers={"sec-fetch-site": "cross-site"})
        taken = await client.post(address, headers={"sec-fetch-site": "same-origin"})
    assert (refused.status_code, taken.status_code) == (403, 303)
    cookie = taken.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))


async def test_signing_out_takes_the_cookie_back(scene: Scene) -> None:
    secret = await _signed_in(scene, VISITORS[2])
    proof = _session(secret)
    transport = httpx.ASGITransport(app=scene.stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        out = await client.post("/sign-out", headers=proof.headers, data={"csrf": proof.csrf})
        after = await client.get("/results", headers=proof.headers)
    assert (out.status_code, out.headers["location"], after.status_code) == (303, "/sign-in", 401)
    assert "Max-Age=0" in out.headers["set-cookie"]
