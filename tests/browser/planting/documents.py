"""Documents all of whose texts are attacks: what is asked, who is asked, what is published of it, and a staff list."""

from typing import Any

import msgspec

from survey.core.disclosure.release import (
    Cell,
    Change,
    Compared,
    Distribution,
    Figure,
    Group,
    Measure,
    Priority,
    Rates,
    Release,
    Share,
)
from survey.core.frame import Atom, Frame, FrameUnit, ReportingUnit
from survey.core.questionnaire.model import Item, Level, Page, Questionnaire, Text, Vision
from survey.core.staff.differences import Difference
from survey.core.staff.mapping import Mapping
from survey.operations.staffing import Wishes
from survey.operations.telling import Progress
from survey.operations.uploading import Counts, Described, Outcome
from tests import published
from tests.browser.planting.texts import all_of, each, some

LANGUAGES = ("en", "cy")
UNITS, GROUPS, SHEETS = 20, 8, 12
_KINDS = ("agreement", "ladder", "zero_to_ten", "single", "several", "ranking", "number", "text", "text", "text")
_OPTIONS = {"agreement": 5, "ladder": 5, "zero_to_ten": 2, "single": 12, "several": 12, "ranking": 12}
_BAND = "20 to 24"


def _texts(field: str, count: int) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(LANGUAGES, text) for text in some(field, count))


def questionnaire() -> Questionnaire:
    """Every field that holds a text, in items of every kind, in two languages."""
    start, items = "questionnaire.content", []
    options = iter(_texts(f"{start}.items.options", sum(_OPTIONS.values())))
    texts, hints = (iter(_texts(f"{start}.items.{name}", len(_KINDS))) for name in ("text", "hint"))
    for kind, key in zip(_KINDS, "abcdefghij", strict=True):
        scored = kind in {"agreement", "ladder", "zero_to_ten"}
        item = Item(
            key,
            kind,  # type: ignore[arg-type]
            next(texts),
            vision="m0" if key == "a" else "m1" if scored else None,
            options=tuple(next(options) for _ in range(_OPTIONS.get(kind, 0))),
            hint=next(hints),
            subtheme=all_of(f"{start}.items.subtheme") if scored else None,
            not_applicable=_texts(f"{start}.items.not_applicable", 1)[0] if key == "a" else None,
            dont_know=_texts(f"{start}.items.dont_know", 1)[0] if key == "b" else None,
        )
        items.append(item)
    items[5] = msgspec.structs.replace(items[5], top=3)
    items[6] = msgspec.structs.replace(items[6], minimum=0, maximum=9)
    items[7:] = [msgspec.structs.replace(item, max_length=2000) for item in items[7:]]
    return Questionnaire(
        _texts(f"{start}.title", 1)[0],
        _texts(f"{start}.mission", 1)[0],
        tuple(Vision(f"m{place}", text) for place, text in enumerate(_texts(f"{start}.visions.name", 2))),
        tuple(items),
        (Page(tuple(item.id for item in items), _texts(f"{start}.pages.section", 1)[0]),),
        tuple(Level(text, 25.0 * place) for place, text in enumerate(_texts(f"{start}.levels.name", 4))),
        LANGUAGES,
    )


def frame() -> Frame:
    """Units, and as many reporting units of two units each."""
    said = {name: some(f"round.frame.{name}", UNITS) for name in _SAID}
    said["units.name"] = (all_of("round.frame.units.name"), *said["units.name"][1:])
    ids = [f"u{place}" for place in range(UNITS)]
    return Frame(
        all_of("round.frame.organisation"),
        tuple(
            FrameUnit(key, None, said["units.name"][n], said["units.site"][n], 40) for n, key in enumerate(ids)
        ),
        tuple(
            ReportingUnit(
                said["reporting_units.name"][n], key, said["reporting_units.site"][n], (key, ids[n - 1]), 40,
                said["reporting_units.why"][n],
            )
            for n, key in enumerate(ids)
        ),
        tuple(Atom(n, text, "everyone", 40) for n, text in enumerate(said["atoms.group"])),
        tuple((text, 40) for text in said["staff_groups"]),
    )  # fmt: skip


_SAID = (
    "units.name", "units.site", "reporting_units.name", "reporting_units.site", "reporting_units.why", "atoms.group",
    "staff_groups",
)  # fmt: skip


