"""The file of a form that carries one: the one kind of form that is not read before its handler is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

from survey.errors import BadInput, Problem
from survey.operations import signing_in
from survey.pages.console.desk import Desk


@asynccontextmanager
async def received(desk: Desk) -> AsyncIterator[UploadFile | None]:
    """The file for the length of the block, written to a temporary one as it arrives; None where none was chosen.
    Raises TooLarge for more than the doorway lets through, and whatever is raised for a form without its token."""
    try:
        form = await desk.request.form()
    except ClientException:
        raise BadInput([Problem("The form", "it could not be read.", "Go back, then try again.")]) from None
    file, token = form.get("file"), form.get("csrf")
    try:
        signing_in.must_carry(token if isinstance(token, str) else "", desk.visitor.secret)
        yield file if isinstance(file, UploadFile) else None
    finally:
        if isinstance(file, UploadFile):
            await file.close()
