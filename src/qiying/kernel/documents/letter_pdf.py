"""Letters as PDF, by WeasyPrint from one HTML template; nothing is fetched but the named fonts."""

import atexit
from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.template.loader import render_to_string

from qiying.kernel.documents import letter_layout as layout
from qiying.kernel.documents.letter_fonts import LetterFonts, letter_fonts, width_function
from qiying.kernel.documents.letter_layout import Letter
from qiying.kernel.documents.line_breaking import break_lines

_one_at_a_time = Lock()  # a loaded font is not to be used by two threads


def letter_pdf(letter: Letter, fonts_folder: Path | None = None) -> bytes:
    """Return the letter as an A4 PDF; fonts from `data_dir/fonts` unless another folder is named."""
    # Imported here: it loads Pango, which no other page needs.
    from weasyprint import HTML

    fonts = letter_fonts(fonts_folder or settings.QIYING_ENV.data_dir / "fonts")
    context, fetcher = _context(letter, fonts), _fetcher(fonts)
    with _one_at_a_time:
        # The imprint belongs on the page where the letter ends: give up blank lines before a page for it alone.
        for tightness in (0, 1, 2):
            html = render_to_string("documents/letter.html", {**context, "tightness": tightness})
            document = HTML(string=html, url_fetcher=fetcher).render(font_config=_faces(fonts))
            if not letter.has_imprint or "end" in document.pages[-1].anchors:
                break
        return bytes(document.write_pdf())


def template_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Return any template as a PDF, with the letters' fonts as `fonts` and nothing fetched from outside."""
    from weasyprint import HTML

    fonts = letter_fonts(settings.QIYING_ENV.data_dir / "fonts")
    faces = {role: getattr(fonts, role).as_uri() for role in ("fangsong", "title", "heiti", "kaiti")}
    html = render_to_string(template, {"fonts": faces, **context})
    with _one_at_a_time:
        made = HTML(string=html, url_fetcher=_fetcher(fonts)).write_pdf(font_config=_faces(fonts))
    return bytes(made)


def qr_svg(text: str) -> str:
    """Return a QR code (error level M, 2 modules of quiet zone) as a data URI of SVG."""
    buffer = BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=2, xmldecl=False, scale=4)
    return "data:image/svg+xml;base64," + b64encode(buffer.getvalue()).decode()


@lru_cache(maxsize=1)
def _faces(fonts: LetterFonts) -> Any:
    """Return the fonts as WeasyPrint loads them; reading forty megabytes anew took a third of each letter's time."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


atexit.register(_faces.cache_clear)  # their copies in the temporary folder go with the process


def _fetcher(fonts: LetterFonts) -> Any:
    """Return a fetcher that opens the four font files and embedded pictures, and nothing else."""
    from weasyprint.urls import URLFetcher

    allowed = {path.as_uri() for path in fonts[:4]}

    class FontsOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in allowed or url.startswith("data:image/svg+xml;base64,"):
                return super().fetch(url, headers)
            raise ValueError(f"a letter loads nothing from outside: {url}")

    return FontsOnly(allowed_protocols={"file", "data"})


def _context(letter: Letter, fonts: LetterFonts) -> dict[str, Any]:
    name_right, date_right = layout.sign_off_indents(letter.signed_by, letter.signed_on)
    mark_pt = layout.mark_size_pt(letter.issuer)
    faces = fonts.faces()
    return {
        "letter": letter,
        "faces": faces,
        "files": sorted({face: getattr(fonts, role).as_uri() for role, face in faces.items()}.items()),
        "mark": _Display(letter.issuer, mark_pt, mark_pt * 1.2, fonts),
        "title": [
            _Display(t, layout.TITLE_PT, layout.TITLE_LEADING_PT, fonts)
            for t in layout.title_lines(letter.title)
        ],
        "addressee": _set(f"{letter.addressee}：", fonts.fangsong),
        "paragraphs": _paragraphs(letter, fonts),
        "attachments": _attachments(letter, fonts),
        "signed_on": layout.chinese_date(letter.signed_on),
        "name_right": f"{name_right:.2f}",
        "date_right": f"{date_right:.2f}",
        "note": _set(f"（{letter.note}）", fonts.fangsong, first_indent=2) if letter.note else [],
        "copies": layout.copies_text(letter.copies_to) if letter.copies_to else "",
        "printed_on": layout.chinese_date(letter.printed_on or letter.signed_on),
        "qr": qr_svg(letter.verify_url) if letter.verify_url else "",
        "red": layout.RED,
    }


class _Line(NamedTuple):
    """One line for the template: lengths as CSS text, so that no locale can touch the point."""

    text: str
    indent: str
    spacing: str


class _Display:
    """A line of the mark or title; drawn with an outline when a plain Song stands in for 小标宋."""

    def __init__(self, text: str, size_pt: float, leading_pt: float, fonts: LetterFonts) -> None:
        self.text = text
        self.size = f"{size_pt:.1f}"
        self.height = f"{leading_pt:.1f}"
        self.baseline = f"{leading_pt / 2 + size_pt * 0.36:.1f}"
        self.stroke = f"{size_pt * 0.032:.2f}" if fonts.title_is_bold else ""


def _set(text: str, font: Path, first_indent: float = 0, indent: float = 0) -> list[_Line]:
    """Return text set in lines of 28 characters; figures of one em are closed up to 1/28 of the block."""
    lines = break_lines(
        text, width_function(font), measure=layout.CHARACTERS, first_indent=first_indent, indent=indent
    )
    pitch_pt = layout.PITCH_MM / layout.MM_PER_PT
    return [
        # Widths scale with the pitch, so each character gives up the same hair; the last gap is free.
        _Line(
            line.text,
            f"{line.indent * pitch_pt:.3f}pt",
            f"{line.spread * pitch_pt - (layout.BODY_PT - pitch_pt) * _ems_per_gap(line.text, font):.4f}pt",
        )
        for line in lines
    ]


def _ems_per_gap(text: str, font: Path) -> float:
    width_of = width_function(font)
    return sum(map(width_of, text)) / max(len(text) - 1, 1)


def _paragraphs(letter: Letter, fonts: LetterFonts) -> list[tuple[int, list[_Line]]]:
    by_level = (fonts.fangsong, fonts.heiti, fonts.kaiti)
    levels = [layout.heading_level(p) for p in letter.paragraphs]
    return [
        (level, _set(p.strip(), by_level[level], first_indent=2))
        for level, p in zip(levels, letter.paragraphs, strict=True)
    ]


def _attachments(letter: Letter, fonts: LetterFonts) -> list[_Line]:
    width_of = width_function(fonts.fangsong)
    lines: list[_Line] = []
    for offset, label, name in layout.attachment_items(letter.attachments):
        hanging = offset + sum(map(width_of, label))
        lines += _set(label + name, fonts.fangsong, first_indent=offset, indent=hanging)
    return lines
