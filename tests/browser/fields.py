"""Every field of the database that can hold a text: each is attacked, or is named here with the reason why not.

Fields are the columns of every table and, of those that hold a document, each text in it: `round.reach.texts` are the
words of a round's messages. They are read from the schema and from the documents' types, so that a new column or a new
text in a document is in none of the lists below until somebody has thought of it: then it is planted (`planting`), or
spared for a reason.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec
from msgspec import inspect

from survey.core.comments import CommentRelease
from survey.core.disclosure.release import Release
from survey.core.frame import Frame
from survey.core.population import Population
from survey.core.questionnaire.model import Questionnaire, Text
from survey.core.reaching import Reach
from survey.core.rounds import Plan
from survey.core.staff.mapping import Mapping as Columns
from survey.db import Db
from survey.operations.following import Rate
from survey.operations.staffing import Wishes
from survey.operations.telling import Progress
from survey.operations.uploading import Counts, Described, Outcome

WORDLESS = {"uuid", "boolean", "smallint", "integer", "bigint", "interval", "timestamp with time zone"}
"""Types of columns that no text fits into."""
DOCUMENTS: dict[str, Any] = {
    "audit_entry.details": dict[str, str | int | bool | None],
    "comment_release.document": CommentRelease,
    "organisation.staff_mapping": Columns,
    "organisation.texts": dict[str, Text],
    "progress.told": Progress,
    "questionnaire.content": Questionnaire,
    "release.document": Release,
    "response_snapshot.rates": list[Rate],
    "round.frame": Frame,
    "round.plan": Plan,
    "round.population": Population,
    "round.reach": Reach,
    "staff_import.answer": Outcome,
    "staff_import.counts": Counts,
    "staff_import.described": Described,
    "staff_import.progress": Progress,
    "staff_import.wishes": Wishes,
}
TABLES = {"staff_import.differences", "staff_import.mistakes"}
"""Columns that hold a CSV file."""

CLOSED = "a word of ours, which the database holds it to"
SPARED: dict[str, tuple[str, ...]] = {
    "a hash, a key, or what only one of these opens": (
        "*_hash", "*_digest", "*.digest", "*.mac", "sent_form.mark", "*.public_key", "*.answers", "audit_head.seal",
        "deployment.secret_fingerprint", "sealed.ciphertext", "migration.checksum",
        "release.document.compared.digest", "release.document.frame", "release.document.questionnaire",
    ),
    "an id that this service makes": (
        "*round_id", "sent_form.made", "*.document.round", "release.document.compared.round", "release.document.*group",
        "release.document.*.parent", "release.document.*.id", "release.document.changes.group_before",
        "round.frame.*.id", "round.frame.*.parent", "round.frame.reporting_units.teams", "round.population.units",
    ),
    "an id that reading a questionnaire holds to small letters, or a choice of those": (
        "*.item_id", "*.item", "questionnaire.content.items.id", "questionnaire.content.items.vision",
        "questionnaire.content.items.show_if.*", "questionnaire.content.pages.items",
        "questionnaire.content.visions.id",
        "release.document.*.of", "release.document.*.measure", "release.document.compared.items",
        "release.document.compared.whole",
    ),
    CLOSED: (
        "account.roles", "deployment.kind", "errand.kind", "message.channel", "message.state",
        "response_snapshot.scope", "staff_import.state", "unit_change.kind", "wave.kind",
    ),
    "a word of ours, which the code holds it to": (
        "questionnaire.content.items.wgll", "questionnaire.content.languages", "release.document.*.answers",
        "release.document.*.effective", "release.document.method", "release.document.plan.cells",
        "release.document.rates.asked", "round.plan.cells", "organisation.ods_code", "migration.name",
    ),
    "kept for a moment, and shown to nobody": ("link_request.ciphertext",),
    "copied from the questionnaire, which is attacked": ("comment_release.document.questions.question",),
    "read into other fields, which are attacked": ("staff_import_part.content",),
}  # fmt: skip
"""Fields that nobody can write a text of their own into, or that nobody is shown."""
SHOWN = (
    "account.issuer", "account.name", "account.subject", "api_key.name", "audit_entry.actor", "audit_entry.details",
    "audit_entry.subject", "comment.body", "comment_review.marked", "draft.ciphertext", "errand.refused",
    "kept_form.ciphertext", "organisation.name", "organisation.texts", "person.email", "person.employee_number",
    "person.language", "person.mobile", "person.site", "person.staff_group", "progress.told.what",
    "provider.provider", "provider.why", "questionnaire.content.items.dont_know",
    "questionnaire.content.items.hint", "questionnaire.content.items.not_applicable",
    "questionnaire.content.items.options", "questionnaire.content.items.text", "questionnaire.content.levels.name",
    "questionnaire.content.mission", "questionnaire.content.pages.section", "questionnaire.content.title",
    "questionnaire.content.visions.name", "questionnaire.title", "release.document.cells.level",
    "release.document.groups.name", "release.document.measures.name", "release.document.organisation",
    "release.document.title", "response_snapshot.rates.name", "response_snapshot.rates.rate",
    "response_snapshot.rates.within", "round.frame.atoms.group", "round.frame.reporting_units.name",
    "round.frame.units.name", "round.name", "round.population.groups", "round.reach.texts", "session.device",
    "staff_import.actor", "staff_import.answer.differences.employee_number", "staff_import.answer.differences.unit",
    "staff_import.answer.differences.what", "staff_import.answer.mistakes", "staff_import.answer.notes",
    "staff_import.answer.units", "staff_import.described.header", "staff_import.described.sheets",
    "staff_import.described.wrong", "staff_import.failure", "staff_import.file_name", "staff_import.progress.what",
    "staff_import.wishes.separator", "unit.name", "unit.site", "unit_change.name",
)  # fmt: skip
"""Fields that are attacked, and shown on a page as they are."""
UNSHOWN: dict[str, tuple[str, ...]] = {
    "put into words on the page: its full stop and its underscores go": ("audit_entry.action",),
    "shown where it came from: comment_review.marked": ("comment_release.document.questions.comments",),
    "told in a file to download": (
        "questionnaire.source", "questionnaire.content.items.subtheme", "staff_import.differences",
        "staff_import.mistakes",
    ),
    "shortened on the page": ("staff_import.described.sample",),
    "compared with the file, and shown as the file has it": (
        "organisation.staff_mapping.*", "staff_import.answer.mapping.*", "staff_import.sheet",
        "staff_import.wishes.columns", "staff_import.wishes.sheet",
    ),
    "told by the API, or on the command line": (
        "release.document.levels", "round.frame.organisation", "round.frame.*.site", "round.frame.reporting_units.why",
        "round.frame.staff_groups",
    ),
}  # fmt: skip
"""Fields that are attacked, and on no page as they are."""
ENCRYPTED = {"draft.ciphertext", "kept_form.ciphertext"}
"""Attacked, too, but only a page can tell what is in them."""


LISTS = (*SPARED.values(), SHOWN, *UNSHOWN.values())


def named(field: str, *lists: Iterable[str]) -> bool:
    return any(fnmatchcase(field, pattern) for one in lists for pattern in one)


def stale(every: set[str]) -> set[str]:
    """Names in these lists that no field has any more."""
    patterns = {pattern for one in LISTS for pattern in one}
    return {pattern for pattern in patterns if not any(fnmatchcase(field, pattern) for field in every)}


async def unheld(db: Db) -> set[str]:
    """Columns that are said to hold words of ours, without a check that says so."""
    held = await db.fetch(
        "select c.relname || '.' || a.attname as name from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)"
        " where k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '(= ANY|<@)'"
    )
    return set(SPARED[CLOSED]) - {row["name"] for row in held}


async def columns(db: Db) -> set[str]:
    """Those that a text may be in."""
    found = await db.fetch(
        "select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type"
        " from pg_attribute a join pg_class c on c.oid = attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attnum > 0 and not attisdropped"
    )
    return {row["name"] for row in found if row["type"] not in WORDLESS}


async def every(db: Db) -> set[str]:
    """All fields: columns and, in their place, the texts of the documents that they hold."""
    return {field for column in await columns(db) for field in _of(column)}


def _of(column: str) -> Iterator[str]:
    if column not in DOCUMENTS:
        yield column
        return
    for path in _texts(inspect.type_info(DOCUMENTS[column])):
        yield f"{column}{path}"


def _texts(kind: inspect.Type) -> Iterator[str]:
    """Where a text of nobody's choosing but its writer's can be. Lists and what is kept by name add nothing."""
    match kind:
        case inspect.StrType():
            yield ""
        case inspect.StructType():
            for field in kind.fields:
                yield from (f".{field.encode_name}{path}" for path in _texts(field.type))
        case inspect.DictType():
            yield from _texts(kind.value_type)
        case inspect.UnionType():
            yield from {path for one in kind.types for path in _texts(one)}
        case inspect.TupleType():
            yield from {path for one in kind.item_types for path in _texts(one)}
        case inspect.CollectionType():
            yield from _texts(kind.item_type)


async def stored(db: Db, column: str) -> dict[str, list[str]]:
    """What stands in each field of a column, over all its rows."""
    table, _, name = column.partition(".")
    found: dict[str, list[str]] = {}
    for row in await db.fetch(f'select "{name}" as value from "{table}" where "{name}" is not null'):
        for path, text in _read(column, row["value"]):
            found.setdefault(f"{column}{path}", []).append(text)
    return found


def _read(column: str, value: Any) -> Iterator[tuple[str, str]]:
    if column in DOCUMENTS:
        yield from _walked(msgspec.json.decode(value, type=DOCUMENTS[column]))
    elif column in TABLES:
        yield from (("", cell) for row in csv.reader(io.StringIO(value, newline="")) for cell in row)
    else:
        yield from _walked(value)


def _walked(value: Any) -> Iterator[tuple[str, str]]:
    """Each text in a document, and where `_texts` says that it is."""
    match value:
        case str():
            yield "", value
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from ((f".{name}{path}", text) for path, text in _walked(getattr(value, name)))
        case Mapping():
            for inner in value.values():
                yield from _walked(inner)
        case list() | tuple():
            for inner in value:
                yield from _walked(inner)
