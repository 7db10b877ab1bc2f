"""Mistakes in a questionnaire file: what is written, where the reader says it is, what it says, how to mend it.

Each case changes one thing in the file below, which is whole, and expects to read exactly the problems beside it.
Items and pages are named with the line on which they begin; the table leaves that out, and each case proves it.
"""

import re

import pytest

from survey.core.questionnaire.reading import read
from survey.errors import BadInput

WHOLE = """
title = "Survey"
mission = "Care"
languages = ["en", "cy"]

[visions]
one = "First vision"
two = "Second vision"

[levels]
names = ["Low", "Middle", "High"]
cuts = [30, 60]

[scales]
agreement = ["a", "b", "c", "d", "e"]
rungs = ["1", "2", "3", "4", "5"]
ends = ["none", "all"]

[[items]]
id = "A"
kind = "agreement"
vision = "one"
text = "First?"
not_applicable = true

[[items]]
id = "B"
kind = "ladder"
vision = "two"
text = "Second?"
scale = "rungs"
audience = "clinical"
dont_know = true

[[items]]
id = "C"
kind = "zero_to_ten"
vision = "one"
text = "Third?"
scale = "ends"

[[items]]
id = "D"
kind = "single"
text = "Fourth?"
options = ["x", "y", "z"]

[[items]]
id = "E"
kind = "several"
text = "Fifth?"
options = ["x", "y", "z"]

[[items]]
id = "F"
kind = "number"
text = "Sixth?"
minimum = 0
maximum = 40

[[items]]
id = "G"
kind = "ranking"
text = "Seventh?"
options = ["x", "y", "z"]
top = 2

[[items]]
id = "H"
kind = "text"
text = "Eighth?"
max_length = 100

[[pages]]
items = ["A", "B", "C", "D"]

[[pages]]
items = ["E", "F", "G", "H"]
"""

