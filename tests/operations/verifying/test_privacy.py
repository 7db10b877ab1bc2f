"""`verify privacy` finds nothing on a deployment as it should be, and each leak that is planted here.

A round is open, with answers sent; another is closed. Every test that plants a leak first sees its check pass, or says
why not, so that a check that always fails, or never, is found.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from survey import db as databases
from survey import sealing
from survey.db import Db
from survey.operations import closing, verifying
from survey.operations.verifying import Report, Scene, findings
from survey.operations.verifying.findings import Finding
from survey.sealing import KeyRing
from survey.store import organisations, responses, rounds
from survey.store.organisations import Organisation
from tests import cast
from tests.cast import Cast
from tests.conftest import SECRET, STANDING, Cluster

CHECKS = {check.name: check for check in verifying.CHECKS}


class Stage(msgspec.Struct, frozen=True):
    """A database with a closed round and an open one, to be copied by whoever plants something."""

    template: str
    folder: Path
    open: Cast
    closed: str


class Planted(msgspec.Struct, frozen=True):
    """A test's own copy: `scene` is what a check is given."""

    stage: Stage
    scene: Scene

    @property
    def db(self) -> Db:
        return self.scene.db

    async def look(self, check: str, **other: object) -> Finding:
        scene = msgspec.structs.replace(self.scene, rounds=await rounds.launched(self.db), **other)
        return await verifying._tried(CHECKS[check], scene)

    async def passes(self, check: str) -> None:
        found = await self.look(check)
        assert found.outcome == "pass", found.said

    async def fails(self, check: str, words: str) -> None:
        found = await self.look(check)
        assert (found.outcome, words in found.said) == ("fail", True), found.said


@pytest_asyncio.fixture(scope="module")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    name, folder = await cluster.create(template), tmp_path_factory.mktemp("verified")
    keys = KeyRing(folder / "keys", SECRET)
    async with databases.connect(cluster.url_of(name)) as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        closed = await cast.launched(db, keys, STANDING, people=60, teams=2)
        await cast.submit_all(db, closed, closed.tokens[:50])
        await closing.end_now(db, STANDING.organisation_id, closed.round_id)
        await closing.open_answers(db, keys, STANDING.organisation_id, closed.round_id)
        opened = await cast.launched(db, keys, STANDING, people=60, teams=2)
        await cast.submit_all(db, opened, opened.tokens[:10])
    yield Stage(name, folder, opened, closed.round_id)
    await cluster.drop(name)


@pytest_asyncio.fixture
async def planted(stage: Stage, cluster: Cluster, programs: Path) -> AsyncIterator[Planted]:
    name = await cluster.create(stage.template)
    url = cluster.url_of(name)
    async with databases.connect(url, statement_timeout="0") as db:
        keys = KeyRing(stage.folder / "keys", SECRET)
        yield Planted(stage, Scene(db, keys, SECRET, programs=programs, url=url))
    await cluster.drop(name)


@pytest_asyncio.fixture
async def report(planted: Planted) -> Report:
    return await verifying.verify(planted.scene, "Europe/London")


async def _reads_wal(db: Db) -> bool:
    """Whether the server can say what is in its write-ahead log: from Postgres 16 on."""
    return bool(await db.fetchval("select current_setting('server_version_num')::int >= 160000"))


async def test_a_deployment_as_it_should_be_fails_nothing(report: Report, planted: Planted) -> None:
    """What is not checked here is what a test server has not: logs, and WAL of this database alone."""
    outcomes = {one.check: one.outcome for one in report.findings}
    assert {check for check, outcome in outcomes.items() if outcome == "fail"} == set(), findings.text(report)
    assert {check for check, outcome in outcomes.items() if outcome == "not_checked"} <= {
        "logs",
        "server_log",
        "copies",
        *([] if await _reads_wal(planted.db) else ["touched"]),
    }
    assert outcomes.keys() == CHECKS.keys()


# Leaks, planted one by one

