"""Files for submissions: read with a preview of what they change, and then taken over into the draft, or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import BeforeValidator, Field

from headrope.api.answers import Refused, told
from headrope.api.auth import Bearer
from headrope.api.entering import MOST_CELLS, PATH, ChangedAnswer, RowVersion, StepBody, acted, changed
from headrope.api.limits import MOST_BYTES
from headrope.api.once import once
from headrope.api.parameters import ABOUT, Code, Number, PeriodText, Text, number, whole
from headrope.api.submissions import ProblemAnswer, place, router
from headrope.api.visit import visit
from headrope.core.problems import Problem
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions import files
from headrope.ledger.submissions.actions import Actor
from headrope.ledger.submissions.files import Consent, Preview
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.sheet import Line
from headrope.org.tokens.models import Scope

__all__ = ["router"]  # ninja wants all methods of an address on one router

FILE = {
    "requestBody": {
        "required": True,
        "description": f"The bytes of the file: .xlsx, .xls or .csv, at most {MOST_BYTES:,}.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}

ExponentText = Annotated[int, Field(ge=0, le=12), BeforeValidator(whole)]
Exponent = Annotated[int, Field(ge=0, le=12, description=ABOUT["exponent"]), BeforeValidator(number)]


class CellAnswer(Schema):
    """What stands in a cell: the text counts 10^exponent units of account; `word` stands in place of a value."""

    raw: str
    exponent: int
    word: str
    note: str


class FileChange(Schema):
    """A cell that the file changes."""

    measure: str
    cell: str
    before: CellAnswer | None
    after: CellAnswer | None


class Clash(Schema):
    """A cell that `by` has typed since the file was made: as it stands now, and as the file has it."""

    measure: str
    cell: str
    by: str
    now: CellAnswer | None
    in_file: CellAnswer | None


class PreviewAnswer(Schema):
    """A file that was read and is kept. `right`: it can be taken over, with `row_version` and `base` as they stand here."""

    file: int
    name: str
    right: bool
    row_version: int
    base: int
    changes: list[FileChange]
    clashes: list[Clash]
    problems: list[ProblemAnswer]


class TakeBody(StepBody):
    """What was seen of the file; of each clash which figure holds: the one in the file, or the one that stands now."""

    base: RowVersion
    exponent: Exponent = 0
    chosen: Annotated[dict[str, Literal["file", "now"]], Field(max_length=MOST_CELLS)] = {}


@router.post(
    f"{PATH}/files", auth=Bearer(Scope.ENTER), response=PreviewAnswer, operation_id="upload", openapi_extra=FILE
)
@once
def upload(
    request: HttpRequest,
    unit: Code,
    form: Code,
    period: PeriodText,
    name: Text,
    version: Code = ACTUAL,
    exponent: ExponentText = 0,
) -> PreviewAnswer:
    """Read a filled-in workbook or CSV file and keep it; what it would change, and all that is wrong with it.

    The form stays as it is. A file that is not right is answered, too, with `right` false and its problems.
    """
    if not request.body:
        raise Refused(400, Problem("body", "The body is empty.", "Send the bytes of the file."))
    who = visit(request)
    return _preview(
        acted(
            lambda: files.upload(
                Actor(who.user, who.who),
                _typed_into(place(who, unit, form, period, version)),
                name,
                request.body,
                exponent,
            )
        )
    )


@router.post(f"{PATH}/files/{{file}}/take", auth=Bearer(Scope.ENTER), response=ChangedAnswer, operation_id="take")
@once
def take(
    request: HttpRequest,
    unit: Code,
    form: Code,
    period: PeriodText,
    file: Number,
    body: TakeBody,
    version: Code = ACTUAL,
) -> ChangedAnswer:
    """Take a file that was read over into the draft, all of it or, where it does not fit any more, nothing."""
    who = visit(request)
    seen = Consent(body.row_version, body.base, body.chosen)
    where = _typed_into(place(who, unit, form, period, version))
    try:
        found = acted(lambda: files.take(Actor(who.user, who.who), where, int(file), seen, body.exponent))
    except LookupError as error:
        raise Refused(404) from error
    if not isinstance(found, Preview):
        return changed(who, found)
    if found.moved is not None:
        message, remedy = "The submission was changed meanwhile.", "Read it again; its row_version is %(version)s."
        raise Refused(409, Problem("row_version", message, remedy, {"version": found.sheet.row_version}))
    undecided = [
        Problem(each.now.cell, "Another figure has been typed here since the file was made.", "Choose which of the two holds.")
        for each in found.clashes
        if each.now.info.code not in body.chosen
    ]  # fmt: skip
    raise Refused(422, *found.problems, *undecided)


def _typed_into(where: Place) -> Place:
    """The place, if the unit fills the form in itself; else there is no file for it (404)."""
    if not where.owing:
        raise Refused(404)
    return where


def _preview(found: Preview) -> PreviewAnswer:
    return PreviewAnswer.model_validate(
        {
            "file": found.file,
            "name": found.name,
            "right": found.right,
            "row_version": found.sheet.row_version,
            "base": found.base,
            "changes": [
                {**_where(each.before), "before": _cell(each.before), "after": _cell(each.after)}
                for each in found.changes
            ],
            "clashes": [
                {**_where(each.now), "by": each.by.username, "now": _cell(each.now), "in_file": _cell(each.file)}
                for each in found.clashes
            ],
            "problems": [told(problem) for problem in found.problems],
        }
    )


def _where(line: Line) -> Mapping[str, str]:
    return {"measure": line.info.code, "cell": line.cell}


def _cell(line: Line) -> Mapping[str, object] | None:
    typed = line.typed
    if typed is None:
        return None
    return {"raw": typed.raw, "exponent": typed.exponent, "word": typed.word, "note": typed.note}
