"""What a verification found, check by check, and how it is written down."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec

Outcome = Literal["pass", "fail", "not_checked"]
WORDS: dict[Outcome, str] = {"pass": "PASS", "fail": "FAIL", "not_checked": "NOT CHECKED"}


class Finding(msgspec.Struct, frozen=True):
    """One check. `question` is what was tried; `said` what came of it, in plain words and without a secret."""

    check: str
    question: str
    outcome: Outcome
    said: str


class Verdict(msgspec.Struct, frozen=True):
    """What a check comes to, before it has a name."""

    outcome: Outcome
    said: str


def passed(said: str) -> Verdict:
    return Verdict("pass", said)


def failed(said: str) -> Verdict:
    return Verdict("fail", said)


def not_checked(why: str) -> Verdict:
    return Verdict("not_checked", why)


def judged(amiss: Iterable[str], else_: str) -> Verdict:
    """FAIL with everything that is amiss, or PASS with what was looked at."""
    found = list(amiss)
    return failed(" ".join(found)) if found else passed(else_)


class Report(msgspec.Struct, frozen=True):
    """A dated report. `made_at` is the database's clock, UTC; `when` the same for people."""

    made_at: datetime
    when: str
    server: str
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> int:
        return self.count("fail")

    def count(self, outcome: Outcome) -> int:
        return sum(finding.outcome == outcome for finding in self.findings)


def summary(report: Report) -> str:
    """One sentence with all three numbers."""
    numbers = ", ".join(f"{report.count(outcome)} {word}" for outcome, word in WORDS.items())
    return f"Attacked as its administrator could on {report.when}: {numbers}."


def text(report: Report) -> str:
    return "\n".join(["Can anybody be joined to their answers?", summary(report), "", *_lines(report)]) + "\n"


def _lines(report: Report) -> Iterator[str]:
    for one in report.findings:
        yield f"{WORDS[one.outcome]:<12} {one.question}"
        yield f"{'':<12} {one.said}"


def markdown(report: Report) -> str:
    """The same for pages that render Markdown: nothing in it is taken for a tag or for emphasis."""
    rows = [f"- **{WORDS[one.outcome]}** {_plain(one.question)} {_plain(one.said)}" for one in report.findings]
    return "\n".join(["# Can anybody be joined to their answers?", "", _plain(summary(report)), "", *rows, ""])


def _plain(said: str) -> str:
    safe = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{letter}" if letter in "\\`*_[]#|~" else letter for letter in safe)


def document(report: Report) -> str:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(report)).decode()


def notice(report: Report) -> str:
    """What everybody may read, as a notice's text: what was tried and what came of it, without the names of roles,
    folders and files that would help an attacker."""
    points = (f"- {WORDS[one.outcome]}: {one.question}" for one in report.findings)
    return "\n\n".join([summary(report), "\n".join(points)])
