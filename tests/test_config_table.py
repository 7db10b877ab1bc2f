"""The README's table of settings is complete and true."""

import re
from pathlib import Path

import pytest

from survey import config
from survey.config import Config

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `SURVEY_(\w+)` \| ([^|]+?) \|", README, flags=re.MULTILINE))
SPOKEN = {
    "database_url": "an embedded Postgres",
    "postgres_bin": "bundled",
    "secret": "required",
    "keys": "required",
    "smtp_url": "no e-mail",
    "smtp_from": "no sender",
    "notify_api_key": "no Notify",
    "notify_email_template": "no e-mail",
    "notify_sms_template": "no text messages",
    "notify_callback_token": "no receipts",
}
"""Settings whose absence is told in words, and one of those words."""


def test_the_table_has_every_setting_and_no_other() -> None:
    assert {name.lower() for name in ROWS} == set(Config.__struct_fields__) == set(config.READERS)


def test_what_the_tooling_reads_is_told_too() -> None:
    assert {name for name in config.TOOLING if f"`{name}=1`" in README} == config.TOOLING


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_table_gives_the_true_default(name: str) -> None:
    told, default = ROWS[name], getattr(Config(), name.lower())
    if name.lower() in SPOKEN:
        assert default is None
        assert SPOKEN[name.lower()] in told
    elif default in ((), None):
        assert told == "none"
    else:
        assert told == f"`{default}`"


def test_no_other_variable_of_ours_is_read_anywhere() -> None:
    """One Struct, read once: elsewhere a name may be told to people, but is not looked up."""
    known = {f"SURVEY_{name}" for name in ROWS} | config.TOOLING
    package = Path(config.__file__).parent
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"SURVEY_[A-Z][A-Z_]*[A-Z]", text)) <= known, path
        if path.name not in {"config.py", "bootstrap.py"}:
            assert not re.search(r"(environ\[|environ\.get\(|getenv\()\s*.SURVEY_", text), path
