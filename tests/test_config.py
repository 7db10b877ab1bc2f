"""Settings: read once, every mistake told by the name of its variable, secrets never shown."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey import config
from survey.config import Config
from survey.errors import Misconfigured

README = Path(__file__).parents[1] / "README.md"
SECRET = "a secret that is thirty-two long or more"
TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
VALID: dict[str, tuple[str, Any]] = {
    "DATABASE_URL": ("postgresql://survey@db/survey", "postgresql://survey@db/survey"),
    "POSTGRES_BIN": ("/usr/lib/postgresql/15/bin", Path("/usr/lib/postgresql/15/bin")),
    "DATA": ("/srv/survey", Path("/srv/survey")),
    "KEYS": ("/srv/keys", Path("/srv/keys")),
    "BASE_URL": ("https://survey.trust.example/", "https://survey.trust.example"),
    "CONSOLE_URL": ("https://console.trust.example/", "https://console.trust.example"),
    "OIDC_ISSUER": ("https://login.trust.example/tenant/v2.0", "https://login.trust.example/tenant/v2.0"),
    "OIDC_CLIENT_ID": ("survey", "survey"),
    "HOST": ("0.0.0.0", "0.0.0.0"),
    "PORT": ("8443", 8443),
    "TRUSTED_PROXIES": ("10.0.0.1, 192.168.0.0/16,::1", ("10.0.0.1", "192.168.0.0/16", "::1")),
    "POOL_SIZE": ("500", 500),
    "LOG_FORMAT": ("json", "json"),
    "CLOCK_ZONE": ("Europe/Dublin", "Europe/Dublin"),
    "SMTP_FROM": ("Team <team@trust.example>", "Team <team@trust.example>"),
    "SMTP_PER_MINUTE": ("30", 30),
    "NOTIFY_URL": ("https://notify.example/", "https://notify.example"),
    "NOTIFY_EMAIL_TEMPLATE": (TEMPLATE, TEMPLATE),
    "NOTIFY_SMS_TEMPLATE": (TEMPLATE, TEMPLATE),
    "NOTIFY_PER_MINUTE": ("100", 100),
}
HIDDEN = {"OIDC_CLIENT_SECRET", "SECRET", "SMTP_URL", "NOTIFY_API_KEY", "NOTIFY_CALLBACK_TOKEN"}
"""What does not show its value: tests of what uses it read it."""
INVALID = {
    "DATABASE_URL": ["", "survey", "mysql://survey", "Postgres", "file:///etc/passwd"],
    "POSTGRES_BIN": [""],
    "DATA": [""],
    "KEYS": [""],
    "SECRET": ["", "short", "x" * 31],
    "BASE_URL": [
        "", "survey.trust.example", "ftp://survey.trust.example", "https://", "https://trust.example/survey",
        "https://trust.example?x=1", "https://trust.example#top", "https://user:password@trust.example",
        "http://[::1", "https://trust.example:port", "https://trust.example:99999", "javascript:alert(1)",
    ],
    "CONSOLE_URL": ["", "console.trust.example", "https://trust.example/console"],
    "OIDC_ISSUER": [
        "", "login.trust.example", "http://login.trust.example", "https://login.trust.example?x=1", "https://",
        "https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/organizations/v2.0",
    ],
    "OIDC_CLIENT_ID": [""],
    "OIDC_CLIENT_SECRET": [""],
    "HOST": [""],
    "PORT": ["", "0", "65536", "-1", "eighty", "80.5", "８０", " 80", "9" * 5000],
    "TRUSTED_PROXIES": ["proxy.trust.example", "10.0.0.1, nonsense", "10.0.0.0/33", "*"],
    "POOL_SIZE": ["", "0", "501", "ten", "1e2"],
    "LOG_FORMAT": ["", "JSON", "xml"],
    "CLOCK_ZONE": ["", "London", "Europe/Nowhere", "../../etc/passwd", "GMT+25"],
    "SMTP_URL": ["", "mail.trust.example", "http://mail.trust.example", "smtp://", "smtp://mail.example/box"],
    "SMTP_FROM": ["", "Digital team", "team@trüst.example", "a@b.example\nBcc: c@d.example"],
    "SMTP_PER_MINUTE": ["", "0", "ten"],
    "NOTIFY_API_KEY": ["", "key", f"name-{TEMPLATE}"],
    "NOTIFY_URL": ["", "notify.example", "file:///etc/passwd"],
    "NOTIFY_EMAIL_TEMPLATE": ["", "template"],
    "NOTIFY_SMS_TEMPLATE": ["", TEMPLATE.upper()],
    "NOTIFY_CALLBACK_TOKEN": ["", "x" * 31],
    "NOTIFY_PER_MINUTE": ["", "0", "many"],
}  # fmt: skip


def test_every_setting_has_a_value_that_works_and_ones_that_do_not() -> None:
    names = {name.upper() for name in config.READERS}
    assert set(VALID) | HIDDEN == names == set(INVALID)
    assert names == {field.upper() for field in Config.__struct_fields__}


@pytest.mark.parametrize(("name", "text", "value"), [(name, *pair) for name, pair in VALID.items()])
def test_a_setting_is_read(name: str, text: str, value: Any) -> None:
    assert getattr(config.read({f"SURVEY_{name}": text}), name.lower()) == value


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in INVALID.items() for text in texts])
def test_a_wrong_value_is_told_by_the_name_of_its_variable(name: str, text: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        config.read({f"SURVEY_{name}": text})
    assert f"SURVEY_{name}" in str(refused.value)
    assert len(str(refused.value)) < 300


def test_half_a_provider_is_none() -> None:
    whole = {"SURVEY_OIDC_ISSUER": "https://login.example", "SURVEY_OIDC_CLIENT_ID": "survey"}
    with pytest.raises(Misconfigured, match="set all three"):
        _ = config.read(whole).has_provider
    assert config.read(whole | {"SURVEY_OIDC_CLIENT_SECRET": "x"}).has_provider
    assert not Config().has_provider


def test_nothing_set_is_a_whole_configuration_with_nothing_secret_in_it() -> None:
    assert config.read({}) == config.read({"PATH": "/bin", "NOT_SURVEY_X": "1"}) == Config()


@pytest.mark.parametrize("name", ["SURVEY_SECRT", "SURVEY_", "SURVEY_secret", "SURVEY_DATABASE"])
def test_a_name_nobody_knows_is_told_and_not_passed_over(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} is not a setting"):
        config.read({name: "x"})


@pytest.mark.parametrize("name", sorted(config.TOOLING))
def test_the_tooling_s_own_names_are_let_pass(name: str) -> None:
    assert config.read({name: "1"}) == Config()


def test_the_process_s_environment_is_what_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.READERS:
        monkeypatch.delenv(f"SURVEY_{name.upper()}", raising=False)
    monkeypatch.setenv("SURVEY_PORT", "9001")
    assert config.read().port == 9001


@pytest.mark.parametrize(
    ("base_url", "tls"), [("https://survey.trust.example", True), ("http://127.0.0.1:8000", False)]
)
def test_https_is_told_from_the_address_people_use(base_url: str, tls: bool) -> None:
    assert config.read({"SURVEY_BASE_URL": base_url}).tls is tls


def test_what_is_required_is_asked_for_when_it_is_needed() -> None:
    with pytest.raises(Misconfigured, match="SURVEY_SECRET is not set"):
        Config().secret_bytes()
    with pytest.raises(Misconfigured, match="SURVEY_KEYS is not set"):
        Config().key_directory()


def test_the_secret_is_given_only_to_who_asks_for_it_by_name() -> None:
    """Property 6: never in a repr, a log or an error."""
    read = config.read({"SURVEY_SECRET": SECRET})
    assert read.secret_bytes() == SECRET.encode()
    assert read.secret is not None
    for shown in (repr(read), str(read), f"{read.secret}", repr(read.secret), repr([read.secret]), f"{read!r:>2}"):
        assert SECRET not in shown
    with pytest.raises(TypeError):
        msgspec.json.encode(read)


def test_a_secret_that_is_too_short_is_not_repeated_in_the_error() -> None:
    with pytest.raises(Misconfigured) as refused:
        config.read({"SURVEY_SECRET": "hunter2"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://survey:hunter2@db/survey", "hunter2"])
def test_a_password_in_a_wrong_address_is_not_repeated_in_the_error(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        config.read({"SURVEY_DATABASE_URL": url})
    assert "hunter2" not in str(refused.value)


def test_the_readme_s_table_lists_every_setting_with_its_default() -> None:
    table = dict(re.findall(r"^\| `SURVEY_(\w+)` \| (.+?) \| .+ \|$", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(table) == {name.upper() for name in config.READERS}
    for name, told in table.items():
        default = getattr(Config(), name.lower())
        if default not in (None, ()):
            assert told == f"`{default}`", name


def test_the_readme_names_what_the_tooling_reads() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in config.TOOLING if name not in text] == []
