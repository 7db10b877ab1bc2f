"""pgbench doing the same write as a submission: what this Postgres can do when nobody renders pages beside it."""

import asyncio
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from survey import errors, postgres
from survey.cli.benching.scratch import Scratch

QUERIES = Path(__file__).parents[3] / "sql" / "queries" / "sealed.sql"
ROUND = "yardstick"
_PLACES = {"$1": ":round", "$2": "sha256(int4send(:person))", "$3": "1", "$4": ":ciphertext"}
_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_ROUND = """
insert into round
    (organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, drafted_at, launched_at,
     public_key, frame)
select organisation_id, $2, name, questionnaire_hash, plan, opens_at, closes_at, drafted_at, launched_at,
    public_key, frame
from round
where round_id = $1
"""
_INVITATIONS = """
insert into invitation (organisation_id, round_id, token_hash, invitation_id, person_id, atom, slip)
select organisation_id, $1, sha256(int4send(person)), gen_random_uuid(), gen_random_uuid(), 0, false
from round, generate_series(1, $2) as person
where round_id = $1
"""
_SIZE = "select max(length(ciphertext)) from sealed where round_id = $1"
_REMOVE = ("delete from invitation where round_id = $1", "delete from round where round_id = $1")


def script(queries: str, people: int) -> str:
    """The service's own statement, as pgbench says it: one of `people` at random sends answers."""
    statement = re.split(r"^-- name: (\w+)$", queries, flags=re.MULTILINE)
    put = dict(zip(statement[1::2], statement[2::2], strict=True))["put"].strip().rstrip(";")
    spoken = re.sub(r"\$\d", lambda place: _PLACES[place[0]], put)
    return f"\\set person random(1, {people})\n{spoken};\n"


def rate(said: str) -> float:
    """Transactions a second, from pgbench's report."""
    found = _RATE.search(said)
    if found is None:
        raise errors.Refused(f"pgbench gave no rate: {said.strip()[-300:]}")
    return float(found[1])


async def measure(on: Scratch, round_id: str, people: int, clients: int, seconds: int) -> float:
    """Writes a second, each durable, by so many clients. Works on a copy of the round, which it removes again."""
    await on.db.execute(_ROUND, round_id, ROUND)
    await on.db.execute(_INVITATIONS, ROUND, people)
    size = await on.db.fetchval(_SIZE, round_id)
    path = on.config.data / "yardstick.sql"
    path.write_text(script(QUERIES.read_text(encoding="utf-8"), people), encoding="utf-8")
    given = ["-D", f"round={ROUND}", "-D", f"ciphertext=\\x{'5a' * size}"]
    options = ["--no-vacuum", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", str(path)]
    try:
        return rate(await _run(on, *options, *given))
    finally:
        for statement in _REMOVE:
            await on.db.execute(statement, ROUND)


async def _run(on: Scratch, *options: str) -> str:
    program = postgres.find_binaries(on.config.postgres_bin) / "pgbench"
    child = await asyncio.create_subprocess_exec(
        str(program),
        *options,
        env=_environment(on.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return said.decode(errors="replace")


def _environment(url: str) -> dict[str, str]:
    """Where the server is, as libpq's variables: a password has no place in a command line."""
    parts = urlsplit(url)
    return {
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
