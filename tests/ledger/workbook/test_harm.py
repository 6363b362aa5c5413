"""No bytes whatever raise, and none take more than the limits: random ones, and true workbooks that were changed anywhere."""

from __future__ import annotations

import zipfile
from io import BytesIO

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from headrope.ledger.workbook.reading import LIMITS
from headrope.ledger.workbook.upload import MOST_PROBLEMS, Upload
from tests.ledger.workbook.made import parts, read, workbook

JUNE = workbook()
INSIDE = zipfile.ZipFile(BytesIO(JUNE)).namelist()
some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
changes = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8)


def sound(upload: Upload) -> None:
    """What is asked of every upload: whole sentences, texts that a database keeps, and no cell of another form."""
    for problem in upload.problems:
        # A file may be called anything; what is said of it may not have gaps that were never filled.
        text = str(problem)
        said = text.removeprefix(problem.where)
        assert problem.where and text.rstrip(")").endswith((".", ")", "?")) and "%(" not in said
    assert len(upload.problems) <= MOST_PROBLEMS + 1
    for cell in upload.cells:
        assert cell.measure in ("DOM", "OVS", "HEADS", "YIELD", "EVENT")
        assert len(cell.raw) <= 200 and len(cell.note) <= 1000 and len(cell.answer) <= 1000
        for text in (cell.raw, cell.note, cell.answer):
            assert "\0" not in text
            text.encode()  # no half of a letter is among it


def changed(content: bytes, places: list[tuple[int, int]]) -> bytes:
    """The bytes with others in some places."""
    made = bytearray(content)
    for place, byte in places:
        made[place % len(made)] = byte
    return bytes(made)


@some
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"measure,value\n"]),
    st.text(max_size=30),
)
@example(b"\xff\xfe", b"", "a.csv")
@example(b"\0" * 600, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls")
def test_random_bytes_never_raise(content: bytes, begin: bytes, name: str) -> None:  # fmt: skip
    sound(read(begin + content, name))


@some
@given(changes, st.integers(0, len(JUNE)))
def test_a_changed_workbook_never_raises(places: list[tuple[int, int]], cut: int) -> None:
    sound(read(changed(JUNE, places)[: cut if cut % 5 == 0 else None]))


@some
@given(st.sampled_from(INSIDE), changes)
def test_a_workbook_with_a_changed_part_never_raises(part: str, places: list[tuple[int, int]]) -> None:
    sound(read(parts(JUNE, {part: lambda content: changed(content, places)})))


@some
@given(st.text('measure,value\n;\t"DOM123０%=-+\0\r', max_size=80))
@example('measure,value\nDOM,"')
@example("measure\tvalue\n\n\nDOM")
@example("measure,value\r\rDOM,1")
def test_any_table_never_raises(text: str) -> None:
    sound(read(text.encode(), "june.csv"))
    sound(read(b"measure,value\n" + text.encode("gbk", "ignore"), "june.csv"))


def test_an_upload_is_bound_to_less_than_a_process_may_have() -> None:
    assert (LIMITS.memory_bytes, LIMITS.seconds, LIMITS.macros) == (600_000_000, 20, False)
