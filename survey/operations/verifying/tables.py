"""What tables say: their columns, their keys, and whether a value of one stands in another."""

from collections.abc import Iterator, Sequence

from survey.operations.verifying.findings import Verdict, judged, passed
from survey.operations.verifying.scene import ANSWERS, PERSONAL, Scene
from survey.store import catalogue, rounds
from survey.store.catalogue import Column

COLUMNS: dict[str, dict[str, str]] = {
    "response": {"organisation_id": "uuid", "round_id": "text", "response_id": "uuid", "atom": "smallint",
                 "answers": "bytea"},
    "comment": {"organisation_id": "uuid", "round_id": "text", "comment_id": "uuid", "item_id": "text", "body": "text"},
    "frame_member": {"organisation_id": "uuid", "round_id": "text", "person_id": "uuid", "atom": "smallint"},
    "invitation": {"organisation_id": "uuid", "round_id": "text", "token_hash": "bytea", "invitation_id": "uuid",
                   "person_id": "uuid", "atom": "smallint", "slip": "boolean"},
    "draft": {"organisation_id": "uuid", "round_id": "text", "token_hash": "bytea", "version": "integer",
              "ciphertext": "bytea"},
    "sealed": {"organisation_id": "uuid", "round_id": "text", "token_hash": "bytea", "draft_version": "integer",
               "ciphertext": "bytea"},
    "answered": {"organisation_id": "uuid", "round_id": "text", "token_hash": "bytea"},
    "message": {"organisation_id": "uuid", "round_id": "text", "message_id": "uuid", "person_id": "uuid",
                "channel": "text", "wave": "integer", "state": "text", "due_at": "timestamp with time zone",
                "attempts": "integer", "failures": "integer", "doubtful": "boolean"},
}  # fmt: skip
"""All that the tables of answers, and those of an open round, may hold. A column more could join the two."""
OTHERS = frozenset({
    "deployment", "organisation", "unit", "unit_change", "person", "staff_import", "staff_import_part",
    "questionnaire", "round", "release", "comment_review", "comment_release", "api_key", "account", "sign_in",
    "session", "kept_form", "sent_form", "audit_entry", "audit_head", "migration",
    "provider", "wave", "errand", "progress", "response_snapshot", "link_request", "device",
})  # fmt: skip
"""The service's other tables. One that is neither here nor above is somebody's copy, or a trigger's log."""
SMALLEST = 10
"""People whom each stored answer can belong to, at the least, wherever there are as many in a reporting unit."""


async def columns(scene: Scene) -> Verdict:
    found = await catalogue.columns(scene.db)
    return judged(_strange(found), "Responses and comments hold their round, a random id and what was answered.")


def _strange(found: Sequence[Column]) -> Iterator[str]:
    for table in sorted({one.relation for one in found} - COLUMNS.keys() - OTHERS):
        yield f"There is a table {table} that is not the service's: nobody can say what it joins."
    for one in found:
        expected = COLUMNS.get(one.relation, {one.name: one.type})
        if expected.get(one.name) != one.type:
            yield f"{one.relation} has a column {one.name} ({one.type}) that the service does not make."
        elif one.makes_its_own and one.relation in COLUMNS:
            yield f"{one.relation}.{one.name} is filled in by the database: by a clock or a counter, perhaps."


async def keys(scene: Scene) -> Verdict:
    """Foreign keys, and the values themselves."""
    links = await catalogue.links(scene.db, ANSWERS)
    amiss = [
        f"A foreign key leads from {link.from_table} to {link.to_table}." for link in links if link.to_table != "round"
    ]
    if shared := await catalogue.shared_values(scene.db):
        amiss.append(f"{shared} ids of responses or comments are also people's, links' or each other's.")
    return judged(amiss, "No key and no value leads from an answer to a person, a link or a comment.")


async def lengths(scene: Scene) -> Verdict:
    found = await catalogue.lengths(scene.db)
    amiss = (f"In round {one.round_id} the table {one.relation} has rows of {one.lengths} lengths." for one in found)
    return judged(amiss, "All answers of a round have one length, sealed and opened.")


async def smallest(scene: Scene) -> Verdict:
    """The people whom a stored answer can belong to: those of its group in its reporting unit."""
    amiss, least = [], None
    for one in scene.rounds:
        frame = await rounds.frame(scene.db, one.organisation_id, one.round_id)
        for atom in frame.atoms if frame else ():
            least = atom.headcount if least is None else min(least, atom.headcount)
            if frame and atom.headcount < min(SMALLEST, frame.reporting_units[atom.reporting_unit].headcount):
                amiss.append(f"In round {one.round_id} answers of “{atom.group}” can be of {atom.headcount} people.")
    if least is None:
        return passed("No round has been launched.")
    return judged(amiss, f"Every stored answer can be of any of {least} people or more.")


assert set(PERSONAL) - {"person"} | set(ANSWERS) == COLUMNS.keys()
