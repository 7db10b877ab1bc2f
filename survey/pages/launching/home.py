"""The page of a round: a draft's review, or where the round stands."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.operations import launching
from survey.pages.console.desk import Desk
from survey.pages.launching import review, standing


async def show(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        round_ = await launching.overview(db, desk.whose, round_id)
        if round_.state == "draft":
            return await review.page(desk, db, round_)
        return await standing.page(desk, db, round_)
