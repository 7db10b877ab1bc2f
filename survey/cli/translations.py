"""Finding every text that respondents read, and bringing the catalogues up to date with them.

A text is found by the call it stands in: `say`, `say_many` and `mark` in Python, `_` and `ngettext` in templates. The
docstring of an error whose title is marked counts too.
"""

import ast
import inspect
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from survey import languages
from survey.errors import explanation

ROOT = Path(__file__).parents[2]
_KEYWORDS = {"say": None, "say_many": (1, 2), "mark": None, "_": None, "ngettext": (1, 2)}
_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
_SPEAKS = "from survey.messages import"
_WIDTH = 100


def template() -> Catalog:
    """All texts there are."""
    found = Catalog()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        _gather(found, path, "jinja2.ext:babel_extract", _JINJA)
    for path in sorted((ROOT / "survey").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if _SPEAKS in source:
            _gather(found, path, "python", {})
            for text in _explanations(source):
                found.add(text)
    return found


def _gather(found: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    source: Any = io.BytesIO(path.read_bytes())
    for _, message, _, _ in extract(method, source, _KEYWORDS, options=options):
        found.add(message)


def _explanations(source: str) -> Iterator[str]:
    """Of errors, without the title."""
    for node in ast.walk(ast.parse(source)):
        title = _marked_title(node) if isinstance(node, ast.ClassDef) else None
        if title is not None and isinstance(node, ast.ClassDef):
            text = explanation(inspect.cleandoc(ast.get_docstring(node) or ""), title)
            if text:
                yield text


def _marked_title(node: ast.ClassDef) -> str | None:
    for line in node.body:
        match line:
            case ast.Assign([ast.Name("title")], ast.Call(ast.Name("mark"), [ast.Constant(str(title))])):
                return title
    return None


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """Each language's, as it stands."""
    for path in sorted(languages.FOLDER.glob("*/LC_MESSAGES/survey.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.parts[-3])


def missing(catalogue: Catalog) -> list[str]:
    """The texts that have no translation, or one that somebody must look at again."""
    return [_english(entry) for entry in catalogue if entry.id and (entry.fuzzy or not all(_said(entry)))]


def _english(entry: Any) -> str:
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])


def _said(entry: Any) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))


def written(path: Path, catalogue: Catalog) -> bytes:
    """The file as it should be: its own header, which only people change, and the texts in alphabetical order, so that
    moving one changes nothing."""
    header = path.read_bytes().partition(b"\n\n")[0]
    body = io.BytesIO()
    write_po(body, catalogue, width=_WIDTH, no_location=True, omit_header=True, sort_output=True)
    return header + b"\n\n" + body.getvalue().strip() + b"\n"


@click.command()
def command() -> None:
    """Add new texts to each catalogue, untranslated, and take out those that nobody says any more.

    Translate what is then missing in survey/data/locales/LANGUAGE/LC_MESSAGES/survey.po. For another language, copy
    one that is there, change its header, and empty its msgstr lines.
    """
    texts = template()
    for path, catalogue in catalogues():
        catalogue.update(texts, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.write_bytes(written(path, catalogue))
        absent = missing(catalogue)
        click.echo(f"{path.parts[-3]}: {len(catalogue)} texts, {len(absent)} to translate.")
        for text in absent:
            click.echo(f"  {text}")