SQL_LEAKS = [
    ("columns", "alter table response add column sent_at timestamptz default now()", "a column sent_at (timestamp"),
    ("columns", "alter table comment add column response_id uuid", "a column response_id (uuid)"),
    ("columns", "alter table sealed alter column draft_version set default 1", "sealed.draft_version is filled in"),
    ("columns", "alter table invitation add column clicked bigserial", "a column clicked (bigint)"),
    ("columns", "create table audit_log (person_id uuid, response_id uuid)", "a table audit_log"),
    ("columns", "create schema x; create materialized view x.copy as select 1 as n", "a table copy"),
    ("keys", ("update comment set comment_id = (select response_id from response limit 1)"
             " where comment_id = (select comment_id from comment limit 1)"), "1 ids of responses"),
    ("keys", ("update response set response_id = (select person_id from person limit 1)"
             " where response_id = (select response_id from response limit 1)"), "1 ids of responses"),
    ("keys", ("create table seen (organisation_id uuid, round_id text, response_id uuid,"
             " foreign key (organisation_id, round_id, response_id) references response)"), "from seen to response"),
    ("lengths", "update response set answers = answers || '\\x00' where ctid = (select min(ctid) from response)",
     "the table response has rows of 2 lengths"),
    ("lengths", "update sealed set ciphertext = ciphertext || '\\x00' where ctid = (select min(ctid) from sealed)",
     "the table sealed has rows of 2 lengths"),
    ("watchers", ("create function spy() returns trigger language plpgsql as 'begin return new; end';"
                 "create trigger spy after insert on sealed for each row execute function spy()"),
     "a trigger spy on sealed"),
    ("watchers", "create rule spy as on insert to answered do also select 1", "a rule spy on answered"),
    ("watchers", "create publication spy for table response", "a publication spy on response"),
    ("settings", "set log_statement = 'all'", "log_statement is all"),
    ("settings", "set log_min_duration_statement = 250", "log_min_duration_statement is 250"),
    ("settings", "set log_parameter_max_length_on_error = -1", "values are logged with errors"),
    ("smallest", """update round set frame = replace(frame::text, '"headcount": 20', '"headcount": 3')::jsonb""",
     "can be of 3 people"),
    ("transactions", "update response set atom = atom where ctid = (select min(ctid) from response)",
     "were written in 2 transactions, of which 0 also"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "leak", "words"), SQL_LEAKS)
async def test_a_leak_in_the_database_is_found(planted: Planted, check: str, leak: str, words: str) -> None:
    await planted.passes(check)
    await planted.db.execute(leak)
    await planted.fails(check, words)


async def test_logging_without_values_is_let_pass(planted: Planted) -> None:
    await planted.db.execute("set log_statement = 'all'; set log_parameter_max_length = 0")
    await planted.passes("settings")


async def test_a_transaction_that_writes_person_and_answer_is_found(planted: Planted) -> None:
    """Two tables without a key, joined on xmin."""
    async with planted.db.transaction():
        await planted.db.execute("update response set atom = atom where ctid = (select min(ctid) from response)")
        await planted.db.execute("update person set clinical = clinical where ctid = (select min(ctid) from person)")
    await planted.fails("transactions", "of which 1 also wrote a row that names a person")


async def test_a_role_that_may_read_answers_is_found_unless_it_is_named(planted: Planted) -> None:
    await planted.passes("grants")
    role = f"spy_{planted.stage.template}"
    try:
        await planted.db.execute(f"create role {role} login; grant select on response to {role}")
        await planted.fails("grants", f"The role {role} can read response.")
        assert (await planted.look("grants", roles=frozenset({role}))).outcome == "pass"
        await planted.db.execute(f"revoke select on response from {role}")
        await planted.passes("grants")
        await planted.db.execute(f"grant pg_read_server_files to {role}")
        await planted.fails("grants", f"The role {role} can read the server's files")
    finally:
        await planted.db.execute(f"drop owned by {role}; drop role {role}")


async def _insert_again(planted: Planted, order: str) -> None:
    """All responses once more, in an order that tells something, in one transaction."""
    async with planted.db.transaction():
        await planted.db.execute(f"create temp table kept on commit drop as select * from response order by {order}")
        await planted.db.execute("truncate response")
        await planted.db.execute("insert into response select * from kept order by ctid")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("atom, md5(response_id::text)", "lie unit by unit"),
        ("atom desc", "lie unit by unit"),
        ("array_position('{1,3,0,2}', atom::int)", "lie unit by unit"),  # together, in no order of their own
        ("response_id", "lie in the order of their ids"),
    ],
)
async def test_rows_in_the_order_in_which_they_came_are_found(planted: Planted, order: str, words: str) -> None:
    """Teams answer together, so that their order of sending shows in the order of atoms."""
    await planted.passes("places")
    await _insert_again(planted, order)
    await planted.fails("places", words)


async def test_rows_shuffled_again_are_let_pass(planted: Planted) -> None:
    await _insert_again(planted, "md5(response_id::text)")
    await planted.passes("places")


async def test_an_id_that_tells_the_time_is_found(planted: Planted) -> None:
    await planted.db.execute(
        "update response set response_id = '0190163d-8694-739b-aea5-966c26f8ad91'"
        " where response_id = (select response_id from response limit 1)"
    )
    await planted.fails("places", "ids that are not random")


