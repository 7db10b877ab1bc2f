"""The claims of the method, in its order, and which test holds each: a reader of the method finds the proof here.

U are those of unlinkability, T those of disclosure control. `survey verify privacy` attacks a live database besides;
each of its checks has a leak planted for it.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from survey.operations.verifying import CHECKS

TESTS = Path(__file__).parents[1]

CLAIMS: dict[str, tuple[str, list[str]]] = {
    "U1": ("Neither xmin, nor ctid, ids, times, nor the write-ahead log link better than chance", [
        "properties/test_property_2_unlinkable.py::test_each_attack_succeeds_on_a_careless_table",
        ("properties/test_property_2_unlinkable.py"
        "::test_no_order_of_responses_or_comments_follows_the_order_of_sending_or_of_anybody_s_rows"),
        "properties/test_property_2_unlinkable.py::test_every_response_and_comment_has_the_same_transaction_id",
        ("operations/verifying/test_privacy.py"
        "::test_a_round_that_was_opened_answer_by_answer_is_found_in_the_write_ahead_log"),
    ]),
    "U2": ("No time and no sequence in any table reachable from a response", [
        "test_schema.py::test_property_2_what_stays_of_an_answer_has_no_time_no_order_and_no_person",
        "test_schema.py::test_property_2_answers_refer_to_their_round_and_nothing_else_and_nothing_to_them",
        "test_schema.py::test_property_2_nothing_counts_up",
    ]),
    "U3": ("A canary is nowhere in data files, WAL, logs and dump while the round is open", [
        ("properties/test_property_2_and_6_at_rest.py"
        "::test_a_text_that_is_stored_in_clear_is_found_everywhere_it_must_be"),
        ("properties/test_property_2_and_6_at_rest.py"
        "::test_no_answer_typed_while_the_round_is_open_is_found_anywhere"),
    ]),
    "U4": ("Ciphertexts have one length, whatever was answered", [
        "test_sealing.py::test_sealed_answers_open_under_the_private_key_and_all_have_one_size",
        "operations/test_responding.py::test_no_pattern_of_answers_shows_in_a_length",
        "properties/test_property_2_unlinkable.py::test_all_are_there_and_none_has_a_length_of_its_own",
    ]),
    "U5": ("Under split custody everything but the tally works without the private key", [
        "operations/test_custody.py::test_everything_but_opening_works_without_the_key",
        "operations/test_custody.py::test_a_lost_share_is_survived_and_two_are_not",
        "operations/test_custody.py::test_a_rehearsal_tells_whether_shares_fit_and_opens_nothing",
    ]),
    "U6": ("Duplicate and concurrent submissions are one row", [
        ("operations/test_responding.py"
        "::test_fifty_parallel_identical_submissions_are_fifty_good_answers_and_one_row"),
    ]),
    "U7": ("The list for reminders is the invited less the flags", [
        "operations/test_responding.py::test_the_flag_for_reminders_is_set_by_sending_and_outlives_withdrawal",
        "operations/test_sending.py::test_reminders_go_to_those_who_have_not_answered_and_stop_when_they_do",
    ]),
    "U8": ("The order of rows says nothing of the order of sending", [
        "test_sealing.py::test_no_order_shows_through_a_thousand_shuffles",
        ("properties/test_property_2_unlinkable.py"
        "::test_no_order_of_responses_or_comments_follows_the_order_of_sending_or_of_anybody_s_rows"),
        "core/test_disclosure_publishing.py::test_order_of_responses_changes_no_digit",
    ]),
    "U9": ("The access log of a whole journey has no token", [
        "properties/test_property_2_and_6_at_rest.py::test_the_log_of_a_whole_journey_tells_routes_and_no_address",
    ]),
    "U10": ("After closing, sealed rows, drafts and flags are gone from the database and the next backup", [
        ("properties/test_property_2_and_6_at_rest.py"
        "::test_after_closing_the_dump_has_no_row_left_of_what_was_sealed"),
        ("operations/test_clearing.py"
        "::test_nothing_of_a_closed_round_is_left_in_the_files_though_another_round_is_open"),
    ]),
    "U11": ("Nothing is tallied where an atom is of fewer than ten people", [
        ("operations/test_closing.py"
        "::test_a_frame_in_which_answers_would_be_of_few_people_is_not_opened"),
        "core/test_disclosure_publishing.py::test_answers_of_fewer_than_ten_people_are_refused",
    ]),
    "T1": ("No combination of cells reveals fewer than k; brute force agrees", [
        ("core/test_disclosure_sweep.py"
        "::test_nobody_is_found_in_a_fixed_few_trusts_and_each_protection_is_needed"),
        "core/test_disclosure_sweep.py::test_nobody_is_found_in_2000_trusts_and_each_protection_is_needed",
        "core/test_disclosure_revealed.py::test_the_programme_agrees_with_brute_force",
        "core/test_disclosure_revealed.py::test_the_smallest_cut_is_the_smallest_revealed_group",
    ]),
    "T3": ("Without any one suppression the audit fails", [
        ("core/test_disclosure_sweep.py"
        "::test_nobody_is_found_in_a_fixed_few_trusts_and_each_protection_is_needed"),
        "core/test_disclosure_publishing.py::test_without_any_one_withheld_cell_the_inspection_fails",
        "core/test_disclosure_publishing.py::test_a_withheld_cell_put_back_by_hand_fails_the_readers_audit",
    ]),
    "T4": ("The API says the same bytes until the release", [
        "properties/test_property_1_nothing_early.py::test_the_api_says_the_same_bytes_until_the_release",
    ]),
    "T5": ("A second release with one response more is blocked", [
        ("operations/test_publishing.py"
        "::test_one_response_more_cannot_be_published_beside_the_first_release"),
        "core/test_disclosure_publishing.py::test_a_second_release_with_other_answers_is_blocked",
    ]),
    "T6": ("All, and all but one, look the same", [
        "core/test_scoring.py::test_a_cell_does_not_tell_whether_all_or_all_but_one_answered",
        ("cli/benching/test_attacker.py"
        "::test_nobody_can_tell_whether_everybody_answered_and_no_variance_is_read_back"),
    ]),
    "T7": ("Unanimity is told as 95 or more", [
        "core/test_scoring.py::test_everybody_agrees",
        "core/test_scoring.py::test_beyond_95_and_5_nothing_tells_how_far",
    ]),
    "T8": ("No hidden value is in a page or in the API", [
        "pages/test_reading.py::test_no_hidden_value_is_on_a_page",
        "api/test_rounds.py::test_no_hidden_value_is_in_an_answer",
    ]),
    "T9": ("What is withheld is not in the release itself", [
        ("core/test_disclosure_publishing.py"
        "::test_what_a_withheld_cell_would_have_said_is_nowhere_in_the_release"),
        "core/test_disclosure_publishing.py::test_every_shown_cell_is_whole_and_every_withheld_one_is_empty",
    ]),
}  # fmt: skip
"""There is no T2."""


_SQL = "test_privacy.py::test_a_leak_in_the_database_is_found"
PLANTED = {
    "grants": "test_privacy.py::test_a_role_that_may_read_answers_is_found_unless_it_is_named",
    "watchers": _SQL,
    "settings": _SQL,
    "columns": _SQL,
    "keys": _SQL,
    "lengths": _SQL,
    "smallest": _SQL,
    "transactions": "test_privacy.py::test_a_transaction_that_writes_person_and_answer_is_found",
    "places": "test_privacy.py::test_rows_in_the_order_in_which_they_came_are_found",
    "touched": "test_privacy.py::test_a_round_that_was_opened_answer_by_answer_is_found_in_the_write_ahead_log",
    "remains": "test_privacy.py::test_deleted_rows_of_a_closed_round_are_found_in_the_files_and_gone_after_closing",
    "tables": "test_privacy.py::test_a_token_in_the_database_is_found",
    "wal": "test_privacy.py::test_a_key_as_bytes_is_found_in_the_files_and_in_the_write_ahead_log",
    "dump": "test_privacy.py::test_a_key_in_any_form_is_found_in_a_dump",
    "statements": "test_server.py::test_a_token_among_the_counted_statements_is_found",
    "server_log": "test_server.py::test_a_token_in_the_log_that_the_server_writes_is_found",
    "logs": "test_privacy.py::test_a_log_line_with_a_secret_is_found",
    "key_files": "test_privacy.py::test_key_files_that_should_be_gone_are_found",
}
"""Each check of `survey verify privacy`, and the test that plants what it must find."""


@cache
def _defined(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_s_tests_are_there(claim: str) -> None:
    _, tests = CLAIMS[claim]
    assert tests
    for test in tests:
        path, name = test.split("::")
        assert name in _defined(TESTS / path), test


def test_no_claim_is_left_out() -> None:
    assert list(CLAIMS) == [*(f"U{n}" for n in range(1, 12)), *(f"T{n}" for n in (1, *range(3, 10)))]


@pytest.mark.parametrize("check", PLANTED)
def test_a_leak_is_planted_for_every_check(check: str) -> None:
    file, name = PLANTED[check].split("::")
    path = TESTS / "operations" / "verifying" / file
    assert name in _defined(path)
    assert f'"{check}"' in path.read_text(encoding="utf-8")


def test_no_check_is_without_a_leak() -> None:
    """Copies elsewhere cannot be looked at from here: that check only says so."""
    assert PLANTED.keys() == {check.name for check in CHECKS} - {"copies"}
