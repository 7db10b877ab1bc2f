"""Attacking the live database as its administrator would, with everything that an administrator can see.

Each check is a function from the scene to a verdict: PASS, FAIL, or NOT CHECKED and why. Nothing is changed; what a
check may not look at it says.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import asyncpg
import msgspec

from survey import errors
from survey.core import rounds as rules
from survey.operations.verifying import key_files, order, roles, tables, traces
from survey.operations.verifying.findings import Finding, Report, Verdict, not_checked, notice
from survey.operations.verifying.scene import Scene
from survey.store import deployments, organisations, rounds
from survey.store.organisations import Organisation

__all__ = ["CHECKS", "NOTICE", "Check", "Report", "Scene", "publish", "verify"]

NOTICE = "verification"
"""The name under which an organisation's texts hold the report that staff can read."""


class Check(NamedTuple):
    name: str
    question: str
    look: Callable[[Scene], Awaitable[Verdict]]


CHECKS = (
    Check("grants", "Who can read the tables?", roles.grants),
    Check("watchers", "Does anything watch rows go by?", roles.watchers),
    Check("settings", "Do the server's settings write down answers or moments?", roles.settings),
    Check("columns", "Does a table hold more than it should: a time, a counter, a name?", tables.columns),
    Check("keys", "Does a key or a value lead from an answer to a person?", tables.keys),
    Check("lengths", "Does the length of a row tell anything?", tables.lengths),
    Check("smallest", "How few people can a stored answer belong to?", tables.smallest),
    Check("transactions", "Can rows be joined by the transaction that wrote them (xmin)?", order.transactions),
    Check("places", "Can rows be joined by their order in the file (ctid)?", order.places),
    Check("touched", "Did a transaction in the write-ahead log write one person's answers?", traces.touched_together),
    Check("remains", "Can deleted rows of closed rounds still be read in the files?", traces.remains),
    Check("tables", "Is a usable secret in the files of tables?", traces.tables),
    Check("wal", "Is a usable secret in the write-ahead log?", traces.wal),
    Check("dump", "Is a usable secret in a backup of the database?", traces.dump),
    Check("statements", "Is a usable secret in the server's statistics?", traces.statements),
    Check("server_log", "Is a link or a secret in Postgres's own log?", traces.server_log),
    Check("logs", "Is a link or a secret in the logs of service and proxy?", traces.logs),
    Check("key_files", "Are the keys of closed rounds gone?", key_files.key_files),
    Check("copies", "Are there copies of the database elsewhere?", roles.copies),
)


async def verify(scene: Scene, zone: str) -> Report:
    """Every check. `zone`: the time zone in which people read the date."""
    server = await deployments.server(scene.db)
    known = msgspec.structs.replace(scene, rounds=await rounds.launched(scene.db))
    findings = [await _tried(check, known) for check in CHECKS]
    return Report(server.now, rules.in_words(server.now, zone), server.release, tuple(findings))


async def _tried(check: Check, scene: Scene) -> Finding:
    """What may not be looked at, or cannot be, is not checked: that is neither a pass nor a failure."""
    try:
        verdict = await check.look(scene)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFileError) as error:
        verdict = not_checked(f"This role may not look: {error}. Run it as the database's administrator.")
    except (errors.Refused, errors.Misconfigured) as error:
        verdict = not_checked(str(error))
    return Finding(check.name, check.question, verdict.outcome, verdict.said)


async def publish(scene: Scene, whose: Organisation, report: Report) -> None:
    """Store it as the text that the organisation's respondents can read, in place of the one before."""
    texts = dict(whose.notices)
    texts[NOTICE] = {"en": notice(report)}
    await organisations.set_texts(scene.db, whose.organisation_id, msgspec.json.encode(texts).decode())
