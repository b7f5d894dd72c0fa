"""Tables of words and numbers as HTML, written in Python: a page of numbers has hundreds of their cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


class PlainCell(NamedTuple):
    """One cell: its words, where they lead, and a smaller line below them."""

    words: str
    url: str = ""
    small: str = ""


def plain_table(
    caption: str, head: Sequence[tuple[str, bool]], rows: Iterable[Sequence[PlainCell]], css: str = ""
) -> SafeString:
    """Draw a table whose first column names the rows; `head` says of each column whether it holds numbers."""
    numeric = [" class=q-num" if is_number else "" for _, is_number in head]
    titles = "".join(
        f'<th scope="col"{css_}>{escape(title)}</th>' if title else "<td></td>"
        for (title, _), css_ in zip(head, numeric, strict=True)
    )
    body = []
    for row in rows:
        first, *rest = (_drawn(cell) for cell in row)
        cells = "".join(f"<td{css_}>{words}</td>" for words, css_ in zip(rest, numeric[1:], strict=True))
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return mark_safe(  # noqa: S308 - every word is escaped where it is put in
        f'<div class="q-table-scroll"><table class="q-table {css}"><caption class="q-sr">{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _drawn(cell: PlainCell) -> str:
    words: str = escape(cell.words)
    words = f'<a href="{escape(cell.url)}">{words}</a>' if cell.url else words
    return f"{words}<small>{escape(cell.small)}</small>" if cell.small else words
