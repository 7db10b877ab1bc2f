"""Reading releases back: the one that was published, or a sentence that says what is wrong with it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core import disclosure
from survey.operations import auditing
from survey.operations.auditing import NotThatRelease
from tests.core import trusts

ASKED = trusts.questionnaire()
FRAME = trusts.frame(3)
RELEASE = trusts.publish(FRAME, ASKED, trusts.responses(FRAME, ASKED, 3, 0.45))
DOCUMENT = disclosure.encode(RELEASE)
DIGEST = disclosure.digest(RELEASE)


def changed(change: Callable[[Any], None]) -> bytes:
    """The document with something changed by hand."""
    content = msgspec.json.decode(DOCUMENT)
    change(content)
    return msgspec.json.encode(content)


def _put(*path: Any) -> Callable[[Any], None]:
    """Sets what stands at all but the last of `path` to the last."""

    def change(content: Any) -> None:
        *way, last, value = path
        for step in way:
            content = content[step]
        content[last] = value

    return change


def _circle(content: Any) -> None:
    first, second, *_ = (group for group in content["groups"] if group["kind"] == "division")
    first["parent"], second["parent"] = second["id"], first["id"]


CHANGED = [
    (_put("number", "one"), r"Expected `int`, got `str` - at `\$\.number`"),
    (_put("cells", 3, "value", 61.5), r"Expected `int \| null`, got `float` - at `\$\.cells\[3\]\.value`"),
    (_put("cells", 3, "secret", 4), r"unknown field `secret` - at `\$\.cells"),
    (_put("cells", 3, "reason", "shy"), "Invalid enum value 'shy'"),
    (_put("cells", 3, None), "Expected `object`, got `null`"),
    (_put("k", 2), "k: no release is made for groups of 2"),
    (_put("plan", "k", 12), "k: it is 10, and 12 in the plan"),
    (_put("measures", []), "measures: there are none"),
    (_put("groups", 2, "id", "org"), "groups: “org” stands there 2 times"),
    (_put("groups", 2, "parent", "unit:x"), "is under “unit:x”, which is not there"),
    (_put("groups", 2, "eligible", -3), "has -3 people"),
    (_circle, "is above itself"),
]


@pytest.mark.parametrize(("change", "words"), CHANGED)
def test_a_release_changed_by_hand_is_refused_and_told_where(change: Callable[[Any], None], words: str) -> None:
    with pytest.raises(NotThatRelease, match=words):
        auditing.read(changed(change))


@pytest.mark.parametrize("document", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b"null", b'"release"'])
def test_what_is_no_release_at_all_is_refused(document: bytes) -> None:
    with pytest.raises(NotThatRelease, match="not a release"):
        auditing.read(document)


def test_a_sound_release_is_read_however_it_is_laid_out() -> None:
    assert auditing.read(DOCUMENT) == RELEASE
    assert auditing.read(msgspec.json.format(DOCUMENT) + b"\n", DIGEST) == RELEASE


@pytest.mark.parametrize("digest", [DIGEST, DIGEST[:16], DIGEST.upper(), f" {DIGEST}\n"])
def test_the_digest_may_be_given_whole_or_by_its_first_sixteen(digest: str) -> None:
    assert auditing.read(DOCUMENT, digest) == RELEASE


@pytest.mark.parametrize("digest", ["", DIGEST[:15], "0" * 64, DIGEST + "0"])
def test_another_digest_is_refused(digest: str) -> None:
    with pytest.raises(NotThatRelease, match="Somebody has changed release 1 of round spring"):
        auditing.read(DOCUMENT, digest)


def test_one_changed_digit_is_another_digest() -> None:
    place = next(p for p, cell in enumerate(RELEASE.cells) if cell.reason is None)
    with pytest.raises(NotThatRelease, match="Somebody has changed"):
        auditing.read(changed(_put("cells", place, "value", 33)), DIGEST)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text(max_size=5) | st.just("org"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_change_by_hand_is_refused_in_words_or_audited(data: st.DataObject) -> None:
    """Whatever a file says, there is an answer: never a crash."""
    content = msgspec.json.decode(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 2))):
        part = content
        while True:
            key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else list(range(len(part)))))
            if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.integers(0, 5)) == 0:
                part[key] = data.draw(json)
                break
            part = part[key]
    try:
        release = auditing.read(msgspec.json.encode(content))
    except NotThatRelease as refused:
        assert str(refused).startswith("This is not a release")
    else:
        assert isinstance(auditing.attack(release).passed, bool)
