"""Letters keep GB/T 9704-2012: measured in the PDF and in the Word file, and numbered without gaps."""

import re
import shutil
import subprocess
import threading
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import connection, transaction
from docx.oxml.ns import qn

from qiying.kernel.documents.letter_fonts import letter_fonts
from qiying.kernel.documents.letters import (
    letter_docx,
    letter_number_take,
    letter_number_void,
    letter_pdf,
)
from qiying.kernel.documents.models import LetterCounter, LetterNumber
from qiying.kernel.permissions.errors import GuardFailed

from .factories import AT, make_unit, make_viewer, sample_letter

MM = 72 / 25.4
poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed: apt install poppler-utils"
)


class Words:
    """Words of a PDF with their boxes, one list per page, from `pdftotext -bbox`."""

    def __init__(self, pdf: bytes, folder: Path) -> None:
        source = folder / "letter.pdf"
        source.write_bytes(pdf)
        run = ["pdftotext", "-bbox", str(source), "-"]
        text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        self.sizes = [
            (float(w), float(h)) for w, h in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', text)
        ]
        word = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<')
        self.pages: list[list[tuple[float, float, float, float, str]]] = [
            [(float(a), float(b), float(c), float(d), e) for a, b, c, d, e in word.findall(page)]
            for page in text.split("<page ")[1:]
        ]


def lines_of(page: list[tuple[float, float, float, float, str]]) -> dict[float, str]:
    """Return the lines of the text block by their height on the page."""
    lines: dict[float, str] = {}
    for _, y0, _, y1, text in sorted(page, key=lambda w: (round((w[1] + w[3]) / 2), w[0])):
        middle = (y0 + y1) / 2
        if 37 * MM < middle < 262 * MM:
            key = next((k for k in lines if abs(k - middle) < 6), middle)
            lines[key] = lines.get(key, "") + text
    return lines


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory: pytest.TempPathFactory) -> Words:
    letter = sample_letter(paragraphs=sample_letter().paragraphs * 4)
    empty = tmp_path_factory.mktemp("fonts")
    return Words(letter_pdf(letter, empty), tmp_path_factory.mktemp("pdf"))


@poppler
def test_the_page_is_a4_with_the_margins_of_the_standard(long_pdf: Words) -> None:
    assert all((round(w / MM), round(h / MM)) == (210, 297) for w, h in long_pdf.sizes)
    assert len(long_pdf.pages) >= 2
    body = [w for page in long_pdf.pages for w in page if 37 * MM < (w[1] + w[3]) / 2 < 262 * MM]
    assert min(w[0] for w in body) / MM == pytest.approx(28, abs=0.5)
    assert max(w[2] for w in body) / MM == pytest.approx(210 - 26, abs=0.6)
    first_line = min((w[1] + w[3]) / 2 for w in long_pdf.pages[1])
    assert first_line == pytest.approx(37 * MM + 14, abs=3)  # middle of the first 28 pt line


@poppler
def test_a_page_has_22_lines_of_28_characters(long_pdf: Words) -> None:
    counts = [len(lines_of(page)) for page in long_pdf.pages]
    assert max(counts) == 22
    full = [text for page in long_pdf.pages[1:] for text in lines_of(page).values()]
    chinese = [t for t in full if not re.search(r"[A-Za-z0-9]", t)]
    assert max(len(t) for t in chinese) == 28


@poppler
def test_lines_stand_28_points_apart(long_pdf: Words) -> None:
    heights = sorted(lines_of(long_pdf.pages[1]))
    assert {round(b - a) for a, b in pairwise(heights)} == {28}


@poppler
def test_page_numbers_stand_outside_odd_right_even_left(long_pdf: Words) -> None:
    for number, page in enumerate(long_pdf.pages, 1):
        (word,) = [w for w in page if w[4] == str(number) and w[1] > 262 * MM]
        assert (word[1] + word[3]) / 2 == pytest.approx((262 + 7) * MM, abs=2.5)
        assert (word[0] > 105 * MM) == (number % 2 == 1)


@poppler
def test_every_element_is_there_and_the_imprint_ends_the_last_page(long_pdf: Words) -> None:
    first = "".join(w[4] for w in long_pdf.pages[0])
    for part in ("明川区营商环境建设办公室", "营商交〔2026〕412号", "区经济和信息化局：", "MC-2026-02096"):
        assert part in first
    last = lines_of(long_pdf.pages[-1])
    text = "".join(last.values())
    assert text.endswith("抄送：区供电公司，区委督查室。明川区营商环境建设办公室2026年11月13日印发")
    assert max(last) > 250 * MM
    assert "附件：1.企业来件原文" in text
    assert "2026年11月13日" in text


@poppler
def test_no_page_is_spent_on_the_imprint_alone(tmp_path: Path) -> None:
    for extra in range(3, 12):
        letter = sample_letter(paragraphs=("请您单位查清情况并告知企业。",) * extra)
        last = "".join(lines_of(Words(letter_pdf(letter, tmp_path), tmp_path).pages[-1]).values())
        assert "2026年11月13日抄送" in last.replace("明川区营商环境建设办公室", "") or "附件" in last


