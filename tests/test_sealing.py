"""Envelopes and keys: what each keeps in, what each lets out, and that nothing shows in its size."""

import os
import stat
import uuid
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from survey import sealing
from survey.errors import Misconfigured
from survey.sealing import KeyRing

SIZE = 512
ROUND, OTHER = "k3v9tq2m", "z8w7x6y5"
SECRET, WRONG = b"s" * 32, b"w" * 32
INVITATION = uuid.UUID("00000000-0000-4000-8000-000000000001")
fitting = st.binary(max_size=SIZE - 4)


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys", SECRET)


# Sealed answers and drafts


@given(fitting)
def test_sealed_answers_open_under_the_private_key_and_all_have_one_size(plain: bytes) -> None:
    private = PrivateKey.generate()
    envelope = sealing.seal(bytes(private.public_key), plain, SIZE)
    assert sealing.unseal_all(bytes(private), [envelope]) == ([plain], 0)
    assert len(envelope) == SIZE + 48, "an ephemeral public key and a tag, and nothing that varies"


@given(fitting)
def test_a_draft_opens_under_its_token_and_all_have_one_size(plain: bytes) -> None:
    closed = sealing.close_draft("token", ROUND, plain, SIZE)
    assert sealing.open_draft("token", ROUND, closed) == plain
    assert len(closed) == SIZE + 40, "a nonce and a tag, and nothing that varies"