async def test_deleted_rows_of_a_closed_round_are_found_in_the_files_and_gone_after_closing(planted: Planted) -> None:
    await planted.passes("remains")
    scope = (planted.stage.open.organisation_id, planted.stage.open.round_id)
    await planted.db.execute("delete from invitation where round_id = $1", scope[1])
    await rounds.mark_opened(planted.db, *scope)
    await planted.fails("remains", "deleted rows of closed rounds can still be read in the files of sealed")
    await planted.db.execute("vacuum full draft; ")
    for table in ("sealed", "answered", "invitation"):
        await planted.db.execute(f"vacuum full {table}")
    await planted.passes("remains")


@pytest.mark.parametrize("where", ["tables", "dump", "statements"])
async def test_a_token_in_the_database_is_found(planted: Planted, where: str) -> None:
    """A developer's helpful column, comment or message."""
    await planted.passes(where)
    token = planted.stage.open.tokens[7]
    if where == "statements":
        async with databases.connect(planted.scene.url) as other:
            await other.execute(f"select '{token}'")
            await planted.fails(where, f"tokens and codes of round {planted.stage.open.round_id}: 1 times")
    else:
        await planted.db.execute(f"comment on table sealed is '{token}'")
        await planted.db.execute(f"update person set site = '{token}' where employee_number = '10000'")
        await planted.fails(where, f"tokens and codes of round {planted.stage.open.round_id}")


@pytest.mark.parametrize(
    "form", ["encode($1, 'hex')", "encode($1, 'base64')", "encode('\\x00'::bytea || $1, 'base64')"]
)
@pytest.mark.parametrize("secret", ["the private key", "the mailing key", "the deployment's secret"])
async def test_a_key_in_any_form_is_found_in_a_dump(planted: Planted, form: str, secret: str) -> None:
    round_ = planted.stage.open
    key = {
        "the private key": round_.keys.private(round_.round_id),
        "the mailing key": round_.keys.mailing(round_.round_id),
        "the deployment's secret": SECRET,
    }[secret]
    await planted.db.execute(f"update person set site = {form} where employee_number = '10000'", key)
    await planted.fails("dump", secret)


async def test_a_key_as_bytes_is_found_in_the_files_and_in_the_write_ahead_log(
    planted: Planted, tmp_path: Path
) -> None:
    """Another key of the same round, for all databases of the server share one log."""
    keys, round_id = KeyRing(tmp_path / "keys", SECRET), planted.stage.open.round_id
    keys.create(round_id)
    await planted.db.execute("create table oops (key bytea)")
    await planted.db.execute("insert into oops values ($1)", keys.private(round_id))
    for where in ("tables", "wal"):
        found = await planted.look(where, keys=keys)
        assert (found.outcome, f"the private key of round {round_id}" in found.said) == ("fail", True), found.said


async def test_a_row_of_a_closed_round_is_found_in_a_dump(planted: Planted) -> None:
    """A flag that closing forgot, written back by a careless script."""
    await planted.passes("dump")
    await planted.db.execute("alter table answered drop constraint answered_round_id_token_hash_fkey")
    await planted.db.execute(
        "insert into answered (organisation_id, round_id, token_hash) values ($1, $2, 'x')",
        planted.stage.open.organisation_id,
        planted.stage.closed,
    )
    await planted.fails("dump", f"rows of the closed round {planted.stage.closed}")


async def test_without_pg_dump_a_dump_is_not_checked(planted: Planted) -> None:
    assert (await planted.look("dump", programs=None)).outcome == "not_checked"
    assert (await planted.look("dump", url="postgresql://nobody@127.0.0.1:1/none")).outcome == "not_checked"


async def test_a_role_that_may_not_look_says_so(planted: Planted) -> None:
    """Not checked is neither a pass nor a failure."""
    role = f"plain_{planted.stage.template}"
    await planted.db.execute(f"create role {role}; grant select on all tables in schema public to {role}")
    touched = ["touched"] if await _reads_wal(planted.db) else []
    await planted.db.execute(f"set role {role}")
    try:
        for check in ("remains", "tables", "wal", *touched):
            found = await planted.look(check)
            assert found.outcome == "not_checked", (check, found.said)
            assert "administrator" in found.said
    finally:
        await planted.db.execute(f"reset role; drop owned by {role}; drop role {role}")


