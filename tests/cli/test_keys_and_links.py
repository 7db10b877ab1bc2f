"""API keys and sign-in links on the command line."""

import asyncio
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner, Result

from survey import db as databases
from survey import errors
from survey.cli import key, organisation, sign_in
from survey.operations import granting, signing_in


@pytest.fixture
def trust(environment: dict[str, str]) -> dict[str, str]:
    assert _invoke(organisation.command, ["add", "TST", "Test Trust"], environment).exit_code == 0
    return environment


def _invoke(command: click.Command, arguments: Sequence[str], environment: dict[str, str]) -> Result:
    return CliRunner().invoke(command, arguments, env=environment, catch_exceptions=False)


def test_a_key_is_made_listed_and_revoked(trust: dict[str, str]) -> None:
    made = _invoke(key.command, ["new", "--name", "Power BI", "--days", "30"], trust)
    assert made.stdout.startswith("svy_") and made.stdout.count("\n") == 1, "only the key, so that it can be piped"
    assert "Keep it safe" in made.stderr and made.stdout.strip() not in made.stderr
    listed = _invoke(key.command, ["list"], trust).stdout
    key_id = listed.split()[0]
    assert "Power BI  until" in listed and made.stdout.strip() not in listed
    assert _invoke(key.command, ["revoke", key_id], trust).stdout == f"Key {key_id} no longer works.\n"
    assert _invoke(key.command, ["list"], trust).stdout == ""
    with pytest.raises(errors.NotFound, match="survey key list"):
        _invoke(key.command, ["revoke", key_id], trust)


def _roles(url: str, token: str) -> tuple[str, ...]:
    async def ask() -> tuple[str, ...]:
        async with databases.connect(url) as db:
            return (await signing_in.who(db, await signing_in.sign_in(db, token))).roles

    return asyncio.run(ask())


@pytest.mark.parametrize(("arguments", "role"), [([], "owner"), (["--role", "reader"], "reader")])
def test_a_link_is_printed_under_the_address_people_use(trust: dict[str, str], arguments: list[str], role: str) -> None:
    settings = trust | {"SURVEY_BASE_URL": "https://survey.trust.example"}
    printed = _invoke(sign_in.command, arguments, settings).stdout
    start, _, token = printed.strip().rpartition("/")
    assert start == "https://survey.trust.example/sign-in"
    assert _roles(trust["SURVEY_DATABASE_URL"], token) == (role,)


def test_lifetimes_and_roles_are_checked_before_anything_is_opened() -> None:
    nowhere = {"SURVEY_DATABASE_URL": "postgresql://nobody@localhost:1/none"}
    assert _invoke(key.command, ["new", "--name", "x", "--days", str(granting.MOST_DAYS + 1)], nowhere).exit_code == 2
    assert _invoke(sign_in.command, ["--role", "admin"], nowhere).exit_code == 2
