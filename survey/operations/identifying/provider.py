"""The one OpenID provider of a deployment: what it says about itself, its keys, and changing a code for a token.

Its keys are kept for an hour. A token under a key that is not among them has them fetched again, at most every half
minute: that is how a provider's change of keys is followed without letting forged tokens cause requests.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec

from survey import errors
from survey.core.identity import NotVouchedFor
from survey.logs import log

KEPT = 3600.0
"""Seconds for which metadata and keys are believed."""
PATIENCE = 30.0
"""Seconds between two fetches of the keys, at the least."""
MOST = 262_144
"""Bytes of an answer, at the most."""
_TIMEOUT = httpx.Timeout(10, connect=5)


class ProviderAway(errors.Unavailable):
    """Your organisation's sign-in does not answer at the moment. Try again in a few minutes."""

    title = "Signing in does not work at the moment"


class Metadata(msgspec.Struct, frozen=True):
    """Of the provider's own description: where things are."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Token(msgspec.Struct, frozen=True):
    id_token: str


class Keys(msgspec.Struct, frozen=True):
    keys: tuple[dict[str, Any], ...]


class Provider:
    """`secret` shows in no repr. `transport` is for tests."""

    def __init__(self, issuer: str, client_id: str, secret: bytes, transport: Any = None) -> None:
        self.issuer, self.client_id, self._secret, self._transport = issuer, client_id, secret, transport
        self._metadata: Metadata | None = None
        self._keys: tuple[dict[str, Any], ...] = ()
        self._described = self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def address(self, query: Mapping[str, str]) -> str:
        """Where a browser is sent to sign in."""
        endpoint = (await self._describe()).authorization_endpoint
        glue = "&" if urlsplit(endpoint).query else "?"
        return f"{endpoint}{glue}{urlencode({**query, 'client_id': self.client_id})}"

    async def exchange(self, form: Mapping[str, str]) -> str:
        """The identity token for a code. Raises NotVouchedFor where the provider refuses the code."""
        endpoint = (await self._describe()).token_endpoint
        given = {**form, "grant_type": "authorization_code"}
        basic = httpx.BasicAuth(quote(self.client_id, safe=""), quote(self._secret.decode(), safe=""))
        answer = await self._ask("POST", endpoint, data=given, auth=basic)
        if 400 <= answer.status_code < 500:
            log.warning("provider refuses", status=answer.status_code)
            raise NotVouchedFor
        token: Token = _decoded(answer, Token)
        return token.id_token

    async def keys(self, known: str | None) -> tuple[dict[str, Any], ...]:
        """The provider's keys; fetched again where none of them has the name that is looked for."""
        async with self._fetching:
            age = time.monotonic() - self._fetched
            missing = known is not None and known not in {key.get("kid") for key in self._keys}
            if age > KEPT or (missing and age > PATIENCE):
                uri = (await self._describe()).jwks_uri
                self._keys = _decoded(await self._ask("GET", uri), Keys).keys
                self._fetched = time.monotonic()
        return self._keys

    async def _describe(self) -> Metadata:
        """Raises ProviderAway, too, for a description that is another issuer's, or leads out of https."""
        if self._metadata is None or time.monotonic() - self._described > KEPT:
            answer = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            found = _decoded(answer, Metadata)
            if found.issuer != self.issuer or not all(map(self._is_safe, msgspec.structs.astuple(found))):
                log.error("provider describes another issuer", issuer=found.issuer[:200])
                raise ProviderAway
            self._metadata, self._described = found, time.monotonic()
        return self._metadata

    def _is_safe(self, address: str) -> bool:
        """https, unless the issuer itself is one without, on this machine."""
        return urlsplit(address).scheme in {"https", urlsplit(self.issuer).scheme}

    async def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        """Follows no redirect. A client for each request: they are minutes apart."""
        try:
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT, transport=self._transport, trust_env=False) as client,
                client.stream(method, address, headers={"accept": "application/json"}, **more) as answer,
            ):
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > MOST:
                        raise ProviderAway
                return httpx.Response(answer.status_code, content=body)
        except (httpx.HTTPError, httpx.InvalidURL) as away:
            log.warning("provider does not answer", error=type(away).__name__)
            raise ProviderAway from None


def _decoded(answer: httpx.Response, kind: type[Any]) -> Any:
    if answer.status_code != 200:
        raise ProviderAway
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise ProviderAway from None
