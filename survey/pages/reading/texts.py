"""What a release says in words, each page as the one object that its template prints: how its results were worked out,
and what staff wrote."""

import msgspec

from survey.core.comments import REMOVED, CommentRelease
from survey.core.questionnaire.model import words
from survey.core.rounds import Plan
from survey.core.scoring.method import METHOD
from survey.operations import proving
from survey.operations.reading import Edition
from survey.pages import explaining
from survey.pages.console import frame
from survey.pages.explaining import Explained
from survey.pages.reading.index import Index
from survey.pages.rendering import Link, Shell


class CommentsQuestion(msgspec.Struct, frozen=True):
    text: str
    comments: tuple[str, ...]


class CommentsPage(msgspec.Struct, frozen=True):
    """`questions` is empty until comments have been released."""

    shell: Shell
    title: str
    back: Link
    round: str
    questions: tuple[CommentsQuestion, ...]
    removed: str
    fewest: int


class MethodPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    round: str
    method: Explained


def method(index: Index) -> MethodPage:
    release = index.release
    return MethodPage(
        shell=frame.shell(release.organisation),
        title="How these results are worked out",
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        method=explaining.explain(
            index.result.questionnaire,
            release.plan or Plan(k=release.k),
            release=release,
            digest=index.edition.digest,
            coverage=proving.coverage(),
        ),
    )


def comments(organisation: str, edition: Edition, released: CommentRelease | None) -> CommentsPage:
    return CommentsPage(
        shell=frame.shell(organisation),
        title="Comments",
        back=Link(edition.name, f"/results/{edition.round_id}"),
        round=edition.name,
        questions=tuple(
            CommentsQuestion(words(question.question, "en"), question.comments)
            for question in (released.questions if released else ())
        ),
        removed=REMOVED,
        fewest=METHOD.fewest_comments,
    )
