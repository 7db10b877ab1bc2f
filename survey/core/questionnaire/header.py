"""What a questionnaire file says once: languages, title, mission, visions, shared scales and wordings, levels."""

import itertools
import re
from collections.abc import Mapping

from survey.core.questionnaire.model import Level, Text, Vision
from survey.core.questionnaire.table import Table, short

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
"""What an item, a vision or a scale may be called in a file."""
MOST_VISIONS = 12
RESERVED = {"overall"}
"""Names that results use for something else."""
CUTS = (20.0, 40.0, 60.0, 80.0)
"""Where five levels begin, unless the file says otherwise (METHOD 1.4)."""
ENGLISH = {"dont_know": "I don’t know", "not_applicable": "Not part of my role"}
"""Wordings that an English file need not write itself."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_NAMING = "Names begin with a letter, then have letters, digits and _, 32 at most."


def languages(top: Table) -> tuple[str, ...]:
    """The languages of the file, the default one first; English where none is named or they cannot be read."""
    if "languages" not in top.data:
        return ("en",)
    codes = top.strings("languages")
    for code in codes:
        if not _LANGUAGE.fullmatch(code):
            top.note("languages", f"‘{short(code)}’ is not a language code.", "Write en, cy or pt-BR, say.")
    if len(set(codes)) < len(codes):
        top.note("languages", "a language is named twice.", "Delete one.")
    if not codes and "languages" not in top.mistaken:
        top.note("languages", "no language is named.", 'Write languages = ["en"].')
    return tuple(dict.fromkeys(codes)) or ("en",)


def visions(top: Table) -> tuple[Vision, ...]:
    """The visions in the file's order. One whose name cannot be read is kept, under its id: items may refer to it."""
    names = top.value("visions", dict, required=True)
    if names is None:
        return ()
    if not 1 <= len(names) <= MOST_VISIONS:
        top.note("visions", f"there are {len(names)}; 1 to {MOST_VISIONS} are possible.")
    table = Table(names, "visions", top.notes)
    found = []
    for vision in list(names)[:MOST_VISIONS]:
        if not NAME.fullmatch(vision):
            table.note(vision, "this cannot be a vision's name.", _NAMING)
        if vision.lower() in RESERVED:
            table.note(vision, "results use this name for something else.", "Choose another.")
        found.append(Vision(vision, table.text(vision, 100, required=True) or {}))
    return tuple(found)


def scales(top: Table) -> dict[str, tuple[Text, ...] | None]:
    """Lists of options that items share, by name; None for one that cannot be read."""
    named = top.value("scales", dict) or {}
    table = Table(named, "scales", top.notes)
    for name in named:
        if not NAME.fullmatch(name):
            table.note(name, "this cannot be a scale's name.", _NAMING)
    return {name: table.texts(name, 200) for name in named}


def wordings(top: Table) -> dict[str, Text]:
    """How `dont_know = true` and `not_applicable = true` read, by key."""
    table = Table(top.value("wording", dict) or {}, "wording", top.notes)
    table.only(ENGLISH)
    own = {key: table.text(key, 100) for key in ENGLISH if key in table.data}
    usual: Mapping[str, Text] = {key: {"en": said} for key, said in ENGLISH.items()}
    known = usual if top.notes.languages[0] == "en" else {}
    return {**known, **{key: text or {} for key, text in own.items()}}


def levels(top: Table) -> tuple[Level, ...]:
    """Level names from the lowest, and the points at which each but the first begins."""
    given = top.value("levels", dict, required=True)
    if given is None:
        return ()
    table = Table(given, "levels", top.notes)
    table.only(("names", "cuts"))
    if "names" not in given:
        table.note("names", "this is missing.", 'Write names = ["…", "…"], the lowest level first.')
    names = table.texts("names", 60) or ()
    cuts = table.numbers("cuts") if "cuts" in given else CUTS
    if "names" not in table.mistaken and not 2 <= len(names) <= 10:
        table.note("names", f"there are {len(names)} levels; 2 to 10 are possible.")
    if not table.mistaken:
        _check_cuts(table, len(names), cuts or ())
    return tuple(Level(name, start) for name, start in zip(names, (0.0, *(cuts or ())), strict=False))


def _check_cuts(table: Table, count: int, cuts: tuple[float, ...]) -> None:
    if len(cuts) != count - 1:
        what = f"the number of cuts must be one less than the {count} levels, and there are {len(cuts)}."
        table.note("cuts", what, "Write cuts = [20, 40, 60, 80] for five levels.")
    steps = (0.0, *cuts, 100.0)
    if any(lower >= upper for lower, upper in itertools.pairwise(steps)):
        table.note("cuts", "each should lie above the one before, between 0 and 100.", "Put them in rising order.")