CASES = {
    # the file as a whole
    "not TOML": (
        'title = "Survey"',
        "title = Survey",
        ["line 2, column 9: this is not TOML: invalid value. Mend this first; the rest is read after it."],
    ),
    "a key twice": (
        'mission = "Care"',
        'title = "Again"',
        ["line 3, column 16: the same key is written twice here. Mend this first; the rest is read after it."],
    ),
    "an unknown key": (
        'mission = "Care"',
        'mission = "Care"\nmision = "Care"',
        ["mision: this key is not known here. Did you mean ‘mission’?"],
    ),
    "a missing text": ('title = "Survey"\n', "", ['title: this is missing. Write title = "…".']),
    "a number for a text": (
        'title = "Survey"',
        "title = 7",
        [
            'title: this should be a text in quotes, or a table of them by language. Write "…", or { en = "…" }.',
        ],
    ),
    # texts and languages
    "a text without the default language": (
        'mission = "Care"',
        'mission = { cy = "Gofal" }',
        ['mission: the wording in the default language, en, is missing. Write en = "…".'],
    ),
    "a text in a language the file does not have": (
        'mission = "Care"',
        'mission = { en = "Care", pl = "Opieka" }',
        ["mission: ‘pl’ is not one of the file's languages. Add it to languages = [en, cy, …], or delete it."],
    ),
    "an empty text": (
        'text = "First?"',
        'text = " "',
        ["item A, text: this text is empty. Write it, or delete the key."],
    ),
    "a text that is too long": (
        'text = "First?"',
        f'text = "{"a" * 501}"',
        ["item A, text: this text has 501 characters; 500 are the most. Shorten it."],
    ),
    "a control character": (
        'text = "First?"',
        r'text = "First\u0007?"',
        ["item A, text: this text has the control character U+0007. Delete it."],
    ),
    "no language": ('["en", "cy"]', "[]", ['languages: no language is named. Write languages = ["en"].']),
    "a language twice": ('["en", "cy"]', '["en", "en"]', ["languages: a language is named twice. Delete one."]),
    "not a language": (
        '["en", "cy"]',
        '["en", "Welsh"]',
        ["languages: ‘Welsh’ is not a language code. Write en, cy or pt-BR, say."],
    ),
    # visions, levels, scales
    "a vision without items": (
        'two = "Second vision"',
        'two = "Second vision"\nthree = "Third"',
        ["visions, three: no item belongs to this vision. Give an item this vision, or delete it."],
    ),
    "a vision that results have a use for": (
        'two = "Second vision"',
        'two = "Second vision"\noverall = "All"',
        [
            "visions, overall: results use this name for something else. Choose another.",
            "visions, overall: no item belongs to this vision. Give an item this vision, or delete it.",
        ],
    ),
    "an item of an unknown vision": (
        'kind = "agreement"\nvision = "one"',
        'kind = "agreement"\nvision = "ones"',
        ["item A, vision: ‘ones’ is not one of the visions. Did you mean ‘one’?"],
    ),
    "cuts that do not rise": (
        "cuts = [30, 60]",
        "cuts = [60, 60]",
        ["levels, cuts: each should lie above the one before, between 0 and 100. Put them in rising order."],
    ),
    "a cut at the end of the range": (
        "cuts = [30, 60]",
        "cuts = [30, 100]",
        ["levels, cuts: each should lie above the one before, between 0 and 100. Put them in rising order."],
    ),
    "too few cuts": (
        "cuts = [30, 60]",
        "cuts = [30]",
        [
            (
                "levels, cuts: the number of cuts must be one less than the 3 levels, and there are 1. "
                "Write cuts = [20, 40, 60, 80] for five levels."
            )
        ],
    ),
    "cuts that are no numbers": (
        "cuts = [30, 60]",
        "cuts = [30, nan]",
        ["levels, cuts: everything in this list should be a number."],
    ),
    "one level": (
        'names = ["Low", "Middle", "High"]',
        'names = ["Low"]',
        ["levels, names: there are 1 levels; 2 to 10 are possible."],
    ),
    "a scale nobody wrote": (
        'scale = "rungs"',
        'scale = "rungz"',
        ["item B, scale: ‘rungz’ is not one of the [scales]. Did you mean ‘rungs’?"],
    ),
    "a scale and options": (
        'scale = "rungs"',
        'scale = "rungs"\noptions = ["1", "2", "3", "4", "5"]',
        ["item B, scale: an item has options of its own or a scale, not both. Delete one."],
    ),
    # items
    "no id": (
        'id = "A"',
        'name = "A"',
        [
            "item number 1, name: this key is not known here.",
            "item number 1, id: this is missing. Write it as a text in quotes.",
            "page 1, items: there is no item ‘A’. Choose from: B, C, D, E, F, G, H.",
        ],
    ),
    "an id that cannot be one": (
        'id = "H"',
        'id = "8th"',
        [
            (
                "item number 8, id: ‘8th’ cannot be an item's id. "
                "Ids begin with a letter, then have letters, digits and _, 32 at most; ‘csrf’ is taken."
            ),
            "page 2, items: there is no item ‘H’. Choose from: A, B, C, D, E, F, G.",
        ],
    ),
    "an id twice, but for its case": (
        'id = "H"',
        'id = "a"',
        [
            "item a, id: item A has this id too. Give one of them another.",
            "page 2, items: there is no item ‘H’. Choose from: A, B, C, D, E, F, G.",
        ],
    ),
    "an unknown kind": (
        'kind = "ladder"',
        'kind = "lader"',
        ["item B, kind: ‘lader’ is not a kind of item. Did you mean ‘ladder’?"],
    ),
    "another word for a key": (
        'options = ["x", "y", "z"]\n\n[[items]]\nid = "E"',
        'anchors = ["x", "y", "z"]\n\n[[items]]\nid = "E"',
        [
            "item D, anchors: this key is not known here. Write ‘options’.",
            (
                "item D, options: this needs 2 to 30 options and has none. "
                'Write them as options = ["…", "…"], or name a list under [scales] as scale = "…".'
            ),
        ],
    ),
    "a text for true or false": (
        'kind = "agreement"',
        'kind = "agreement"\nreverse = "yes"',
        ["item A, reverse: this should be true or false, and is a text in quotes."],
    ),
    "true for a number": (
        "top = 2",
        "top = true",
        [
            "item G, top: this should be a whole number, and is true or false.",
        ],
    ),
    "an unknown audience": (
        'audience = "clinical"',
        'audience = "clinicians"',
        ["item B, audience: ‘clinicians’ is not an audience. Did you mean ‘clinical’?"],
    ),
    "an unknown measure": (
        'audience = "clinical"',
        'wgll = "ensure_smart_foundations"',
        [
            (
                "item B, wgll: ‘ensure_smart_foundations’ is not a measure of What Good Looks Like. "
                "Did you mean ‘smart_foundations’?"
            )
        ],
    ),
    "a scored kind without a vision": (
        'kind = "agreement"\nvision = "one"',
        'kind = "agreement"',
        ["item A, vision: an agreement item is scored, so it needs a vision. Name one from [visions]."],
    ),
    "a kind that is never scored with a vision": (
        'kind = "text"',
        'kind = "text"\nvision = "one"',
        ["item H, vision: a text item is never scored, so it has no vision. Delete it."],
    ),
    "reverse on an item that is not scored": (
        'kind = "number"',
        'kind = "number"\nreverse = true',
        ["item F, reverse: only a scored item can be reversed, and this one has no vision. Delete it."],
    ),
    "the wrong number of rungs": (
        'rungs = ["1", "2", "3", "4", "5"]',
        'rungs = ["1", "2", "3", "4"]',
        [
            (
                "item B, options: this needs five described levels, the lowest first, and has 4. "
                'Write them as options = ["…", "…"], or name a list under [scales] as scale = "…".'
            )
        ],
    ),
    "the wrong number of ends": (
        'ends = ["none", "all"]',
        'ends = ["none", "some", "all"]',
        [
            (
                "item C, options: this needs two options, the words for 0 and for 10, and has 3. "
                'Write them as options = ["…", "…"], or name a list under [scales] as scale = "…".'
            )
        ],
    ),
    "no scale for agreement": (
        'agreement = ["a", "b", "c", "d", "e"]\n',
        "",
        [
            (
                "item A, options: this needs five options from disagreement to agreement and has none. "
                'Write them as options = ["…", "…"], or name a list under [scales] as scale = "…".'
            )
        ],
    ),
    "options that read the same": (
        'rungs = ["1", "2", "3", "4", "5"]',
        'rungs = ["one", "2", "3", "ONE", "5"]',
        ["item B, options: options 1 and 4 read the same. Give each its own wording."],
    ),
    "a broken option": (
        'rungs = ["1", "2", "3", "4", "5"]',
        'rungs = ["1", "2", "3", "4", 5]',
        ['scales, rungs: this should be a text in quotes, or a table of them by language. Write "…", or { en = "…" }.'],
    ),
    "a setting of another kind": (
        "top = 2",
        "top = 2\nmax_length = 9",
        ["item G, max_length: a ranking item has no ‘max_length’. Delete it, or choose another kind."],
    ),
    "more places than options": (
        "top = 2",
        "top = 4",
        ["item G, top: 4 places are more than the 3 options. Lower it, or add options."],
    ),
    "no places": (
        "top = 2",
        "top = 0",
        ["item G, top: there can be 1 to 10 places, not 0. Choose another number."],
    ),
    "ranking without top": (
        "top = 2\n",
        "",
        ["item G, top: a ranking item says how many places there are. Write top = 3, say."],
    ),
    "a minimum above the maximum": (
        "minimum = 0",
        "minimum = 40",
        ["item F, maximum: 40 is not above the minimum, 40. Raise it."],
    ),
    "a number without bounds": (
        "minimum = 0\nmaximum = 40\n",
        "minimum = 0\n",
        ["item F, maximum: a number item needs both bounds. Write minimum = 0 and maximum = 40, say."],
    ),
    "a bound out of reach": (
        "maximum = 40",
        "maximum = 1_000_000_001",
        ["item F, maximum: bounds lie within a thousand million of zero. Choose a nearer one."],
    ),
    "a bound out of all reach": (
        "maximum = 40",
        "maximum = 0xfffffffffffffff",
        ["item F, maximum: this number is too large."],
    ),
    "no room for text": (
        "max_length = 100",
        "max_length = 0",
        ["item H, max_length: the limit can be 1 to 2000 characters, not 0. Choose another."],
    ),
    "too much room for text": (
        "max_length = 100",
        "max_length = 2001",
        ["item H, max_length: the limit can be 1 to 2000 characters, not 2001. Choose another."],
    ),
    "a text item with special answers": (
        'kind = "text"',
        'kind = "text"\ndont_know = true',
        ["item H, dont_know: a text item can simply be left empty. Delete it."],
    ),
    "points without a vision": (
        'kind = "single"',
        'kind = "single"\nvalues = [0, 50, 100]',
        ["item D, values: points need a vision to count towards. Name one, or delete ‘values’."],
    ),
    "a scored choice without points": (
        'kind = "single"',
        'kind = "single"\nvision = "two"',
        [
            (
                "item D, values: 3 options need as many points, and there are none. "
                "Give each option 0 to 100 points, as values = [0, 50, 100]."
            )
        ],
    ),
    "points out of range": (
        'kind = "single"',
        'kind = "single"\nvision = "two"\nvalues = [0, 50, 101]',
        ["item D, values: points run from 0 to 100. Mend those outside."],
    ),
    "points out of range, and too few": (
        'kind = "single"',
        'kind = "single"\nvision = "two"\nvalues = [-1, 50]',
        [
            (
                "item D, values: 3 options need as many points, and there are 2. "
                "Give each option 0 to 100 points, as values = [0, 50, 100]."
            ),
            "item D, values: points run from 0 to 100. Mend those outside.",
        ],
    ),
    "reverse beside points": (
        'kind = "single"',
        'kind = "single"\nvision = "two"\nreverse = true\nvalues = [0, 50, 100]',
        ["item D, reverse: ‘values’ says already how the options score. Turn their points round instead."],
    ),
    # skip rules
    "waiting for an unknown item": (
        'id = "E"',
        'id = "E"\nshow_if = { item = "AA", answers = [1] }',
        ["item E, show_if: there is no item ‘AA’. Did you mean ‘A’?"],
    ),
    "waiting for a later item": (
        'id = "A"',
        'id = "A"\nshow_if = { item = "E", answers = [1] }',
        ["item A, show_if: E comes later. Let it wait for an item on an earlier page."],
    ),
    "waiting for an item on the same page": (
        'id = "C"',
        'id = "C"\nshow_if = { item = "A", answers = [1] }',
        [
            (
                "item C, show_if: A is on the same page, where its answer is not known yet. "
                "Let it wait for an item on an earlier page."
            )
        ],
    ),
    "waiting for itself": (
        'id = "E"',
        'id = "E"\nshow_if = { item = "E", answers = [1] }',
        ["item E, show_if: it waits for itself: E → E. Break the circle."],
    ),
    "waiting for an answer that cannot be": (
        'id = "E"',
        'id = "E"\nshow_if = { item = "A", answers = [1, 6, "na", "dk"] }',
        [
            (
                "item E, show_if: A, an agreement item, cannot be answered with ‘6’. "
                "Count its options from 1, or write “na” or “dk” if it offers them."
            ),
            (
                "item E, show_if: A, an agreement item, cannot be answered with ‘dk’. "
                "Count its options from 1, or write “na” or “dk” if it offers them."
            ),
        ],
    ),
    "waiting for a text": (
        'items = ["E", "F", "G", "H"]',
        (
            'items = ["H"]\n[[pages]]\nitems = ["E", "F"]\n[[pages]]\nitems = ["J", "G"]\n[[items]]\nid = "J"\n'
            'kind = "text"\ntext = "Why?"\nshow_if = { item = "H", answers = ["yes"] }'
        ),
        ["item J, show_if: H, a text item, cannot be answered with ‘yes’. Wait for another item."],
    ),
    "waiting for an item that others are asked": (
        'id = "E"',
        'id = "E"\naudience = "non_clinical"\nshow_if = { item = "B", answers = [1] }',
        [
            (
                "item E, show_if: B is asked of clinical staff only, and this item of the others. "
                "Change one of the audiences."
            )
        ],
    ),
    "waiting for others by way of a third": (
        'items = ["E", "F", "G", "H"]',
        'items = ["E", "F", "G", "H"]\n'
        + "".join(f'[[pages]]\nitems = ["{name}"]\n' for name in "JKL")
        + "".join(
            f'[[items]]\nid = "{name}"\nkind = "single"\ntext = "So?"\noptions = ["x", "y"]\naudience = "{asked}"\n'
            f'show_if = {{ item = "{other}", answers = [1] }}\n'
            for name, other, asked in (("J", "B", "all"), ("K", "J", "non_clinical"), ("L", "K", "non_clinical"))
        ),
        [
            (
                "item K, show_if: it can never be shown: it waits for J, which waits for B, and B is asked of clinical "
                "staff only, this item of the others. Change one of the audiences."
            )
        ],
    ),
    "a rule that says nothing": (
        'id = "E"',
        'id = "E"\nshow_if = { item = "A", answers = [] }',
        ["item E, show_if, answers: this should list option numbers, “na” or “dk”. Write answers = [1, 2], say."],
    ),
    # pages
    "an item on no page": (
        'items = ["E", "F", "G", "H"]',
        'items = ["E", "F", "G"]',
        ["item H: it is on none of the pages. Add it to one, or delete all [[pages]]."],
    ),
    "an item on two pages": (
        'items = ["E", "F", "G", "H"]',
        'items = ["E", "F", "G", "H", "A"]',
        ["page 2, items: A is on page 1 already. Delete it from one of them."],
    ),
    "an unknown item on a page": (
        'items = ["E", "F", "G", "H"]',
        'items = ["E", "F", "G", "H", "HH"]',
        ["page 2, items: there is no item ‘HH’. Did you mean ‘H’?"],
    ),
    "an empty page": (
        '[[pages]]\nitems = ["E"',
        '[[pages]]\nitems = []\n[[pages]]\nitems = ["E"',
        ["page 2, items: a page has 1 to 10 items, and this one 0. Divide it."],
    ),
}