@poppler
def test_markup_in_a_letter_is_text(tmp_path: Path) -> None:
    letter = sample_letter(paragraphs=("<b>甲</b>&amp;<img src='file:///etc/passwd'>",), verify_url="")
    text = "".join(w[4] for w in Words(letter_pdf(letter, tmp_path), tmp_path).pages[0])
    assert "&lt;b&gt;甲&lt;/b&gt;&amp;amp;" in text


def test_own_fonts_are_known_by_the_names_inside_them(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    noto = letter_fonts(tmp_path)
    assert noto.title_is_bold
    font = TTFont(noto.fangsong)
    for record in font["name"].names:
        record.string = "仿宋_GB2312".encode(record.getEncoding(), "ignore")
    font.save(tmp_path / "a.otf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    fonts = letter_fonts(tmp_path)
    assert fonts.fangsong == fonts.kaiti == tmp_path / "a.otf"
    assert fonts.title == noto.title


def test_the_word_file_has_page_grid_and_chinese_fonts() -> None:
    document = docx.Document(BytesIO(letter_docx(sample_letter())))
    section = document.sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(e.mm) for e in edges if e is not None] == [37, 35, 28, 26]
    grid: Any = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    line_pitch_pt = int(grid.get(qn("w:linePitch"))) / 20
    assert int(225 * MM / line_pitch_pt) == 22
    character_pt = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert int(156 * MM / character_pt) == 28
    runs = [r for p in document.paragraphs for r in p.runs]
    assert all(r._r.rPr.rFonts.get(qn("w:eastAsia")) for r in runs)  # type: ignore[union-attr]
    body = next(p for p in document.paragraphs if p.text.startswith("云拓智能装备有限公司于"))
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"  # type: ignore[union-attr]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.even_page_footer._element.xml


def test_the_word_file_says_what_the_letter_says() -> None:
    letter = sample_letter(note="联系人：许静", urgency="特急")
    document = docx.Document(BytesIO(letter_docx(letter)))
    text = "\n".join(p.text for p in document.paragraphs)
    for part in (
        letter.issuer,
        letter.number,
        "区经济和信息化局：",
        *letter.paragraphs,
        "特急",
        "（联系人：许静）",
    ):
        assert part in text
    cells = [c.text for row in document.tables[0].rows for c in row.cells]
    assert "抄送：区供电公司，区委督查室。" in cells
    assert "2026年11月13日印发" in cells


@pytest.mark.django_db
def test_numbers_run_per_unit_word_and_year() -> None:
    unit, other = make_unit("甲局"), make_unit("乙局")

    def take(unit_id: int, word: str, year: int) -> int:
        return letter_number_take(unit_id=unit_id, word=word, year=year, at=AT).number

    assert [take(unit.pk, "营商交", 2026) for _ in range(3)] == [1, 2, 3]
    assert take(unit.pk, "营商催", 2026) == 1
    assert take(unit.pk, "营商交", 2027) == 1
    assert take(other.pk, "营商交", 2026) == 1
    row = letter_number_take(unit_id=unit.pk, word=" 营商交 ", year=2026, actor=make_viewer(), title="交办函")
    assert str(row) == "营商交〔2026〕4 号"
    assert LetterCounter.objects.get(unit=unit, word="营商交", year=2026).last == 4


@pytest.mark.django_db
def test_a_number_of_a_failed_act_is_given_again() -> None:
    unit = make_unit()
    letter_number_take(unit_id=unit.pk, word="营商交", year=2026)
    with transaction.atomic():
        letter_number_take(unit_id=unit.pk, word="营商交", year=2026)
        transaction.set_rollback(True)
    assert letter_number_take(unit_id=unit.pk, word="营商交", year=2026).number == 2


@pytest.mark.django_db
def test_a_voided_number_stays_in_the_register_and_is_not_given_again() -> None:
    unit = make_unit()
    number = letter_number_take(unit_id=unit.pk, word="营商交", year=2026)
    with pytest.raises(GuardFailed):
        letter_number_void(number=number, reason=" ", at=AT)
    letter_number_void(number=number, reason="写错主送机关", at=AT)
    assert letter_number_take(unit_id=unit.pk, word="营商交", year=2026).number == 2
    assert list(LetterNumber.objects.order_by("-number").values_list("voided_at", flat=True)) == [None, AT]


@pytest.mark.django_db
def test_a_unit_without_a_word_gets_no_number() -> None:
    with pytest.raises(GuardFailed, match="机关代字"):
        letter_number_take(unit_id=make_unit().pk, word=" ", year=2026)


@pytest.mark.django_db(transaction=True)
def test_takers_at_the_same_time_get_different_numbers_without_a_gap() -> None:
    unit_id = make_unit().pk
    errors: list[Exception] = []

    def take_five() -> None:
        try:
            for _ in range(5):
                letter_number_take(unit_id=unit_id, word="营商交", year=2026)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_five) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(LetterNumber.objects.values_list("number", flat=True)) == list(range(1, 21))
