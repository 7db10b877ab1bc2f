"""Which questions two rounds have in common: scores are set side by side only where both come from the same."""

from survey.core.questionnaire.model import Item, Questionnaire, Text, words


def alike(now: Questionnaire, before: Questionnaire) -> frozenset[str]:
    """The scored items that both asked in the same words, of the same people, for the same points."""
    there = {item.id: _essence(item, before) for item in before.items}
    return frozenset(
        item.id for item in now.items if item.vision is not None and there.get(item.id) == _essence(item, now)
    )


def whole(now: Questionnaire, before: Questionnaire) -> tuple[str, ...]:
    """The measures that rest on the same items in both rounds; "overall" only where every vision does."""
    common = alike(now, before)
    same = tuple(
        vision.id
        for vision in now.visions
        if _of(now, vision.id) == _of(before, vision.id) == _of(now, vision.id) & common
    )
    all_of = {vision.id for vision in now.visions} | {vision.id for vision in before.visions}
    return (*same, "overall") if set(same) == all_of else same


def _of(questionnaire: Questionnaire, vision: str) -> frozenset[str]:
    return frozenset(item.id for item in questionnaire.items if item.vision == vision)


def _essence(item: Item, asked: Questionnaire) -> tuple[object, ...]:
    """All that can move an answer or its points; in the questionnaire's first language, for a translation that was
    added since changes nothing for those who had read the original."""

    def said(text: Text | None) -> str | None:
        return None if text is None else words(text, asked.languages[0])

    texts = (item.text, item.hint, item.not_applicable, item.dont_know, *item.options)
    settings = (item.kind, item.vision, item.audience, item.reverse, item.show_if, item.values)
    return (*settings, item.minimum, item.maximum, *map(said, texts))
