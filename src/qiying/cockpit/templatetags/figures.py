"""Tables of figures as HTML, written in Python: a page has hundreds of their cells."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from qiying.kernel.figures.boards import Table
from qiying.ui.humanize import money_words

register = template.Library()


def cell_words(kind: str, value: Any) -> str:
    """Return a plain value as the page says it.

    >>> cell_words("money", 12_345_600), cell_words("percent", 0.5), cell_words("mean", None), cell_words("number", 0)
    ('12.35 万元', '50.0%', '—', '0')
    """
    if value is None or (kind == "money" and not value):
        return "—"
    if kind == "money":
        return money_words(value)
    if kind == "percent":
        return f"{value * 100:.1f}%"
    if kind == "mean":
        return f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.simple_tag
def figures_table(table: Table, title: str) -> SafeString:
    """Draw a table of figures; a cell with an address leads to what was counted."""
    shown = [(at, c) for at, c in enumerate(table.columns) if c.in_page]
    head = "".join(
        f'<th scope="col"{"" if c.kind == "text" else " class=q-num"}>{escape(c.title)}</th>'
        for _, c in shown
    )
    body = []
    for no, row in enumerate(table.rows):
        urls = table.urls[no] if table.urls else {}
        detail = table.details[no] if table.details else ""
        cells = [_cell(at, c.kind, row[at], urls.get(at, ""), detail if at == 0 else "") for at, c in shown]
        body.append(f"<tr>{''.join(cells)}</tr>")
    caption = format_html('<caption class="q-sr">{}</caption>', title)
    return mark_safe(  # noqa: S308 - every value is escaped where it is put in
        f'<div class="q-table-scroll"><table class="q-table q-figures-table">{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(at: int, kind: str, value: Any, url: str, detail: str) -> str:
    words: str = escape(cell_words(kind, value))
    words = f'<a href="{escape(url)}">{words}</a>' if url else words
    if at == 0:
        small = f"<small>{escape(detail)}</small>" if detail else ""
        return f'<th scope="row">{words}{small}</th>'
    return f"<td{'' if kind == 'text' else ' class=q-num'}>{words}</td>"
