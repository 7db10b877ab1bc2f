"""What an OpenID provider says about somebody, and whether it says it to us, now, about this sign-in.

The signature has been verified before. Checked here, after OpenID Connect Core 3.1.3.7: issuer, audience, authorised
party, expiry, time of issue, nonce. Somebody is known by issuer and subject, and by nothing else: an e-mail address can
be given to another person.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from survey import errors

SKEW = 60
"""Seconds by which the provider's clock and ours may differ."""
OLDEST = 600
"""Seconds since a token was issued, at the most: it is used at once."""
LONGEST_NAME = 100
MICROSOFT = frozenset({"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"})


class NotVouchedFor(errors.SurveyError):
    """The answer of your organisation's sign-in could not be trusted, so nothing was opened. Go back to the sign-in
    page and try once more. If it happens again, tell your digital team."""

    status = 403
    title = "You could not be signed in"


class Identity(msgspec.Struct, frozen=True):
    """Somebody at a provider. `name` is to be shown and tells nobody apart; it may be empty."""

    issuer: str
    subject: str
    name: str


class Expected(msgspec.Struct, frozen=True):
    """What a token must say. `now` in seconds since 1970."""

    issuer: str
    client_id: str
    nonce: str
    now: int


def identity(claims: Mapping[str, Any], expected: Expected) -> Identity:
    """Raises NotVouchedFor, which does not say why: whoever forges a token learns nothing."""
    sound = (
        claims.get("iss") == expected.issuer,
        _is_for(claims, expected.client_id),
        _is_timely(claims, expected.now),
        bool(expected.nonce) and claims.get("nonce") == expected.nonce,
    )
    subject = _subject(claims, expected.issuer)
    if not all(sound) or subject is None:
        raise NotVouchedFor
    return Identity(expected.issuer, subject, _name(claims))


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Among several audiences, we must be the party that the token was issued to."""
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", None if len(several) > 1 else client_id)
    return client_id in several and bool(party == client_id)


def _is_timely(claims: Mapping[str, Any], now: int) -> bool:
    expires, issued, begins = (claims.get(name, 0) for name in ("exp", "iat", "nbf"))
    if not all(
        isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (expires, issued, begins)
    ):
        return False
    return bool(now < expires + SKEW and now - OLDEST - SKEW <= issued <= now + SKEW and begins <= now + SKEW)


def _subject(claims: Mapping[str, Any], issuer: str) -> str | None:
    """Microsoft's `sub` differs from application to application: there it is the object's id within its tenant, which
    must be the issuer's."""
    parts = urlsplit(issuer)
    if parts.hostname in MICROSOFT:
        if not claims.get("tid") or claims["tid"] != parts.path.split("/")[1]:
            return None
        return _text(claims.get("oid"))
    return _text(claims.get("sub"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 1 <= len(value) <= 255 and value.isprintable() else None


def _name(claims: Mapping[str, Any]) -> str:
    given = claims.get("name")
    kept = "".join(one for one in given if one.isprintable()) if isinstance(given, str) else ""
    return kept.strip()[:LONGEST_NAME]
