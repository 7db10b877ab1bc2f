"""The NHS design system's own macros, to compare our components with: the same elements, attributes and words. Left out
on both sides: hooks for scripts, and what stands in for them."""

from typing import Any

import jinja2
from lxml import html

from survey.pages import rendering

_macros = jinja2.Environment(
    loader=jinja2.PackageLoader("nhsuk_frontend_jinja"), undefined=jinja2.ChainableUndefined, autoescape=True
)
_SCRIPT_HOOKS = {"data-module", "data-behaviour", "tabindex", "autofocus", "autocomplete"}


def macro(component: str, macro: str, **params: Any) -> str:
    source = f'{{% from "nhsuk/components/{component}/macro.jinja" import {macro} %}}{{{{ {macro}(params) }}}}'
    return _macros.from_string(source).render(params=params)


def ours(component: str, call: str, **given: Any) -> str:
    source = f'{{% import "components/{component}.html" as ours %}}{{{{ ours.{call} }}}}'
    return rendering.environment().from_string(source).render(**given)


def _shape(element: Any) -> object:
    attributes = {
        name: " ".join(sorted(value.split())) if name == "class" else value
        for name, value in element.attrib.items()
        if name not in _SCRIPT_HOOKS
    }
    text = [" ".join((part or "").split()) for part in (element.text, *(child.tail for child in element))]
    return element.tag, attributes, "".join(text), [_shape(child) for child in element]


def same(ours: str, theirs: str) -> bool:
    first, second = (_shape(html.fragment_fromstring(markup.strip(), create_parent="div")) for markup in (ours, theirs))
    assert first == second
    return True