def release(round_id: str, earlier: str) -> Release:
    """Results of units whose names are the texts, with everything that results can have."""
    asked = questionnaire()
    names = (each("release.document.groups.name")[0], *some("release.document.groups.name", GROUPS))
    groups = (
        Group("org", "organisation", names[0], None, 9000),
        *(Group(f"ru:{n}", "reporting_unit", text, "org", 40) for n, text in enumerate(names[1:])),
    )
    measures = tuple(Measure(f"m{n}", text) for n, text in enumerate(_texts("release.document.measures.name", 2)))
    shown: dict[str, Any] = {"value": 50, "bound": "exact", "low": 45, "high": 55, "answers": _BAND, "levels": (2,)}
    levels = some("release.document.cells.level", len(groups))
    return msgspec.structs.replace(
        published.RELEASE,
        round=round_id,
        organisation=all_of("release.document.organisation"),
        title=_texts("release.document.title", 1)[0],
        groups=groups,
        measures=measures,
        levels=_texts("release.document.levels", 4),
        cells=tuple(
            Cell(g.id, m.id, level=level, **shown) for g, level in zip(groups, levels, strict=True) for m in measures
        ),
        **_findings(asked, groups, measures, earlier),
    )


def _findings(
    asked: Questionnaire, groups: tuple[Group, ...], measures: tuple[Measure, ...], earlier: str
) -> dict[str, Any]:
    """Changes and priorities of every group, and each answer to every question of two of them."""
    side = Figure(50, 45, 55, _BAND, 40)
    moved = {"words": "improved", "group_before": "org", "overlap": 90, "items": "all", "now": side, "before": side}
    share = Share((1,), 50, "exact", 45, 55, "middle")
    told = [(group.id, item) for group in groups[:2] for item in asked.items if item.kind != "text"]
    ranked = [item for item in asked.items if item.kind == "ranking"]
    return {
        "compared": Compared(earlier, 1, "0" * 64, ("a", "b"), tuple(measure.id for measure in measures)),
        "changes": tuple(
            Change(g.id, m.id, difference=4, margin=3, detectable=6, **moved)  # type: ignore[arg-type]
            for g in groups
            for m in measures
        ),
        "priorities": tuple(
            Priority(g.id, item.id, place, 50, 45, 55, _BAND)
            for g in groups
            for item in ranked
            for place in range(1, len(item.options) + 1)
        ),
        "items": tuple(
            Distribution(
                group, item.id, _BAND, tuple(Share((n + 1,), 50, "exact", 45, 55) for n in range(_options(item)))
            )
            for group, item in told
        ),
        "rates": tuple(Rates(group, item.id, _BAND, share, share, share, False) for group, item in told),
        "levels_held": tuple(Distribution(group.id, "m0", _BAND, (share,)) for group in groups[:2]),
    }


def _options(item: Item) -> int:
    return len(item.options) if item.kind not in {"zero_to_ten", "number"} else 2


def described(*, wrong: bool = False) -> Described:
    """What a file is said to hold. `wrong`: only its sheets can be used."""
    start = "staff_import.described"
    header = some(f"{start}.header", 20)
    sample = some(f"{start}.sample", 20)
    said = all_of(f"{start}.wrong") if wrong else ""
    return Described(some(f"{start}.sheets", SHEETS), header, (sample, sample[::-1]), 40, said)


def outcome() -> Outcome:
    start = "staff_import.answer"
    said = {name: some(f"{start}.differences.{name}", 20) for name in ("employee_number", "unit", "what")}
    kinds = ("new", "moved", "changed", "returned", "left") * 4
    fields = ("employee_number", "unit", "staff_group", "site", "email")
    columns = dict(zip(fields, some(f"{start}.mapping.columns", len(fields)), strict=True))
    return Outcome(
        Counts(4, 4, 4, 4, 4, 4, 4, 20, 20),
        Mapping(columns, all_of(f"{start}.mapping.separator")),  # type: ignore[arg-type]
        some(f"{start}.units", 20),
        some(f"{start}.notes", 20),
        tuple(Difference(kind, *told) for kind, *told in zip(kinds, *said.values(), strict=True)),  # type: ignore[arg-type]
        some(f"{start}.mistakes", 20),
        20,
    )


def wishes() -> Wishes:
    start, fields = "staff_import.wishes", ("employee_number", "unit", "staff_group")
    columns = dict(zip(fields, some(f"{start}.columns", len(fields)), strict=True))
    return Wishes(columns, all_of(f"{start}.separator"), sheet=all_of(f"{start}.sheet"))  # type: ignore[arg-type]


def remembered() -> Mapping:
    start, fields = "organisation.staff_mapping", ("employee_number", "unit", "staff_group")
    columns = dict(zip(fields, some(f"{start}.columns", len(fields)), strict=True))
    return Mapping(columns, all_of(f"{start}.separator"))  # type: ignore[arg-type]


def progress(field: str) -> Progress:
    return Progress(all_of(f"{field}.what"), 1, 3)
