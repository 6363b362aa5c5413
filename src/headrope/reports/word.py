"""A paper as .docx: every number is a content control that bears its place in the list inside the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import Any

from headrope.reports import manifest, pictures
from headrope.reports.paper import Block, Cell, Drawing, Figure, Number, Paper, Table, Text, Tint

PART = f"/headrope/{manifest.NAME}"
RELATION = "urn:headrope:numbers"
TAG = "headrope-"
LATIN, CHINESE = "Arial", "Microsoft YaHei"
"""Letters that offices have: a .docx brings none of its own."""
GROUNDS: Mapping[Tint, str] = {
    "far-behind": "F2B5AC",
    "behind": "FADFDA",
    "watch": "FCF3DA",
    "ahead": "DCEFEA",
    "far-ahead": "ADD9CF",
    "stale": "F1F2F4",
    "missing": "E2E3E6",
}
BESIDE = 0.8
"""mm to either side of what stands in a cell, as in the .pdf."""
TWIPS = 1440 / 25.4
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""The day that stands in the file's properties, so that the same paper gives the same file."""


def word(paper: Paper) -> bytes:
    """The file, A4 landscape."""
    return _Writer(paper).file()


class _Writer:
    """Writes one paper; numbers are counted in reading order, as the manifest lists them."""

    def __init__(self, paper: Paper) -> None:
        # Brought in when first asked for: pages never need it.
        import docx  # noqa: PLC0415
        from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

        self.paper, self.mm, self.pt, self.rgb = paper, Mm, Pt, RGBColor
        self.document: Any = docx.Document()
        self.places: Iterator[int] = count()

    def file(self) -> bytes:
        self._page()
        self._styles()
        paper = self.paper
        self._sentence(self.document.add_paragraph(style="Title"), [paper.title])
        facts = self.document.add_paragraph(style="Subtitle")
        for place, sentence in enumerate(paper.facts):
            self._sentence(facts, ["    ", *sentence] if place else sentence)
        finding = self.document.add_paragraph(style="Intense Quote")
        for place, sentence in enumerate(paper.finding):
            self._sentence(finding, [" ", *sentence] if place and not self.chinese else sentence)
        for block in paper.wide:
            self._block(self.document, block, self.width)
        self._columns()
        for block in paper.last:
            self._block(self.document, block, self.width)
        self._attach()
        made = BytesIO()
        self.document.save(made)
        return made.getvalue()

    @property
    def chinese(self) -> bool:
        return self.paper.question.language.startswith("zh")

    @property
    def width(self) -> int:
        """What a line may take, in mm."""
        return 297 - 2 * 11

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.mm(297), self.mm(210)
        section.orientation = 1
        section.left_margin = section.right_margin = self.mm(11)
        section.top_margin, section.bottom_margin = self.mm(10), self.mm(10)
        section.footer_distance = self.mm(5)
        foot = section.footer.paragraphs[0]
        foot.text = self.paper.foot
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = self.paper.title, "", ""
        properties.created = properties.modified = FIRST

    def _styles(self) -> None:
        sizes = {"Normal": 8, "Title": 16, "Subtitle": 8, "Intense Quote": 11, "Heading 2": 9, "Footer": 7, "Header": 7}
        for name, size in sizes.items():
            style = self.document.styles[name]
            style.font.size, style.font.name = self.pt(size), LATIN
            style.font.italic, style.font.bold = False, name in ("Title", "Intense Quote", "Heading 2")
            style.font.color.rgb = self.rgb(0x14, 0x17, 0x1C)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(_w("eastAsia"), CHINESE)
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                style.element.rPr.rFonts.attrib.pop(_w(theme), None)
            for spread in style.element.rPr.findall(_w("spacing")):
                style.element.rPr.remove(spread)
            shape = style.paragraph_format
            shape.space_before, shape.space_after = self.pt(4 if name == "Heading 2" else 0), self.pt(2)
            shape.left_indent = shape.right_indent = 0
            border = style.element.pPr.find(_w("pBdr")) if style.element.pPr is not None else None
            if border is not None:
                style.element.pPr.remove(border)

    def _block(self, into: Any, block: Block, width: float) -> None:
        head = into.add_paragraph(style="Heading 2")
        if into is not self.document:
            # A title that holds on to what follows would hold the whole row of columns, which then begins a new page.
            head.paragraph_format.keep_with_next = False
        head.add_run(block.title)
        if block.note:
            note = head.add_run(f"  {block.note}")
            note.bold, note.font.size, note.font.color.rgb = False, self.pt(7), self.rgb(0x62, 0x68, 0x74)
        if isinstance(block, Table):
            self._table(into, block, width)
        elif isinstance(block, Figure):
            paragraph = into.add_paragraph()
            paragraph.paragraph_format.space_after = 0
            picture = paragraph.add_run()
            picture.add_picture(BytesIO(pictures.png(block.chart, self.paper.question.language)), width=self.mm(width))
            picture._r.xpath(".//wp:docPr")[0].set("descr", block.chart.alt)
        else:
            assert isinstance(block, Text)
            for line in block.lines:
                paragraph = into.add_paragraph()
                paragraph.paragraph_format.space_after = self.pt(1)
                self._sentence(paragraph, line, size=7)

    def _table(self, into: Any, block: Table, width: float) -> None:
        if not block.rows:
            into.add_paragraph(block.empty)
            return
        shape = (1 + len(block.rows), len(block.columns))
        table = into.add_table(*shape)
        self._plain(table)
        every = sum(each.width for each in block.columns)
        widths = [width * column.width / every for column in block.columns]
        for held, taken in zip(table.columns, widths, strict=True):
            held.width = self.mm(taken)
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
        self._cells(table.rows[0], [[column.title] for column in block.columns], block, widths, strong=False)
        for held, row in zip(list(table.rows)[1:], block.rows, strict=True):
            self._cells(held, row.cells, block, widths, strong=row.strong)
            for cell, tint in zip(held.cells, row.tints, strict=False):
                _ground(cell, tint)
        if block.below:
            under = into.add_paragraph()
            for place, line in enumerate(block.below):
                self._sentence(under, ["    ", *line] if place else line, size=7)
        if block.whole:
            for held in list(table.rows)[:-1]:
                for cell in held.cells:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _plain(self, table: Any) -> None:
        """No frame, and the widths and margins that we give."""
        table.style = self.document.styles["Normal Table"]
        table.autofit = False
        margins = _element("w:tblCellMar")
        for side in ("left", "right"):
            margin = _element(f"w:{side}")
            margin.set(_w("w"), str(round(BESIDE * TWIPS)))
            margin.set(_w("type"), "dxa")
            margins.append(margin)
        about = table._tbl.tblPr
        look = about.find(_w("tblLook"))
        about.insert(len(about) if look is None else about.index(look), margins)  # the schema says in which order

    def _cells(self, row: Any, cells: Any, block: Table, widths: Sequence[float], *, strong: bool) -> None:
        for held, sentence, column, width in zip(row.cells, cells, block.columns, widths, strict=True):
            held.width = self.mm(width)  # Word goes by the cells, others by the columns
            paragraph = held.paragraphs[0]
            paragraph.alignment = 0 if column.words else 2
            paragraph.paragraph_format.space_after = 0
            self._sentence(paragraph, sentence, strong=strong, size=7, width=width - 2 * BESIDE)
            _rule_below(held)

    def _columns(self) -> None:
        columns = self.paper.columns
        if not columns:
            return
        # Two tables without a paragraph between them are one, whose head then stands on every page.
        between = self.document.add_paragraph()
        between.paragraph_format.space_after = 0
        between.paragraph_format.line_spacing = self.pt(3)
        width = self.width / len(columns) - 8
        frame = self.document.add_table(1, len(columns))
        self._plain(frame)
        for cell, blocks in zip(frame.rows[0].cells, columns, strict=True):
            cell.width = self.mm(width + 8)
            first = cell.paragraphs[0]
            for block in blocks:
                self._block(cell, block, width)
            first._p.getparent().remove(first._p)
            last = cell.add_paragraph()  # a cell ends with a paragraph
            last.paragraph_format.space_after, last.paragraph_format.line_spacing = 0, self.pt(1)

    def _sentence(
        self, paragraph: Any, sentence: Cell, *, strong: bool = False, size: float = 0, width: float = 0
    ) -> None:
        """Words and numbers as runs; a small picture takes the `width` (mm) of its cell."""
        for piece in sentence:
            if isinstance(piece, Drawing):
                made = paragraph.add_run().add_picture(BytesIO(pictures.row_png(piece.svg)), width=self.mm(width))
                for side in "TBLR":  # where nothing is said, some keep words off by an eighth of an inch
                    made._inline.set(f"dist{side}", "0")
                continue
            run = paragraph.add_run(piece if isinstance(piece, str) else piece.text)
            run.bold = True if strong else None
            run.font.size = self.pt(size) if size else None
            if isinstance(piece, Number):
                if piece.bad:
                    run.font.color.rgb = self.rgb(0xB0, 0x23, 0x1A)
                self._bind(run._r, piece)

    def _bind(self, run: Any, number: Number) -> None:
        """Put the number's run into a content control, which stays with it however the text around is edited."""
        control, about, inside = _element("w:sdt"), _element("w:sdtPr"), _element("w:sdtContent")
        alias, tag = _element("w:alias"), _element("w:tag")
        alias.set(_w("val"), str(number.ref)[:64])
        tag.set(_w("val"), f"{TAG}{next(self.places)}")
        about.append(alias)
        about.append(tag)
        run.addprevious(control)
        inside.append(run)
        control.append(about)
        control.append(inside)

    def _attach(self) -> None:
        from docx.opc.packuri import PackURI  # noqa: PLC0415
        from docx.opc.part import Part  # noqa: PLC0415

        data = manifest.written(manifest.manifest_of(self.paper))
        package = self.document.part.package
        self.document.part.relate_to(Part(PackURI(PART), "application/json", data, package), RELATION)


def _element(name: str) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    return OxmlElement(name)


def _w(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return str(qn(f"w:{name}"))


def _ground(cell: Any, tint: Tint) -> None:
    if tint:
        shade = _element("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", GROUNDS[tint])):
            shade.set(_w(key), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _rule_below(cell: Any) -> None:
    borders, below = _element("w:tcBorders"), _element("w:bottom")
    for key, value in (("val", "single"), ("sz", "4"), ("color", "DCDDE0"), ("space", "0")):
        below.set(_w(key), value)
    borders.append(below)
    cell._tc.get_or_add_tcPr().append(borders)