LINE = re.compile(r"(item|page) (?:number )?(\w+) \(line (\d+)\)")


def problems_of(text: str) -> list[str]:
    """What is said of a file, without line numbers, after proving that they are right."""
    with pytest.raises(BadInput) as caught:
        read(text)
    said = [str(problem) for problem in caught.value.problems]
    for noun, name, line in (found for one in said for found in LINE.findall(one)):
        below = text.split("\n")[int(line) - 1 :]
        assert below[0] == f"[[{noun}s]]"
        assert name.isdecimal() or below[1] == f'id = "{name}"'
    return [re.sub(r" \(line \d+\)", "", one) for one in said]


def test_the_file_is_whole() -> None:
    assert len(read(WHOLE).items) == 8


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_mistake(before: str, after: str, expected: list[str]) -> None:
    assert WHOLE.count(before) == 1, "the case must change one thing"
    assert problems_of(WHOLE.replace(before, after)) == expected


def test_a_circle_is_told_for_each_item_in_it() -> None:
    text = WHOLE.replace('id = "A"', 'id = "A"\nshow_if = { item = "E", answers = [1] }')
    text = text.replace('id = "E"', 'id = "E"\nshow_if = { item = "A", answers = [1] }')
    assert problems_of(text) == [
        "item A, show_if: it waits for itself: A → E → A. Break the circle.",
        "item E, show_if: it waits for itself: E → A → E. Break the circle.",
    ]


