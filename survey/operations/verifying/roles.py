"""Who can read: the database's roles, and whatever sees each row go by."""

from collections.abc import Iterator

from survey.operations.verifying.findings import Verdict, judged, not_checked, passed
from survey.operations.verifying.scene import ANSWERS, PERSONAL, Scene
from survey.store import catalogue
from survey.store.catalogue import Reader


async def grants(scene: Scene) -> Verdict:
    """Only the service's own role and superusers may read, and those that the operator has named."""
    readers = [one for one in await catalogue.readers(scene.db, [*PERSONAL, *ANSWERS]) if _reads(one)]
    named = ", ".join(f"{one.role} ({_why(one, scene)})" for one in readers)
    return judged(_strangers(readers, scene), f"Roles that can log in and read: {named}.")


def _reads(one: Reader) -> bool:
    return bool(one.tables) or one.superuser or one.reads_files


def _why(one: Reader, scene: Scene) -> str:
    if one.owner:
        return "the service"
    return "superuser" if one.superuser else "named by the operator" if one.role in scene.roles else "unexpected"


def _strangers(readers: list[Reader], scene: Scene) -> Iterator[str]:
    for one in readers:
        if _why(one, scene) == "unexpected":
            where = ", ".join(one.tables or []) or "the server's files"
            yield (
                f"The role {one.role} can read {where}. Revoke that, or name it with --role if you know why it must."
            )


async def watchers(scene: Scene) -> Verdict:
    """A trigger or a publication could copy each row, with a time, to where nobody looks."""
    found = await catalogue.watchers(scene.db, [*PERSONAL, *ANSWERS])
    amiss = (f"There is a {one.what} on {one.relation}." for one in found)
    return judged(amiss, "No trigger, rule or publication is on any table of people or answers.")


async def settings(scene: Scene) -> Verdict:
    """Settings that write down statements with their values, or the moment of each commit."""
    found = await catalogue.settings(scene.db, list(_SAFE))
    amiss = [f"{name} is {value}: {_SAFE[name][1]}." for name, value in found.items() if value not in _SAFE[name][0]]
    if found.get("log_parameter_max_length") == "0":  # then statements are logged without their values
        amiss = [said for said in amiss if not said.startswith(_LOGGING)]
    return judged(amiss, "No setting logs statements' values or keeps the moment of each commit.")


_LOGGING = ("log_statement ", "log_min_duration", "log_statement_sample", "log_transaction_sample")
_LOGGED = "statements are logged with what is in them"
_SAFE: dict[str, tuple[tuple[str, ...], str]] = {
    "track_commit_timestamp": (("off",), "the moment at which each person sent answers is kept"),
    "log_statement": (("none", "ddl"), _LOGGED),
    "log_min_duration_statement": (("-1",), _LOGGED),
    "log_min_duration_sample": (("-1",), _LOGGED),
    "log_transaction_sample_rate": (("0",), _LOGGED),
    "log_parameter_max_length": (("-1", "0"), "values are logged with statements"),
    "log_parameter_max_length_on_error": (("0",), "values are logged with errors"),
    "auto_explain.log_min_duration": (("-1",), _LOGGED),
    "pgaudit.log": (("none", ""), _LOGGED),
    "debug_print_parse": (("off",), _LOGGED),
    "debug_print_rewritten": (("off",), _LOGGED),
    "debug_print_plan": (("off",), _LOGGED),
}
"""Each with the values under which nothing is written down, and what other values mean."""


async def copies(scene: Scene) -> Verdict:
    """Whatever the server sends elsewhere is as good to an attacker as the server, and is not looked into here."""
    found = await catalogue.copies(scene.db)
    if found.archived or found.replicas:
        where = ["an archive of the write-ahead log"] if found.archived else []
        where += [f"{found.replicas} servers or slots that follow this one"] if found.replicas else []
        return not_checked(f"There are {' and '.join(where)}. What is in them was not looked at.")
    return passed("The server archives no log, and no other server follows it. Backups are not known to it.")
