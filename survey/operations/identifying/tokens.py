"""An identity token's signature: made by one of the provider's keys, with an algorithm that we allow."""

import base64
import binascii
from typing import Any

import msgspec
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from survey.core.identity import NotVouchedFor
from survey.operations.identifying.provider import Provider

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""Allowed algorithms and the kind of key each takes. Named here and never by the token: "none", and a secret made of a
public key (HS256), are not among them."""
LEAST_BITS = 2048
MOST = 16_384
"""Characters of a token, at the most."""


class Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str | None = None


async def verified(provider: Provider, token: str) -> dict[str, Any]:
    """The token's claims. Raises NotVouchedFor unless a key of the provider's signed them."""
    header = _header(token)
    for key in await provider.keys(header.kid):
        if _fits(key, header):
            return _claims(token, key, header.alg)
    raise NotVouchedFor


def _header(token: str) -> Header:
    start = token.partition(".")[0]
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(start + "=" * (-len(start) % 4)), type=Header)
    except (msgspec.DecodeError, binascii.Error, ValueError):
        raise NotVouchedFor from None
    if len(token) > MOST or header.alg not in ALGORITHMS:
        raise NotVouchedFor
    return header


def _fits(key: dict[str, Any], header: Header) -> bool:
    """A token that names no key can only be one of a provider that has one."""
    return (
        (header.kid is None or key.get("kid") == header.kid)
        and key.get("kty") == ALGORITHMS[header.alg]
        and key.get("use", "sig") == "sig"
        and key.get("alg", header.alg) == header.alg
    )


def _claims(token: str, key: dict[str, Any], algorithm: str) -> dict[str, Any]:
    public: dict[str, Any] = {name: key[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in key}
    try:
        if ALGORITHMS[algorithm] == "RSA" and len(_bytes(public["n"])) * 8 < LEAST_BITS:
            raise NotVouchedFor
        return dict(jwt.decode(token, jwk.import_key(public), algorithms=[algorithm]).claims)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise NotVouchedFor from None


def _bytes(number: Any) -> bytes:
    return base64.urlsafe_b64decode(str(number) + "=" * (-len(str(number)) % 4)).lstrip(b"\0")
