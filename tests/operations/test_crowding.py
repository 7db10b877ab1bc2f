"""More people asked for from one network than a whole Trust has: how that is counted."""

from survey.operations import crowding
from survey.operations.crowding import HOUR, Crowds


def _ask(crowds: Crowds, who: int, address: str = "192.0.2.1", round_id: str = "r", now: float = 0.0) -> bool:
    return crowds.admit(address, round_id, b"%d" % who, 3, now)


def test_so_many_are_asked_for_and_no_more_until_the_hour_is_over() -> None:
    crowds = Crowds()
    assert [_ask(crowds, who, now=float(who)) for who in range(5)] == [True, True, True, False, False]
    assert not _ask(crowds, 9, now=HOUR - 1)
    assert _ask(crowds, 9, now=HOUR)
    assert [_ask(crowds, who, now=HOUR) for who in range(3)] == [True, True, False]


def test_who_was_asked_for_may_be_asked_for_again() -> None:
    """Otherwise being let through would tell that somebody had been asked for by nobody yet; and people press twice."""
    crowds = Crowds()
    assert all(_ask(crowds, who) for who in (1, 2, 3, 1, 2, 3, 3, 3))
    assert not _ask(crowds, 4)
    assert _ask(crowds, 1)


def test_other_addresses_and_other_rounds_are_not_held_up() -> None:
    crowds = Crowds()
    assert not [_ask(crowds, who) for who in range(4)][-1]
    assert _ask(crowds, 9, address="192.0.2.2")
    assert _ask(crowds, 9, round_id="another")


def test_a_machine_s_many_addresses_are_one() -> None:
    crowds = Crowds()
    assert [_ask(crowds, who, address=f"2001:db8::{who}") for who in range(4)] == [True, True, True, False]
    assert _ask(crowds, 9, address="2001:db8:0:1::9")
    assert crowding.network("unknown") == "unknown"


def test_the_longest_unheard_of_is_forgotten_first() -> None:
    crowds = Crowds(addresses=2)
    for address in ("a", "b", "a", "c"):
        assert all(_ask(crowds, who, address=address) for who in range(3))
    assert not _ask(crowds, 9, address="a")
    assert _ask(crowds, 9, address="b")


def test_a_whole_trust_is_never_too_many() -> None:
    assert crowding.most(25_000) >= 2 * 25_000
    assert crowding.most(10) == crowding.LEAST
