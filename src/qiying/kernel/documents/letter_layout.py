"""The content of a letter and the arithmetic of its layout, GB/T 9704-2012 《党政机关公文格式》.

Lengths are millimetres or points as named; widths of text are counted in full-width characters.
"""

import math
import re
from dataclasses import dataclass
from datetime import date

from qiying.kernel.tables.cells import text_width

# GB/T 9704-2012 5.2.1: page edge to text block; 7.1 and 5.2.2: block 156 × 225 mm, 22 lines of 28 characters.
TOP_MM, LEFT_MM, RIGHT_MM, BOTTOM_MM = 37, 28, 26, 35
BLOCK_WIDTH_MM, BLOCK_HEIGHT_MM = 156, 225
LINES, CHARACTERS = 22, 28
BODY_PT, LEADING_PT = 16, 28  # 三号
TITLE_PT, TITLE_LEADING_PT = 22, 36  # 二号
IMPRINT_PT = 14  # 四号
MM_PER_PT = 25.4 / 72
PITCH_MM = BLOCK_WIDTH_MM / CHARACTERS  # 三号 is a hair wider than 1/28 of the block: characters close up
RED = "#e60000"
_MARK_PT_MAX = 44
_TITLE_CHARACTERS = 18


@dataclass(frozen=True)
class Letter:
    """One outgoing letter: what stands in it, not how it looks."""

    issuer: str
    number: str
    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    signed_by: str
    signed_on: date
    attachments: tuple[str, ...] = ()
    note: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    urgency: str = ""
    confidentiality: str = ""
    case_number: str = ""
    verify_url: str = ""

    @property
    def has_imprint(self) -> bool:
        return bool(self.copies_to or self.printed_by)


def chinese_date(on: date) -> str:
    """Return 2026年11月18日: Arabic figures without leading zeros (7.3.5.3)."""
    return f"{on.year}年{on.month}月{on.day}日"


def mark_size_pt(issuer: str) -> float:
    """Return the size of the red mark so that it fills but never exceeds the block."""
    width = max(text_width(issuer), 1)
    return round(min(_MARK_PT_MAX, BLOCK_WIDTH_MM / MM_PER_PT * 0.96 / width), 1)


def sign_off_indents(signed_by: str, signed_on: date) -> tuple[float, float]:
    """Return the right indents of name and date in characters (7.3.5.1).

    The date stands four characters from the right, the name centred above it; a name too long for that
    keeps one character and the date moves under its middle.
    """
    name, day = text_width(signed_by), text_width(chinese_date(signed_on))
    name_right = max(1.0, 4 + (day - name) / 2)
    return name_right, name_right + (name - day) / 2


def title_lines(title: str, per_line: int = _TITLE_CHARACTERS) -> list[str]:
    """Return the title in lines of about equal length, broken between words (7.3.1: 词意完整，排列对称)."""
    import rjieba  # here: its words take a tenth of a second to load

    width = text_width(title)
    if width <= per_line:
        return [title]
    count = math.ceil(width / per_line)
    target = width / count
    lines: list[str] = []
    line = ""
    for word in rjieba.cut(title):
        longer = text_width(line + word)
        # Break where the line is nearest to its share, but never beyond what fits.
        if (
            line
            and len(lines) < count - 1
            and (longer > per_line or longer - target > target - text_width(line))
        ):
            lines.append(line)
            line = word
        else:
            line += word
    return [*lines, line]


def heading_level(paragraph: str) -> int:
    """Return 1 for 「一、…」 (黑体), 2 for 「（一）…」 (楷体), 0 for running text (7.3.3)."""
    if "。" in paragraph.rstrip("。") or len(paragraph) > CHARACTERS * 2:
        return 0
    if re.match(r"[一二三四五六七八九十]+、", paragraph):
        return 1
    return 2 if re.match(r"（[一二三四五六七八九十]+）", paragraph) else 0


def attachment_items(names: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """Return (indent in characters, label, name) of the attachment note; one alone has no number (7.3.4)."""
    if len(names) == 1:
        return [(2, "附件：", names[0])]
    return [(5, f"{i}. ", name) if i > 1 else (2, "附件：1. ", name) for i, name in enumerate(names, 1)]


def copies_text(names: tuple[str, ...]) -> str:
    """Return the copies with a full stop at the end (7.4.2)."""
    return "，".join(n.rstrip("，。") for n in names) + "。"