# Logs and keys


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("GET /r/abcd1234/{token} 200", "links with tokens: 1 times"),
        ("GET /r/abcd1234/{foreign}?x=1 200", "links with tokens: 1 times"),
        ("GET /sign-in/{foreign} 200", "links with tokens: 1 times"),
        ("cookie: r_abcd1234={token}", "tokens and codes of round"),
        ("SURVEY_SECRET=" + SECRET.decode(), "the deployment's secret: 1 times"),
    ],
)
async def test_a_log_line_with_a_secret_is_found(planted: Planted, tmp_path: Path, line: str, words: str) -> None:
    log = tmp_path / "access.log"
    log.write_text('{"route": "/r/{round_id}/{token}", "status": 200}\n')
    assert (await planted.look("logs", logs=(log,))).outcome == "pass"
    line = line.replace("{token}", planted.stage.open.tokens[3]).replace("{foreign}", "Zx9" * 14 + "Q")
    log.write_text(f"one\n{line}\nthree\n")
    found = await planted.look("logs", logs=(log,))
    assert (found.outcome, words in found.said) == ("fail", True), found.said
    assert planted.stage.open.tokens[3] not in found.said
    assert (await planted.look("logs")).outcome == "not_checked"


async def test_key_files_that_should_be_gone_are_found(planted: Planted, tmp_path: Path) -> None:
    keys = KeyRing(tmp_path / "keys", SECRET)
    keys.create(planted.stage.open.round_id)
    assert (await planted.look("key_files", keys=keys)).outcome == "pass"
    keys.create(planted.stage.closed)
    found = await planted.look("key_files", keys=keys)
    assert found.outcome == "fail"
    assert "its private key is still there" in found.said
    assert "its mailing key is still there" in found.said
    keys.retire(planted.stage.closed)
    assert "have not been cleared away yet" in (await planted.look("key_files", keys=keys)).said
    keys.destroy(planted.stage.closed)
    assert (await planted.look("key_files", keys=keys)).outcome == "pass"
    (keys.directory / f"{planted.stage.open.round_id}.private").chmod(0o640)
    assert "Other accounts can reach" in (await planted.look("key_files", keys=keys)).said
    assert (await planted.look("key_files", keys=None)).outcome == "not_checked"


async def test_a_round_that_was_opened_answer_by_answer_is_found_in_the_write_ahead_log(planted: Planted) -> None:
    if not await _reads_wal(planted.db):
        assert "Postgres 16 or newer" in (await planted.look("touched")).said
        return
    await planted.passes("touched")
    scope = (planted.stage.open.organisation_id, planted.stage.closed)
    for _ in range(4):
        await responses.add_all(planted.db, [(*scope, sealing.random_id(), 0, b"x")])
    await planted.fails("touched", "4 transactions wrote answers, and only 1 rounds have been closed")


# The report


def _report() -> Report:
    made = (
        Finding("a", "Is it <b>?", "pass", "Yes & no."),
        Finding("b", "Is *it*?", "fail", "It is [so](http://x)."),
        Finding("c", "Is it so?", "not_checked", "Nobody\nlooked."),
    )
    return Report(datetime(2026, 3, 1, tzinfo=UTC), "Sunday 1 March 2026 at 12am", "18.1", made)


def test_a_report_is_plain_text_with_all_three_outcomes() -> None:
    said = findings.text(_report())
    assert "1 PASS, 1 FAIL, 1 NOT CHECKED" in said
    assert "FAIL         Is *it*?\n             It is [so](http://x)." in said


def test_markdown_is_safe_in_a_page() -> None:
    said = findings.markdown(_report())
    assert "- **PASS** Is it &lt;b&gt;? Yes &amp; no." in said
    assert r"- **FAIL** Is \*it\*? It is \[so\](http://x)." in said


def test_json_reads_back_as_the_same_report() -> None:
    assert msgspec.json.decode(findings.document(_report()), type=Report) == _report()


async def test_a_published_report_is_among_the_organisation_s_texts_beside_the_others(
    db: Db, organisation: Organisation
) -> None:
    await organisations.set_texts(db, organisation.organisation_id, '{"help": {"en": "Ask us."}}')
    whose = await organisations.find(db, organisation.organisation_id)
    await verifying.publish(Scene(db, None, None), whose, _report())
    texts = (await organisations.find(db, organisation.organisation_id)).notices
    assert texts["help"] == {"en": "Ask us."}
    assert texts["verification"]["en"].startswith("Attacked as its administrator could on Sunday 1 March 2026")
    assert "- NOT CHECKED: Is it so?" in texts["verification"]["en"]
    assert "Nobody" not in texts["verification"]["en"], "details are the operator's"
