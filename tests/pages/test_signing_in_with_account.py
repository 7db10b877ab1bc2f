"""Signing in with the organisation's account, over HTTP: what a provider may say, and what is refused (S13).

A provider of our own says whatever a test wants; another, not written by us, shows that an honest one is understood.
"""

import base64
import hashlib
import hmac
import json
import re
import time
import warnings
from collections.abc import AsyncIterator, Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
import pytest_asyncio
from joserfc import jwk, jwt

from survey.app import create_litestar
from survey.app.doorway import Doorway
from survey.config import Config, Secret
from survey.core.identity import SKEW
from survey.db import Database
from survey.operations import admitting
from survey.operations.admitting import Wish
from survey.operations.identifying import Provider
from survey.store import organisations
from survey.store.organisations import Organisation
from tests.conftest import SECRET, STANDING, Cluster

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is built on parts of a library that are to go
    from oidc_provider_mock import User, run_server_in_thread

ISSUER, CLIENT, BASE = "https://login.example", "survey", "https://console.trust.example"
TENANT, MICROSOFT = "5f0c4d1e-tenant", "https://login.microsoftonline.com/5f0c4d1e-tenant/v2.0"
KEYS = {
    "rsa": jwk.RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False),
    "ec": jwk.ECKey.generate_key("P-256", {"kid": "ec"}, auto_kid=False),
    "new": jwk.RSAKey.generate_key(2048, {"kid": "new"}, auto_kid=False),
    "forger": jwk.RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False),
}
Claims = dict[str, Any]