@pytest.mark.parametrize("length", [SIZE - 3, SIZE, SIZE + 1, 10 * SIZE])
def test_what_does_not_fit_is_refused_and_never_cut(length: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        sealing.close_draft("token", ROUND, b"x" * length, SIZE)
    with pytest.raises(ValueError, match="do not fit"):
        sealing.seal(bytes(PrivateKey.generate().public_key), b"x" * length, SIZE)


def test_trailing_zeros_belong_to_the_answers_and_not_to_the_padding() -> None:
    plain = b"\0answer\0\0\0"
    assert sealing.open_draft("token", ROUND, sealing.close_draft("token", ROUND, plain, SIZE)) == plain


def test_the_same_answers_never_look_the_same_twice() -> None:
    public = bytes(PrivateKey.generate().public_key)
    assert len({sealing.seal(public, b"same", SIZE) for _ in range(20)}) == 20
    assert len({sealing.close_draft("token", ROUND, b"same", SIZE) for _ in range(20)}) == 20


@pytest.mark.parametrize(("token", "context"), [("other", ROUND), ("token", OTHER), ("Token", ROUND), ("", ROUND)])
def test_a_draft_opens_under_no_other_token_and_in_no_other_round(token: str, context: str) -> None:
    closed = sealing.close_draft("token", ROUND, b"answers", SIZE)
    with pytest.raises(CryptoError):
        sealing.open_draft(token, context, closed)


@given(st.integers(0, SIZE + 39), st.integers(1, 255))
def test_a_draft_that_was_tampered_with_does_not_open(position: int, change: int) -> None:
    closed = bytearray(sealing.close_draft("token", ROUND, b"answers", SIZE))
    closed[position] ^= change
    with pytest.raises(CryptoError):
        sealing.open_draft("token", ROUND, bytes(closed))


def test_envelopes_that_do_not_open_are_counted_and_the_others_open_in_order() -> None:
    private, stranger = PrivateKey.generate(), PrivateKey.generate()
    good = [sealing.seal(bytes(private.public_key), bytes([n]), SIZE) for n in range(3)]
    foreign = sealing.seal(bytes(stranger.public_key), b"foreign", SIZE)
    torn = good[0][:-1] + bytes([good[0][-1] ^ 1])
    mixed = [good[0], foreign, good[1], torn, b"", good[2], b"short"]
    assert sealing.unseal_all(bytes(private), mixed) == ([b"\0", b"\1", b"\2"], 4)


# Tokens, hashes, form tokens


def test_a_reminder_repeats_the_link_and_no_two_links_are_alike() -> None:
    key = os.urandom(32)
    assert sealing.token_of(key, INVITATION) == sealing.token_of(key, INVITATION)
    others = {sealing.token_of(key, sealing.random_id()) for _ in range(200)}
    others |= {sealing.token_of(os.urandom(32), INVITATION) for _ in range(200)}
    assert len(others | {sealing.token_of(key, INVITATION)}) == 401


@pytest.mark.parametrize("token", [sealing.token_of(b"k" * 32, INVITATION), sealing.random_token()])
def test_a_token_is_256_bits_that_fit_an_address(token: str) -> None:
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_what_is_derived_from_a_token_leads_from_one_use_to_no_other() -> None:
    """The lookup hash is in the database; it must be neither the draft's key nor the form token nor the token."""
    derived = {
        sealing.lookup_hash("token", ROUND).hex(),
        sealing.lookup_hash("token", OTHER).hex(),
        sealing.lookup_hash("token2", ROUND).hex(),
        sealing.csrf("token", ROUND),
        sealing.csrf("token", OTHER),
        sealing.fingerprint(b"token").hex(),
        b"token".hex(),
    }
    assert len(derived) == 7
    closed = sealing.close_draft("token", ROUND, b"answers", SIZE)
    with pytest.raises(CryptoError):
        sealing.open_draft(sealing.lookup_hash("token", ROUND).hex(), ROUND, closed)


def test_the_lookup_hash_is_the_same_in_every_process_and_version() -> None:
    """Links that are out already must go on working: HMAC-SHA-256 of `survey/lookup/<round>` and a 1, by the token."""
    assert sealing.lookup_hash("token", ROUND).hex() == (
        "9f6a2cee3ae8e86b8acc2e2aff79c2170c83eaf3986aacbc3f792d4af4911ea3"
    )


@pytest.mark.parametrize(("given_", "same"), [("abc", True), ("abd", False), ("ab", False), ("", False), ("é", False)])
def test_form_tokens_are_compared_whole(given_: str, same: bool) -> None:
    assert sealing.same(given_, "abc") is same


def test_the_fingerprint_tells_secrets_apart_without_telling_them() -> None:
    assert sealing.fingerprint(SECRET) == sealing.fingerprint(SECRET) != sealing.fingerprint(WRONG)
    assert SECRET not in sealing.fingerprint(SECRET)


# Randomness


def test_shuffling_loses_nothing_doubles_nothing_and_leaves_the_original_alone() -> None:
    original = list(range(500))
    mixed = sealing.shuffled(original)
    assert sorted(mixed) == original == list(range(500))
    assert mixed != original


def test_every_place_is_as_likely_as_any_other() -> None:
    """3,000 shuffles of three: each of the six orders near 500 times (six standard deviations either way)."""
    seen: dict[tuple[int, ...], int] = {}
    for _ in range(3000):
        order = tuple(sealing.shuffled(range(3)))
        seen[order] = seen.get(order, 0) + 1
    assert len(seen) == 6
    assert all(378 < count < 622 for count in seen.values()), seen


def test_no_order_shows_through_a_thousand_shuffles() -> None:
    """METHOD 3.5 U8: Spearman's rank correlation of the new order with the old has the mean 0 and the variance
    1 / (n - 1), both within three standard deviations; and the next row's place says nothing of this one's."""
    n, times = 60, 1000
    orders = np.array([sealing.shuffled(range(n)) for _ in range(times)])
    with_order = _correlations(orders, np.arange(n)[None, :])
    with_neighbour = _correlations(orders[:, 1:], orders[:, :-1])
    assert abs(with_order.mean()) <= 3 / np.sqrt(times * (n - 1))
    assert abs(with_order.var() * (n - 1) - 1) <= 3 * np.sqrt(2 / times)
    assert abs(with_neighbour.mean() + 1 / n) <= 3 / np.sqrt(times * (n - 2)) + 2 / n**2


def _correlations(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    a, b = (part - part.mean(axis=1, keepdims=True) for part in (one, other))
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def test_a_round_s_name_has_no_letter_that_is_misread() -> None:
    codes = {sealing.random_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 8 and not set(code) & set("ilou") and code == code.lower() for code in codes)


# The key directory


def test_both_keys_are_there_after_making_them_and_gone_after_destroying_them(keys: KeyRing) -> None:
    public = keys.create(ROUND)
    envelope = sealing.seal(public, b"answers", SIZE)
    assert sealing.unseal_all(keys.private(ROUND), [envelope]) == ([b"answers"], 0)
    assert len(keys.mailing(ROUND)) == 32
    assert keys.rounds() == {ROUND}
    keys.destroy(ROUND)
    assert list(keys.directory.iterdir()) == []
    assert keys.rounds() == set()


def test_destroying_twice_or_before_there_is_a_directory_is_harmless(keys: KeyRing) -> None:
    keys.destroy(ROUND)
    keys.create(ROUND)
    keys.destroy(ROUND)
    keys.destroy(ROUND)
    assert keys.rounds() == set()


def test_destroying_one_round_s_keys_leaves_the_others(keys: KeyRing) -> None:
    keys.create(ROUND)
    keys.create(OTHER)
    private = keys.private(OTHER)
    keys.destroy(ROUND)
    assert keys.private(OTHER) == private


def test_keys_are_never_overwritten(keys: KeyRing) -> None:
    """A second launch that won a race must not replace the key that answers are already sealed to."""
    keys.create(ROUND)
    before = keys.private(ROUND), keys.mailing(ROUND)
    with pytest.raises(FileExistsError):
        keys.create(ROUND)
    assert (keys.private(ROUND), keys.mailing(ROUND)) == before


def test_only_the_service_may_read_the_directory_and_its_files(keys: KeyRing) -> None:
    before = os.umask(0)
    try:
        keys.create(ROUND)
    finally:
        os.umask(before)
    assert stat.S_IMODE(keys.directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys.directory.iterdir()} == {0o600}


def test_the_files_hold_no_key_in_clear(keys: KeyRing) -> None:
    keys.create(ROUND)
    stored = b"".join(file.read_bytes() for file in keys.directory.iterdir())
    for key in (keys.private(ROUND), keys.mailing(ROUND), SECRET):
        assert key not in stored
        assert key.hex().encode() not in stored


@pytest.mark.parametrize("read", [KeyRing.private, KeyRing.mailing])
def test_a_wrong_secret_is_told_by_the_name_of_its_setting(keys: KeyRing, read: object) -> None:
    keys.create(ROUND)
    with pytest.raises(Misconfigured, match="does not open under SURVEY_SECRET"):
        read(KeyRing(keys.directory, WRONG), ROUND)  # type: ignore[operator]


def test_a_missing_key_is_told_with_the_directory_it_should_be_in(keys: KeyRing) -> None:
    with pytest.raises(Misconfigured, match=f"private key of round {ROUND} is not in the key directory .*keys"):
        keys.private(ROUND)


def test_a_key_file_of_another_round_or_of_the_other_kind_does_not_pass_for_this_one(keys: KeyRing) -> None:
    keys.create(ROUND)
    folder = keys.directory
    (folder / f"{OTHER}.private").write_bytes((folder / f"{ROUND}.private").read_bytes())
    (folder / f"{OTHER}.mailing").write_bytes((folder / f"{ROUND}.private").read_bytes())
    with pytest.raises(Misconfigured, match="does not open"):
        keys.private(OTHER)
    with pytest.raises(Misconfigured, match="does not open"):
        keys.mailing(OTHER)


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 72])
def test_a_damaged_key_file_is_told_and_not_a_traceback(keys: KeyRing, content: bytes) -> None:
    keys.create(ROUND)
    (keys.directory / f"{ROUND}.private").write_bytes(content)
    with pytest.raises(Misconfigured, match="does not open"):
        keys.private(ROUND)
