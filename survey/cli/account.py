"""Accounts on the command line."""

from uuid import UUID

import click

from survey.cli.running import Deployment, deployment, organisation, organisation_option, run
from survey.core import access
from survey.core import rounds as rules
from survey.operations import admitting, recording
from survey.operations.administering import Organisation
from survey.operations.admitting import Account, Wish

_ROLE = click.Choice(list(access.GRANTED))


@click.group()
def command() -> None:
    """List who may sign in, give and take their roles."""


@command.command("list")
@organisation_option
@run
async def list_all(code: str | None) -> None:
    """List the accounts: their ids, names, roles, and when they last signed in."""
    async with deployment() as d:
        whose = await organisation(d, code)
        for one in await admitting.list_all(d.db, whose.organisation_id):
            last = rules.in_words(one.signed_in_at, d.config.clock_zone) if one.signed_in_at else "never"
            roles = ", ".join(one.roles) or "no role"
            limited = f" (limited to {one.unit})" if one.unit else ""
            click.echo(f"{one.account_id}  {one.name}  {roles}{limited}  last signed in: {last}")


@command.command()
@click.argument("account")
@click.option("--role", "roles", type=_ROLE, multiple=True, required=True, help="May be given several times.")
@click.option("--unit", type=click.UUID, help="Limit a reader's results to this unit and those below it, by its id.")
@organisation_option
@run
async def grant(account: str, roles: tuple[str, ...], unit: UUID | None, code: str | None) -> None:
    """Give ACCOUNT, told by its name or id, these roles besides those it has."""
    async with deployment() as d:
        whose = await organisation(d, code)
        one = await admitting.named(d.db, whose.organisation_id, account)
        await _give(d, whose, one, Wish((*one.roles, *roles), unit or one.unit_id))
    click.echo(f"{one.name} now has: {', '.join({**dict.fromkeys(one.roles), **dict.fromkeys(roles)})}.")


@command.command()
@click.argument("account")
@click.option("--role", "roles", type=_ROLE, multiple=True, help="Without it, every role is taken.")
@organisation_option
@run
async def revoke(account: str, roles: tuple[str, ...], code: str | None) -> None:
    """Take roles from ACCOUNT, told by its name or id. It holds from their next click."""
    async with deployment() as d:
        whose = await organisation(d, code)
        one = await admitting.named(d.db, whose.organisation_id, account)
        left = tuple(role for role in one.roles if roles and role not in roles)
        await _give(d, whose, one, Wish(left, one.unit_id if "reader" in left else None))
    click.echo(f"{one.name} now has: {', '.join(left) or 'no role'}.")


async def _give(d: Deployment, whose: Organisation, one: Account, wish: Wish) -> None:
    told = {"roles": ", ".join(wish.roles), "unit": str(wish.unit_id) if wish.unit_id else None}
    async with recording.recorded(d.db, d.actor(whose), "account.grant", str(one.account_id), told):
        await admitting.grant(d.db, whose.organisation_id, one.account_id, wish)