class Said:
    """A provider that says what it is told to. `published` are the keys it shows; `sign` makes its next token."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer, self.published, self.asked = issuer, ["rsa", "ec"], list[str]()
        self.claims: Claims = {}
        self.sign: Callable[[Claims], str] = lambda claims: signed(claims)
        self.form: dict[str, list[str]] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        match request.url.path.rsplit("/", 1)[-1]:
            case "openid-configuration":
                places = {name: f"https://login.example/{name}" for name in _PLACES}
                return httpx.Response(200, json={"issuer": self.issuer, **places})
            case "jwks_uri":
                return httpx.Response(
                    200, json={"keys": [KEYS[name].as_dict(private=False) for name in self.published]}
                )
            case "token_endpoint":
                self.form = parse_qs(request.content.decode())
                return httpx.Response(200, json={"id_token": self.sign(self.claims)})
            case _:
                return httpx.Response(404)


_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def signed(claims: Claims, key: str = "rsa", alg: str = "RS256", kid: str | None = None) -> str:
    header = {"alg": alg, "kid": kid or key if key != "forger" else "rsa"}
    return jwt.encode(header, claims, KEYS[key], algorithms=[alg])


def unsigned(claims: Claims, alg: str = "none") -> str:
    return ".".join([_part({"alg": alg, "kid": "rsa"}), _part(claims), ""])


def with_public_key(claims: Claims) -> str:
    """The old trick: the public key, which everybody has, taken for a shared secret."""
    text = f"{_part({'alg': 'HS256', 'kid': 'rsa'})}.{_part(claims)}"
    mac = hmac.digest(KEYS["rsa"].as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


class Desk(msgspec.Struct, frozen=True):
    """A browser before the console, and the provider behind it."""

    browser: httpx.AsyncClient
    provider: Said
    database: Database

    async def press(self, **form: str) -> dict[str, str]:
        """The button on the sign-in page; what the browser is sent to the provider with."""
        page = await self.browser.post("/sign-in/with-account", data=form, headers={"sec-fetch-site": "same-origin"})
        assert page.status_code == 200, page.text
        (address,) = set(re.findall(r'href="(https://login\.example/[^"]+)"', page.text))
        assert f'content="0;url={address}"' in page.text
        return {name: values[0] for name, values in parse_qs(urlsplit(unescape(address)).query).items()}

    async def come_back(self, asked: dict[str, str], **other: str) -> httpx.Response:
        return await self.browser.get("/sign-in/callback", params={"state": asked["state"], "code": "c0de", **other})

    async def sign_in(self, **changed: Any) -> httpx.Response:
        """All of it, with a token that is right but for these claims."""
        asked = await self.press()
        self.provider.claims = right(asked["nonce"], self.provider.issuer) | changed
        return await self.come_back(asked)

    async def accounts(self, organisation: Organisation) -> int:
        async with self.database.connection() as db:
            return len(await admitting.list_all(db, organisation.organisation_id))


def right(nonce: str, issuer: str = ISSUER) -> Claims:
    now = int(time.time())
    claims = {"iss": issuer, "aud": CLIENT, "sub": "s-1", "nonce": nonce, "iat": now, "exp": now + 300, "name": "Sam"}
    return claims | ({"tid": TENANT, "oid": "o-1", "email": "sam@trust.example"} if issuer == MICROSOFT else {})


@pytest_asyncio.fixture
async def desk(database: Database, config: Config) -> AsyncIterator[Desk]:
    async with _desk(database, config, ISSUER) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def refusing(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """One for all whom nothing is given: nobody has an account at the end."""
    name = await cluster.create(template)
    database = Database(cluster.url_of(name))
    async with database.connection() as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
    config = Config(secret=Secret(SECRET), keys=tmp_path_factory.mktemp("refusing"))
    async with _desk(database, config, ISSUER) as made:
        yield made
    await database.close()
    await cluster.drop(name)


@pytest_asyncio.fixture
async def microsoft(database: Database, config: Config) -> AsyncIterator[Desk]:
    async with _desk(database, config, MICROSOFT) as made:
        yield made


class _desk:  # noqa: N801 - used as a function
    def __init__(self, database: Database, config: Config, issuer: str) -> None:
        self._database, self._said = database, Said(issuer)
        settings = msgspec.structs.replace(
            config, base_url=BASE, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=Secret(b"s3cret")
        )
        inner = create_litestar(settings, database)
        inner.state.provider = Provider(issuer, CLIENT, b"s3cret", httpx.MockTransport(self._said.answer))
        transport = httpx.ASGITransport(app=Doorway(inner, tls=True))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)

    async def __aenter__(self) -> Desk:
        return Desk(await self._client.__aenter__(), self._said, self._database)

    async def __aexit__(self, *how: object) -> None:
        await self._client.aclose()


async def test_what_the_provider_vouches_for_gets_a_session(desk: Desk, organisation: Organisation) -> None:
    answer = await desk.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["set-cookie"].startswith("__Host-session=")
    home = await desk.browser.get("/")
    assert "Ask an owner" in home.text and "Sam" in home.text


async def test_what_is_asked_of_the_provider(desk: Desk, organisation: Organisation) -> None:
    asked = await desk.press()
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid profile", CLIENT)
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{BASE}/sign-in/callback", "S256")
    desk.provider.claims = right(asked["nonce"])
    await desk.come_back(asked)
    assert desk.provider.form["code"] == ["c0de"]
    assert desk.provider.form["redirect_uri"] == [asked["redirect_uri"]]
    (verifier,) = desk.provider.form["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    other = await desk.press()
    assert not {other[name] for name in ("state", "nonce", "code_challenge")} & set(asked.values())


NOW = int(time.time())
WRONG_CLAIMS: dict[str, Claims] = {
    "another issuer": {"iss": "https://login.evil"},
    "an issuer that only begins alike": {"iss": f"{ISSUER}.evil"},
    "an issuer with a slash more": {"iss": f"{ISSUER}/"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "other"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "several audiences and no party": {"aud": [CLIENT, "other"]},
    "several audiences and another party": {"aud": [CLIENT, "other"], "azp": "other"},
    "one audience and another party": {"azp": "other"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "an empty nonce": {"nonce": ""},
    "expired": {"exp": NOW - SKEW - 5},
    "no expiry": {"exp": None},
    "an expiry that is no number": {"exp": "9999999999"},
    "an expiry that is true": {"exp": True},
    "issued in the future": {"iat": NOW + 3600},
    "issued long ago": {"iat": NOW - 3600},
    "no time of issue": {"iat": None},
    "not valid yet": {"nbf": NOW + 3600},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a list": {"sub": ["s-1"]},
    "a subject without end": {"sub": "s" * 256},
    "a subject with a NUL": {"sub": "s\0"},
}


async def _must_be_refused(desk: Desk, answer: httpx.Response, organisation: Organisation) -> None:
    assert answer.status_code == 403
    assert "You could not be signed in" in answer.text and "tell your digital team" in answer.text
    assert "session" not in answer.headers.get("set-cookie", "")
    assert await desk.accounts(organisation) == 0


@pytest.mark.parametrize("name", WRONG_CLAIMS)
async def test_a_token_that_says_the_wrong_thing_is_refused(
    refusing: Desk, organisation: Organisation, name: str
) -> None:
    changed = {claim: value for claim, value in WRONG_CLAIMS[name].items() if value is not None}
    missing = set(WRONG_CLAIMS[name]) - set(changed)
    refusing.provider.sign = lambda claims: signed(
        {name: value for name, value in claims.items() if name not in missing}
    )
    await _must_be_refused(refusing, await refusing.sign_in(**changed), STANDING)


WRONG_TOKENS: dict[str, Callable[[Claims], str]] = {
    "no signature": unsigned,
    "no signature, spelt otherwise": lambda claims: unsigned(claims, "None"),
    "the public key as a shared secret": with_public_key,
    "another key under the same name": lambda claims: signed(claims, "forger"),
    "a key that the provider does not publish": lambda claims: signed(claims, "new"),
    "an algorithm that is not allowed": lambda claims: signed(claims, "rsa", "RS384"),
    "a key of another kind": lambda claims: signed(claims, "ec", "ES256", kid="rsa"),
    "the signature cut off": lambda claims: signed(claims).rsplit(".", 1)[0] + ".",
    "one bit of the claims changed": lambda claims: signed(claims).replace(".ey", ".ez", 1),
    "no token": lambda _: "x",
    "nothing": lambda _: "",
    "a token without end": lambda claims: signed(claims | {"x": "y" * 20_000}),
    "not text": lambda _: "é.é.é",
}


@pytest.mark.parametrize("name", WRONG_TOKENS)
async def test_a_token_that_is_not_the_providers_is_refused(
    refusing: Desk, organisation: Organisation, name: str
) -> None:
    refusing.provider.sign = WRONG_TOKENS[name]
    await _must_be_refused(refusing, await refusing.sign_in(), STANDING)


ALLOWED = [("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")]


@pytest.mark.parametrize(("key", "alg"), ALLOWED)
async def test_three_algorithms_are_allowed(desk: Desk, organisation: Organisation, key: str, alg: str) -> None:
    desk.provider.sign = lambda claims: signed(claims, key, alg)
    assert (await desk.sign_in()).status_code == 303


async def test_several_audiences_are_fine_where_we_are_the_party(desk: Desk, organisation: Organisation) -> None:
    assert (await desk.sign_in(aud=[CLIENT, "other"], azp=CLIENT)).status_code == 303


async def test_a_change_of_keys_is_followed_and_forgeries_cause_no_requests(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await desk.sign_in()).status_code == 303
    desk.provider.published, desk.provider.sign = ["new"], lambda claims: signed(claims, "new")
    for _ in range(5):
        assert (await desk.sign_in()).status_code == 403
    assert desk.provider.asked.count("/jwks_uri") == 1, "not again within half a minute"
    monkeypatch.setattr("survey.operations.identifying.provider.PATIENCE", 0.0)
    assert (await desk.sign_in()).status_code == 303
    assert desk.provider.asked.count("/jwks_uri") == 2


async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(desk: Desk, organisation: Organisation) -> None:
    asked = await desk.press()
    desk.provider.claims = right(asked["nonce"])
    for other in ({"state": "x"}, {"state": ""}, {"code": ""}, {"code": "", "error": "access_denied"}):
        await _must_be_refused(desk, await desk.come_back(asked, **other), organisation)
    desk.browser.cookies.clear()
    await _must_be_refused(desk, await desk.come_back(asked), organisation)


async def test_an_answer_that_comes_too_late_is_refused(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.press()
    desk.provider.claims = right(asked["nonce"])
    monkeypatch.setattr("survey.operations.identifying.LASTS", -1)
    await _must_be_refused(desk, await desk.come_back(asked), organisation)


async def test_another_sites_button_begins_nothing(desk: Desk) -> None:
    answer = await desk.browser.post("/sign-in/with-account", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


# Microsoft: known by tenant and object


async def test_microsofts_people_are_known_by_object_within_the_tenant(
    microsoft: Desk, organisation: Organisation
) -> None:
    assert (await microsoft.sign_in()).status_code == 303
    assert (await microsoft.sign_in(sub="another application’s")).status_code == 303
    assert await microsoft.accounts(organisation) == 1
    async with microsoft.database.connection() as db:
        (one,) = await admitting.list_all(db, organisation.organisation_id)
        await admitting.grant(db, organisation.organisation_id, one.account_id, Wish(("owner",)))
    assert (one.issuer, one.subject) == (MICROSOFT, "o-1")


@pytest.mark.parametrize("tenant", ["another-tenant", "", None])
async def test_another_tenant_is_refused(microsoft: Desk, organisation: Organisation, tenant: str | None) -> None:
    answer = await microsoft.sign_in(**({"tid": tenant} if tenant is not None else {"tid": 5}))
    await _must_be_refused(microsoft, answer, organisation)


async def test_the_same_email_under_another_object_is_somebody_without_a_role(
    microsoft: Desk, organisation: Organisation
) -> None:
    await microsoft.sign_in()
    async with microsoft.database.connection() as db:
        (one,) = await admitting.list_all(db, organisation.organisation_id)
        await admitting.grant(db, organisation.organisation_id, one.account_id, Wish(("owner",)))
    microsoft.browser.cookies.clear()
    await microsoft.sign_in(oid="o-2")
    assert "Ask an owner" in (await microsoft.browser.get("/")).text
    assert (await microsoft.browser.get("/accounts")).status_code == 403


# The provider is away, or is not who it should be


@pytest.mark.parametrize("issuer", ["https://login.evil", "https://login.example/"])
async def test_a_provider_that_says_it_is_another_is_not_used(desk: Desk, issuer: str) -> None:
    desk.provider.issuer = issuer
    answer = await desk.browser.post("/sign-in/with-account", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers


async def test_nobodys_secret_is_on_a_page_or_in_a_repr(desk: Desk, organisation: Organisation) -> None:
    page = await desk.browser.post("/sign-in/with-account", headers={"sec-fetch-site": "same-origin"})
    assert "s3cret" not in page.text
    assert "s3cret" not in repr(Provider(ISSUER, CLIENT, b"s3cret").__dict__.get("issuer"))


async def test_after_signing_in_one_is_where_one_wanted_to_go(desk: Desk, organisation: Organisation) -> None:
    page = await desk.browser.get("/audit-log")
    assert (page.status_code, 'value="/audit-log"' in page.text) == (401, True)
    for place, where in (("/audit-log", "/audit-log"), ("//evil.example", "/"), ("https://evil.example", "/")):
        asked = await desk.press(place=place)
        desk.provider.claims = right(asked["nonce"])
        assert (await desk.come_back(asked)).headers["location"] == where


async def test_an_honest_provider_that_we_did_not_write_is_understood(
    database: Database, config: Config, organisation: Organisation
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread(user_claims=[User(sub="alice", claims={"name": "Alice"})]) as server:
            issuer = f"http://localhost:{server.server_port}"
            settings = msgspec.structs.replace(
                config, base_url=BASE, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=Secret(b"s3cret")
            )
            transport = httpx.ASGITransport(app=Doorway(create_litestar(settings, database), tls=True))
            async with (
                httpx.AsyncClient(transport=transport, base_url=BASE) as browser,
                httpx.AsyncClient(trust_env=False) as outside,
            ):
                page = await browser.post("/sign-in/with-account", headers={"sec-fetch-site": "same-origin"})
                (address,) = set(re.findall(rf'href="({issuer}/[^"]+)"', page.text))
                sent = await outside.post(unescape(address), data={"sub": "alice"})
                assert sent.status_code == 302, sent.text[:500]
                back = await browser.get(sent.headers["location"])
                assert back.status_code == 303, back.text
                again = await browser.get(sent.headers["location"])
                assert again.status_code in {403, 503}, "a code works once"
                assert "Alice" in (await browser.get("/account")).text
