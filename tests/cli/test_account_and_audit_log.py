"""Accounts and the audit log on the command line."""

import asyncio
import re
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner, Result

from survey import db as databases
from survey import errors
from survey.cli import account, audit_log, organisation, sign_in
from survey.operations import signing_in


@pytest.fixture
def trust(environment: dict[str, str]) -> dict[str, str]:
    assert _invoke(organisation.command, ["add", "TST", "Test Trust"], environment).exit_code == 0
    return environment


def _invoke(command: click.Command, arguments: Sequence[str], environment: dict[str, str]) -> Result:
    return CliRunner().invoke(command, arguments, env=environment, catch_exceptions=False)


def _use(url: str, token: str) -> None:
    async def use() -> None:
        async with databases.connect(url) as db:
            await signing_in.sign_in(db, token)

    asyncio.run(use())


def _tamper(url: str) -> None:
    async def tamper() -> None:
        async with databases.connect(url) as db:
            await db.execute("alter table audit_entry disable trigger user")
            await db.execute("delete from audit_entry where number = 2")

    asyncio.run(tamper())


def test_roles_are_given_taken_and_listed(trust: dict[str, str]) -> None:
    link = _invoke(sign_in.command, ["--name", "Sam Jones"], trust).stdout.strip()
    _use(trust["SURVEY_DATABASE_URL"], link.rpartition("/")[2])
    given = _invoke(account.command, ["grant", "Sam Jones", "--role", "reviewer"], trust).stdout
    assert given == "Sam Jones now has: owner, reviewer.\n"
    listed = _invoke(account.command, ["list"], trust).stdout
    assert "Sam Jones  owner, reviewer  last signed in: " in listed
    account_id = listed.split()[0]
    with pytest.raises(errors.Refused, match="only owner"):
        _invoke(account.command, ["revoke", account_id], trust)
    assert _invoke(account.command, ["revoke", account_id, "--role", "reviewer"], trust).stdout.endswith("owner.\n")
    with pytest.raises(errors.NotFound, match="account list"):
        _invoke(account.command, ["grant", "Nobody", "--role", "reader"], trust)
    assert _invoke(account.command, ["grant", "Sam Jones", "--role", "king"], trust).exit_code == 2


def test_the_log_is_listed_verified_and_its_loss_is_told(trust: dict[str, str]) -> None:
    for name in ("Sam", "Kim", "Ola"):
        _invoke(sign_in.command, ["--name", name, "--role", "reader"], trust)
    _invoke(account.command, ["grant", "Kim", "--role", "manager"], trust)
    listed = _invoke(audit_log.command, ["list"], trust).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3", "4"]
    assert "command line  account.grant" in listed[-1] and "Kim" not in listed[-1]
    assert _invoke(audit_log.command, ["list", "--about", "round"], trust).stdout == ""
    told = _invoke(audit_log.command, ["verify"], trust).stdout
    assert told.startswith("4 entries, each as it was written")
    checkpoint = re.search(r"Checkpoint: (4:[0-9a-f]{64})\n", told)
    assert checkpoint
    assert _invoke(audit_log.command, ["verify", "--checkpoint", checkpoint[1]], trust).exit_code == 0
    _tamper(trust["SURVEY_DATABASE_URL"])
    found = _invoke(audit_log.command, ["verify"], trust)
    assert found.exit_code == 1
    assert "Entry 2 is missing." in found.stderr
