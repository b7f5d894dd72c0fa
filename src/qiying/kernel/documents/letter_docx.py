"""Letters as Word documents to go on editing, in the fonts the standard names."""

import math
from functools import cache
from io import BytesIO
from typing import Any

import docx
import segno
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from qiying.kernel.documents import letter_layout as layout
from qiying.kernel.documents.letter_layout import Letter
from qiying.kernel.tables.cells import text_width

FANGSONG, TITLE, HEITI, KAITI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
_BY_LEVEL = (FANGSONG, HEITI, KAITI)
_TWIPS_PER_MM = 1440 / 25.4
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def letter_docx(letter: Letter) -> bytes:
    """Return the letter as a .docx laid out by GB/T 9704-2012."""
    document = docx.Document(BytesIO(_blank()))
    _head(document, letter)
    _body(document, letter)
    _tail(document, letter)
    if letter.has_imprint:
        _imprint(document, letter)
    _checks(document, letter)
    document.core_properties.title = letter.title
    document.core_properties.author = letter.issuer
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@cache
def _blank() -> bytes:
    """Return a letter nothing is written in yet: page, styles, page numbers.

    The empty one that python-docx brings holds a hundred styles of coloured tables, twice, and a picture of itself.
    """
    document = docx.Document()
    for part, left_out in ((document.part, ("stylesWithEffects",)), (document.part.package, ("thumbnail",))):
        for key, relation in list(part.rels.items()):
            if relation.reltype.endswith(left_out):
                del part.rels[key]
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style != document.styles.default(WD_STYLE_TYPE.TABLE):
            style.delete()
    _styles(document)
    _page(document)
    _page_numbers(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _element(tag: str, **attributes: object) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _font(run: Run, font: str, size_pt: float, *, red: bool = False) -> Run:
    run.font.size = Pt(size_pt)
    run.font.name = "Times New Roman" if font == FANGSONG else font
    # Word takes Chinese glyphs from w:eastAsia alone; without it every machine guesses differently.
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = RGBColor.from_string(layout.RED.strip("#").upper())
    return run


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(layout.BODY_PT)
    normal.font.name = "Times New Roman"
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(layout.LEADING_PT)
    spacing.widow_control = False  # the standard fills pages line by line


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
    section.footer_distance = Mm(layout.BOTTOM_MM - 7 - 5)  # 7 mm below the block, one line of 14 pt
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    pitch_pt = layout.PITCH_MM / layout.MM_PER_PT
    section._sectPr.append(
        _element(
            "docGrid",
            type="linesAndChars",
            linePitch=int(layout.BLOCK_HEIGHT_MM / layout.LINES * _TWIPS_PER_MM),
            charSpace=math.floor((pitch_pt - layout.BODY_PT) * 4096),  # 1/4096 pt per character
        )
    )


def _line(
    document: Document,
    text: str = "",
    font: str = FANGSONG,
    size_pt: float = layout.BODY_PT,
    *,
    red: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
    leading_pt: float | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    if text:
        _font(paragraph.add_run(text), font, size_pt, red=red)
    if align is not None:
        paragraph.alignment = align
    if leading_pt:
        paragraph.paragraph_format.line_spacing = Pt(leading_pt)
    return paragraph


def _indent(paragraph: Paragraph, **characters: float) -> None:
    """Set indents in characters (the …Chars attributes are hundredths), and twips for older programs."""
    ind = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, count in characters.items():
        ind.set(qn(f"w:{side}"), str(int(count * layout.BODY_PT * 20)))
        ind.set(qn(f"w:{side}Chars"), str(int(count * 100)))


def _border(paragraph: Paragraph, side: str, eighths_of_pt: int, colour: str) -> None:
    borders = _element("pBdr")
    borders.append(_element(side, val="single", sz=eighths_of_pt, space=0, color=colour))
    paragraph._p.get_or_add_pPr().append(borders)


def _head(document: Document, letter: Letter) -> None:
    marks = [m for m in (letter.confidentiality, letter.urgency) if m]
    for mark in marks:
        _line(document, mark, HEITI)
    mark_pt = layout.mark_size_pt(letter.issuer)
    paragraph = _line(
        document, letter.issuer, TITLE, mark_pt, red=True, align=_CENTRE, leading_pt=mark_pt * 1.2
    )
    rest_mm = 35 - len(marks) * layout.LEADING_PT * layout.MM_PER_PT
    paragraph.paragraph_format.space_before = Mm(max(rest_mm, 0))
    _line(document)
    _line(document)
    number = _line(document, letter.number, align=_CENTRE)
    number.paragraph_format.space_after = Mm(0)
    rule = _line(document, leading_pt=4 / layout.MM_PER_PT)
    _border(rule, "bottom", 16, layout.RED.strip("#").upper())
    _line(document)
    _line(document)
    for text in layout.title_lines(letter.title):
        _line(document, text, TITLE, layout.TITLE_PT, align=_CENTRE, leading_pt=layout.TITLE_LEADING_PT)
    _line(document)


def _body(document: Document, letter: Letter) -> None:
    _line(document, f"{letter.addressee}：")
    for text in letter.paragraphs:
        level = layout.heading_level(text)
        paragraph = _line(document, text.strip(), _BY_LEVEL[level])
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.keep_with_next = level == 1
        _indent(paragraph, firstLine=2)


def _tail(document: Document, letter: Letter) -> None:
    if letter.attachments:
        _line(document)
    for offset, label, name in layout.attachment_items(letter.attachments):
        width = text_width(label)
        _indent(_line(document, label + name), left=offset + width, hanging=width)
    for _ in range(2):
        _line(document).paragraph_format.keep_with_next = True
    name_right, date_right = layout.sign_off_indents(letter.signed_by, letter.signed_on)
    signature = _line(document, letter.signed_by, align=_RIGHT)
    signature.paragraph_format.keep_with_next = True
    _indent(signature, right=name_right)
    _indent(_line(document, layout.chinese_date(letter.signed_on), align=_RIGHT), right=date_right)
    if letter.note:
        _line(document)
        _indent(_line(document, f"（{letter.note}）"), firstLine=2)


def _imprint(document: Document, letter: Letter) -> None:
    """Add the imprint as a table that floats at the foot of the last page's block (7.4)."""
    rows = [[f"抄送：{layout.copies_text(letter.copies_to)}"]] if letter.copies_to else []
    if letter.printed_by:
        printed_on = layout.chinese_date(letter.printed_on or letter.signed_on)
        rows.append([letter.printed_by, f"{printed_on}印发"])
    table = document.add_table(rows=len(rows), cols=2)
    properties = table._tbl.tblPr
    properties.append(
        _element("tblpPr", horzAnchor="margin", vertAnchor="margin", tblpXSpec="center", tblpYSpec="bottom")
    )
    borders = _element("tblBorders")
    for side, width in (("top", 8), ("bottom", 8), ("insideH", 6)):  # 0.35 mm outside, 0.25 mm between
        borders.append(_element(side, val="single", sz=width, space=0, color="000000"))
    properties.append(borders)
    for index, texts in enumerate(rows):
        cells = table.rows[index].cells
        if len(texts) == 1:
            cells[0].merge(cells[1])
        for cell, text, align in zip(cells, texts, (None, _RIGHT), strict=False):
            paragraph = cell.paragraphs[0]
            _font(paragraph.add_run(text), FANGSONG, layout.IMPRINT_PT)
            paragraph.alignment = align
            paragraph.paragraph_format.line_spacing = Pt(22)
            if text.startswith("抄送"):
                _indent(paragraph, left=3.5, hanging=2.6, right=0.9)
            else:
                _indent(paragraph, **{"right" if align else "left": 0.9})


def _page_numbers(document: Document) -> None:
    """Add page numbers — 1 — odd right, even left (7.5)."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    section.different_first_page_header_footer = True
    _page_number(section.footer.paragraphs[0], right=True)
    _page_number(section.even_page_footer.paragraphs[0], right=False)
    _page_number(section.first_page_footer.paragraphs[0], right=True)


def _checks(document: Document, letter: Letter) -> None:
    """Add the check code and the case's number at the foot of the first page."""
    first = document.sections[0].first_page_footer
    if letter.verify_url:
        picture = BytesIO()
        segno.make(letter.verify_url, error="m", micro=False).save(picture, kind="png", scale=8, border=2)
        picture.seek(0)
        check = first.add_paragraph()
        check.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        check.add_run().add_picture(picture, width=Mm(15))
        _font(check.add_run("　扫码核对本函是否真实"), FANGSONG, 9)
    if letter.case_number:
        _font(first.paragraphs[-1].add_run(f"　办件号 {letter.case_number}"), FANGSONG, 9)


def _page_number(paragraph: Paragraph, *, right: bool) -> None:
    paragraph.alignment = _RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    _indent(paragraph, **{"right" if right else "left": 0.9})
    _font(paragraph.add_run("— "), FANGSONG, layout.IMPRINT_PT)
    for kind in ("begin", "", "end"):
        run = _font(paragraph.add_run(), FANGSONG, layout.IMPRINT_PT)
        if kind:
            run._r.append(_element("fldChar", fldCharType=kind))
        else:
            code = _element("instrText")
            code.text = "PAGE"
            run._r.append(code)
    _font(paragraph.add_run(" —"), FANGSONG, layout.IMPRINT_PT)
