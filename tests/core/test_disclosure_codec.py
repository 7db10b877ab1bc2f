"""A release as bytes, and what the package costs those who only show one."""

import subprocess
import sys

import msgspec
import pytest

from survey import errors
from survey.core import disclosure
from tests.core import trusts

ASKED = trusts.questionnaire(1)
FRAME = trusts.frame(8)
RELEASE = trusts.publish(FRAME, ASKED, trusts.responses(FRAME, ASKED, 8))


def test_a_release_has_one_encoding_and_one_digest() -> None:
    document = disclosure.encode(RELEASE)
    assert disclosure.encode(disclosure.decode(document)) == document
    assert disclosure.digest(disclosure.decode(document.decode())) == disclosure.digest(RELEASE)


def test_a_release_says_by_what_it_was_computed() -> None:
    assert (RELEASE.questionnaire, RELEASE.k, RELEASE.method) == (ASKED.hash, 10, "3")
    assert RELEASE.plan is not None and len(RELEASE.frame) == 64


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"{", "not a release"),
        (b"{}", "missing required field"),
        (disclosure.encode(RELEASE).replace(b'"number":1', b'"number":"one"'), "number"),
    ],
)
def test_what_is_no_release_is_refused_in_words(broken: bytes, words: str) -> None:
    with pytest.raises(errors.Refused, match=words):
        disclosure.decode(broken)


def test_whoever_shows_a_release_does_not_load_scipy() -> None:
    code = "import sys, survey.core.disclosure as d; d.decode; d.response_rate; assert 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert not hasattr(disclosure, "anything_else")


def test_a_release_of_an_earlier_version_of_the_service_keeps_its_digest() -> None:
    """It has none of what was added since, and its encoding must not either."""
    added = {"compared", "changes", "priorities", "items", "levels_held", "rates"}
    content = msgspec.json.decode(disclosure.encode(RELEASE))
    old = msgspec.json.encode({key: content[key] for key in sorted(content.keys() - added)}, order="sorted")
    assert disclosure.encode(disclosure.decode(old)) == old