def test_only_those_in_a_circle_are_told_so() -> None:
    """E waits for A, and A for an item that is not there: that is one mistake, and it is A's."""
    text = WHOLE.replace('id = "A"', 'id = "A"\nshow_if = { item = "AA", answers = [1] }')
    text = text.replace('id = "E"', 'id = "E"\nshow_if = { item = "A", answers = [1] }')
    assert problems_of(text) == ["item A, show_if: there is no item ‘AA’. Did you mean ‘A’?"]


def test_all_mistakes_are_told_in_one_go() -> None:
    """Mistakes of all sorts, planted in one file."""
    planted = [
        "a text that is too long",
        "an unknown audience",
        "the wrong number of ends",
        "points without a vision",
        "a rule that says nothing",
        "a minimum above the maximum",
        "more places than options",
        "too much room for text",
        "an unknown item on a page",
    ]
    text, expected = WHOLE, []
    for name in planted:
        before, after, problems = CASES[name]
        text = text.replace(before, after)
        expected += problems
    assert sorted(problems_of(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#" * 1_000_001, "the file: it has 1,000,001 bytes; 1,000,000 are the most. Shorten it."),
        ("#" * 20_001, "line 1: this line is too long to be read. Break it into several."),
        ("\n" + "a." * 501 + "b = 1", "line 2: this line is too long to be read. Break it into several."),
        ("x = " + "[" * 9999, "the file: brackets are nested too deeply. Close them sooner."),
        ("x = 1\ny = '\ud800'", "line 2: half a character stands here. Delete it."),
        ("x = [", "the end of the file: this is not TOML: invalid value. Mend this first; the rest is read after it."),
    ],
    ids=["size", "line", "dots", "depth", "surrogate", "end"],
)
def test_what_is_not_even_tried(text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_an_empty_file_lacks_everything() -> None:
    assert problems_of("") == [
        'title: this is missing. Write title = "…".',
        'mission: this is missing. Write mission = "…".',
        "visions: this is missing. Write it as a table.",
        "levels: this is missing. Write it as a table.",
        "items: there are none. Write at least one, beginning with [[items]].",
    ]


def test_limits_of_the_whole() -> None:
    visions = "".join(f'v{n} = "Vision {n}"\n' for n in range(13))
    item = '[[items]]\nid = "{0}{1}"\nkind = "text"\ntext = "?"\nmax_length = 2000\n'
    head = f'title = "t"\nmission = "m"\n[levels]\nnames = ["a", "b"]\ncuts = [50]\n[visions]\n{visions}'
    found = problems_of(head + "".join(item.format("I", n) for n in range(201)))
    assert found[:2] == [
        "visions: there are 13; 1 to 12 are possible.",
        "items: there are 201; 200 are the most. Leave some out.",
    ]
    assert (
        found[-1]
        == "items: the free texts may have 400,000 characters together; 10,000 are the most. Lower their ‘max_length’."
    )


def test_true_needs_a_wording_where_english_is_not_the_default() -> None:
    text = WHOLE.replace('["en", "cy"]', '["cy", "en"]')
    expected = (
        'item A, not_applicable: the file has no wording for this. Write it under [wording], as not_applicable = "…".'
    )
    assert expected in problems_of(text)
    worded = text.replace(
        "[scales]", '[wording]\nnot_applicable = "Ddim yn rhan"\ndont_know = "Ddim yn gwybod"\n[scales]'
    )
    assert read(worded).by_id["A"].not_applicable == {"cy": "Ddim yn rhan"}
