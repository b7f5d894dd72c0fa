"""Tables of figures as HTML, written in Python: a page has hundreds of their cells."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from qiying.kernel.figures.boards import Table
from qiying.ui.humanize import money_words
from qiying.ui.plain_tables import PlainCell, plain_table

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
    rows = []
    for no, row in enumerate(table.rows):
        urls = table.urls[no] if table.urls else {}
        small = table.details[no] if table.details else ""
        rows.append(
            [PlainCell(cell_words(c.kind, row[at]), urls.get(at, ""), "" if at else small) for at, c in shown]
        )
    return plain_table(title, [(c.title, c.kind != "text") for _, c in shown], rows, "q-figures-table")


@register.simple_tag
def picker_options(picker: dict[str, Any]) -> SafeString:
    """Draw the options of a picker, in groups where it has some."""
    groups = [("", picker.get("choices", ())), *picker.get("groups", ())]
    drawn = []
    for label, choices in groups:
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == picker["value"] else ""}>{escape(words)}</option>'
            for value, words in choices
        )
        drawn.append(f'<optgroup label="{escape(label)}">{options}</optgroup>' if label else options)
    return mark_safe("".join(drawn))  # noqa: S308 - every word is escaped where it is put in
