"""Every setting, read once from the environment into one frozen value. The README's table lists the same names."""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from survey import errors

VAR = Path("var")


class Secret:
    """A secret that does not show itself in a repr, a log or an error."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


class MailServer(msgspec.Struct, frozen=True):
    """Where e-mail is handed over. `security`: STARTTLS, TLS from the first byte, or none (on this machine, or because
    the operator said so)."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: Secret = Secret(b"")


class Config(msgspec.Struct, frozen=True):
    """The settings. Each field is `SURVEY_` and its name in capitals; texts behind the fields are the README's."""

    database_url: str | None = None
    """Which Postgres to use (15 or newer). Unset: an embedded one in `var/`."""
    postgres_bin: Path | None = None
    """A folder with `postgres`, `initdb` and `pg_dump` for the embedded server, instead of the bundled ones."""
    data: Path = VAR
    """Where the embedded Postgres keeps its data."""
    secret: Secret | None = None
    """The deployment's secret: at least 32 characters. Required, except for the demo, which makes one."""
    keys: Path | None = None
    """The key directory: rounds' keys, wrapped under the secret. Outside Postgres; required likewise."""
    base_url: str = "http://127.0.0.1:8000"
    """The address people reach the service at. Links are built from this and from nothing else."""
    console_url: str | None = None
    """The address of the console, where it is not the respondents'. Unset: one address for both."""
    oidc_issuer: str | None = None
    """The one OpenID provider whose word is taken for who somebody is. Unset: people sign in by one-time links."""
    oidc_client_id: str | None = None
    """What that provider calls this service."""
    oidc_client_secret: Secret | None = None
    """By which the provider knows this service."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 8000
    """The port to listen on."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks, comma-separated, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    pool_size: int = 10
    """The most connections to Postgres that one process holds."""
    log_format: str = "auto"
    """`json`, `console`, or `auto`: console on a terminal, JSON elsewhere."""
    clock_zone: str = "Europe/London"
    """The time zone in which people give and read dates."""

    smtp_url: MailServer | None = None
    """The mail server that takes invitations: `smtp://user:password@host:587` insists on STARTTLS (but on loopback),
    `smtps://` speaks TLS at once, `smtp+plain://` neither."""
    smtp_from: str | None = None
    """The sender of e-mails, such as `Digital team <survey@trust.nhs.uk>`. Required with SURVEY_SMTP_URL."""
    smtp_per_minute: int = 300
    """The most e-mails a minute that the mail server is given by this deployment."""
    notify_api_key: Secret | None = None
    """A GOV.UK Notify API key."""
    notify_url: str = "https://api.notifications.service.gov.uk"
    """Where GOV.UK Notify is."""
    notify_email_template: str | None = None
    """The id of Notify's e-mail template, with `((subject))` as its subject and `((body))` as its message."""
    notify_sms_template: str | None = None
    """The id of Notify's text-message template, which is `((body))`."""
    notify_callback_token: Secret | None = None
    """The bearer token with which Notify sends delivery receipts."""
    notify_per_minute: int = 3000
    """The most messages a minute that Notify is given by this deployment."""

    @property
    def sends_by(self) -> tuple[str, ...]:
        """The channels for which a provider is set up."""
        notify = self.notify_api_key is not None
        by_mail = self.smtp_url is not None or (notify and self.notify_email_template is not None)
        by_text = notify and self.notify_sms_template is not None
        return (("email",) if by_mail else ()) + (("sms",) if by_text else ())

    @property
    def tls(self) -> bool:
        """Whether people reach us by https: then cookies are `__Host-` and Secure."""
        return self.base_url.startswith("https://")

    @property
    def console(self) -> str:
        """The address of the console: sign-in links and the provider's answers lead there."""
        return self.console_url or self.base_url

    @property
    def console_tls(self) -> bool:
        return self.console.startswith("https://")

    @property
    def has_provider(self) -> bool:
        """Whether people sign in with the organisation's accounts. Raises Misconfigured for half of what that needs."""
        needed = {self.oidc_issuer is not None, self.oidc_client_id is not None, self.oidc_client_secret is not None}
        if len(needed) > 1:
            raise errors.Misconfigured(
                "SURVEY_OIDC_ISSUER, SURVEY_OIDC_CLIENT_ID, SURVEY_OIDC_CLIENT_SECRET belong together: set all three"
            )
        return needed == {True}

    def secret_bytes(self) -> bytes:
        if self.secret is None:
            raise errors.Misconfigured(
                "SURVEY_SECRET is not set. Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return self.secret.reveal()

    def key_directory(self) -> Path:
        if self.keys is None:
            raise errors.Misconfigured(
                "SURVEY_KEYS is not set. Name a directory outside the database that only the service can read."
            )
        return self.keys


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
        raise errors.Misconfigured(f"{name} must be a whole number from {low} to {high}, not “{value[:20]}”.")
    return int(value)


def _base_url(name: str, value: str) -> str:
    """Scheme and host alone: a path, a password or a port that is none would end up in every link."""
    try:
        parts = urlsplit(value.lower())
        address = f"{parts.scheme}://{parts.netloc}"
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        sound = False
    if not sound or value.lower().rstrip("/") != address:
        raise errors.Misconfigured(f"{name} must look like https://survey.trust.nhs.uk, not “{value}”.")
    return address


def _issuer(value: str) -> str:
    """One provider, and of Microsoft's one tenant; by https, unless it runs on this machine."""
    try:
        parts = urlsplit(value)
        loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
        sound = parts.hostname and (parts.scheme == "https" or loopback) and not (parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound:
        raise errors.Misconfigured(f"SURVEY_OIDC_ISSUER must be an https address, not “{value}”.")
    if {"common", "organizations", "consumers"} & set(parts.path.split("/")):
        raise errors.Misconfigured("SURVEY_OIDC_ISSUER must name one tenant: anybody’s account would be believed.")
    return value


def _proxies(value: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in value.split(",") if part.strip())
    for name in names:
        try:
            ipaddress.ip_network(name, strict=False)
        except ValueError:
            raise errors.Misconfigured(f"SURVEY_TRUSTED_PROXIES: “{name}” is not an address or a network.") from None
    return names


def _secret(value: str) -> Secret:
    if len(value) < 32:
        raise errors.Misconfigured("SURVEY_SECRET is too short: it needs at least 32 characters.")
    return Secret(value.encode())


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise errors.Misconfigured(f"{name} must be one of {', '.join(choices)}, not “{value}”.")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.Misconfigured(
            f"SURVEY_CLOCK_ZONE must be a time zone such as Europe/London, not “{value}”."
        ) from None
    return value


_SECURITY: dict[str, Literal["starttls", "tls", "none"]] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
_MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _smtp_url(value: str) -> MailServer:
    """What is wrong is said without the value: it has a password in it."""
    try:
        parts = urlsplit(value)
        host, port, security = parts.hostname, parts.port, _SECURITY[parts.scheme]
    except (ValueError, KeyError):
        host, port, security = None, None, "none"
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise errors.Misconfigured("SURVEY_SMTP_URL must look like smtp://user:password@mail.trust.nhs.uk:587")
    if security == "starttls" and host in _LOOPBACK:
        security = "none"
    password = Secret(unquote(parts.password or "").encode())
    return MailServer(host, port or _MAIL_PORTS[security], security, unquote(parts.username or ""), password)


def _sender(value: str) -> str:
    address = parseaddr(value)[1]
    if "@" not in address or not address.isascii() or any(ord(letter) < 32 for letter in value):
        raise errors.Misconfigured("SURVEY_SMTP_FROM must look like Digital team <survey@trust.nhs.uk>.")
    return value


def _notify_key(value: str) -> Secret:
    if not _NOTIFY_KEY.fullmatch(value):
        raise errors.Misconfigured("SURVEY_NOTIFY_API_KEY is not a key of Notify's: a name and two ids, with hyphens.")
    return Secret(value.encode())


_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTIFY_KEY = re.compile(rf"[^\n]*?{_UUID}-{_UUID}")


def _template(name: str, value: str) -> str:
    if not re.fullmatch(_UUID, value):
        raise errors.Misconfigured(f"{name} must be a template's id, as Notify shows it.")
    return value


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.Misconfigured(f"{name} must begin with https://")
    return value.rstrip("/")


def _callback_token(value: str) -> Secret:
    if len(value) < 32:
        raise errors.Misconfigured("SURVEY_NOTIFY_CALLBACK_TOKEN is too short: it needs at least 32 characters.")
    return Secret(value.encode())


def _database_url(value: str) -> str:
    if not value.startswith(("postgres://", "postgresql://")):
        raise errors.Misconfigured("SURVEY_DATABASE_URL must begin with postgresql://")
    return value


READERS: dict[str, Callable[[str], Any]] = {
    "database_url": _database_url,
    "postgres_bin": Path,
    "data": Path,
    "secret": _secret,
    "keys": Path,
    "base_url": lambda value: _base_url("SURVEY_BASE_URL", value),
    "console_url": lambda value: _base_url("SURVEY_CONSOLE_URL", value),
    "oidc_issuer": _issuer,
    "oidc_client_id": str,
    "oidc_client_secret": lambda value: Secret(value.encode()),
    "host": str,
    "port": lambda value: _whole("SURVEY_PORT", value, 1, 65535),
    "trusted_proxies": _proxies,
    "pool_size": lambda value: _whole("SURVEY_POOL_SIZE", value, 1, 500),
    "log_format": lambda value: _one_of("SURVEY_LOG_FORMAT", value, ("auto", "json", "console")),
    "clock_zone": _zone,
    "smtp_url": _smtp_url,
    "smtp_from": _sender,
    "smtp_per_minute": lambda value: _whole("SURVEY_SMTP_PER_MINUTE", value, 1, 100_000),
    "notify_api_key": _notify_key,
    "notify_url": lambda value: _address("SURVEY_NOTIFY_URL", value),
    "notify_email_template": lambda value: _template("SURVEY_NOTIFY_EMAIL_TEMPLATE", value),
    "notify_sms_template": lambda value: _template("SURVEY_NOTIFY_SMS_TEMPLATE", value),
    "notify_callback_token": _callback_token,
    "notify_per_minute": lambda value: _whole("SURVEY_NOTIFY_PER_MINUTE", value, 1, 100_000),
}
TOOLING = {"SURVEY_REQUIRE_BROWSER", "SURVEY_NO_BOOTSTRAP"}
"""Names of the same family that the bootstrap and the tests read."""


def read(environment: Mapping[str, str] | None = None) -> Config:
    """The settings of this process. Raises Misconfigured for a wrong value and for a name nobody knows."""
    given = {k: v for k, v in (os.environ if environment is None else environment).items() if k.startswith("SURVEY_")}
    unknown = sorted(set(given) - {f"SURVEY_{name.upper()}" for name in READERS} - TOOLING)
    if unknown:
        raise errors.Misconfigured(f"{unknown[0]} is not a setting. The README lists them all.")
    empty = sorted(name for name, value in given.items() if not value and name not in TOOLING)
    if empty:
        raise errors.Misconfigured(f"{empty[0]} is set to nothing. Give it a value, or leave it out.")
    return Config(**{n: r(given[f"SURVEY_{n.upper()}"]) for n, r in READERS.items() if f"SURVEY_{n.upper()}" in given})
