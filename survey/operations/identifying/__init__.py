"""Signing in with the organisation's own accounts: OpenID Connect, authorisation code with PKCE.

What one sign-in has to remember (state, nonce, code verifier, an invitation) travels in a cookie that only this
deployment's secret opens: any replica can finish what another began, and nothing is written before somebody is known.
"""

import time

import msgspec

from survey import sealing
from survey.core import identity
from survey.core.identity import Expected, Identity, NotVouchedFor
from survey.operations.identifying import tokens
from survey.operations.identifying.provider import Provider

__all__ = ["LASTS", "Begun", "Finished", "Identity", "NotVouchedFor", "Provider", "begin", "finish"]

LASTS = 600
"""Seconds from the sign-in page's button to the provider's answer, at the most."""


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """Of one sign-in. `invitation` is the token of the link that it answers, `place` where to go on, or empty texts."""

    state: str
    nonce: str
    verifier: str
    invitation: str
    place: str
    began: int


class Begun(msgspec.Struct, frozen=True):
    """Where the browser goes now, and what it must bring back in a cookie."""

    address: str
    memory: str


class Finished(msgspec.Struct, frozen=True):
    """Whom the provider vouches for, the invitation that they came with and where they wanted to go, or empty texts."""

    identity: Identity
    invitation: str
    place: str


async def begin(provider: Provider, secret: bytes, back: str, invitation: str = "", place: str = "") -> Begun:
    """Raises Unavailable while the provider does not answer. `back`: where it is to send people afterwards."""
    state, nonce, verifier = (sealing.random_token() for _ in range(3))
    memory = Memory(state, nonce, verifier, invitation, place, int(time.time()))
    address = await provider.address(
        {
            "response_type": "code",
            "scope": "openid profile",
            "redirect_uri": back,
            "state": memory.state,
            "nonce": memory.nonce,
            "code_challenge": sealing.challenge(memory.verifier),
            "code_challenge_method": "S256",
        }
    )
    return Begun(address, sealing.close_text(secret, "sign-in", msgspec.json.encode(memory)))


async def finish(provider: Provider, secret: bytes, back: str, kept: str, state: str, code: str) -> Finished:
    """Raises NotVouchedFor for an answer that does not belong to what this browser began, or cannot be trusted."""
    memory, now = _remembered(secret, kept), int(time.time())
    if not code or not sealing.same(state, memory.state) or not 0 <= now - memory.began <= LASTS:
        raise NotVouchedFor
    token = await provider.exchange({"code": code, "code_verifier": memory.verifier, "redirect_uri": back})
    claims = await tokens.verified(provider, token)
    expected = Expected(provider.issuer, provider.client_id, memory.nonce, now)
    return Finished(identity.identity(claims, expected), memory.invitation, memory.place)


def _remembered(secret: bytes, kept: str) -> Memory:
    opened = sealing.open_text(secret, "sign-in", kept)
    if opened is None:
        raise NotVouchedFor
    return msgspec.json.decode(opened, type=Memory)
