"""The components as template tags. `{% load qiying_ui %}` brings the word filters as well."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.core.files.storage import Storage, storages
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import Context
from django.template.base import render_value_in_context
from django.template.defaultfilters import date as date_format
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime

from qiying.ui import assets, charts, fields, icons
from qiying.ui.fields import FieldSpec
from qiying.ui.folding import pure
from qiying.ui.plain_tables import PlainCell, plain_table
from qiying.ui.templatetags import qiying_words

register = template.Library()
register.filters.update(qiying_words.register.filters)
register.tags.update(qiying_words.register.tags)

Cell = Mapping[str, Any]


@register.simple_tag
def page_assets(kind: str) -> SafeString:
    """Link what every page needs, `css` or `js`: the parts while developing, else one file."""
    return _links(kind, settings.WHITENOISE_USE_FINDERS, storages[STATICFILES_STORAGE_ALIAS])


@lru_cache(maxsize=32)
def _links(kind: str, in_parts: bool, _named_by: Storage) -> SafeString:
    parts = assets.STYLES if kind == "css" else assets.SCRIPTS
    names = parts if in_parts else (f"ui/all.{kind}",)
    tag = '<link rel="stylesheet" href="{}">' if kind == "css" else '<script defer src="{}"></script>'
    return format_html_join("", tag, ((static(name),) for name in names))


@register.simple_tag
@pure
@lru_cache(maxsize=4096)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw an icon; with `label` it is announced. Raises KeyError naming the known icons."""
    if name not in icons.PATHS:
        raise KeyError(f"no icon {name!r}; known: {', '.join(sorted(icons.PATHS))}")
    role = (
        format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    )
    return format_html(
        '<svg class="q-i {}" viewBox="0 0 24 24" focusable="false" {}><path d="{}"/></svg>',
        css,
        role,
        icons.PATHS[name],
    )


@register.simple_tag
@pure
@lru_cache(maxsize=4096)
def status(kind: str, words: str, pill: bool = False) -> SafeString:
    """Draw a status: its shape, its word, its colour. Raises KeyError for an unknown kind."""
    if kind not in icons.STATUS_SHAPES:
        raise KeyError(f"no status {kind!r}; known: {', '.join(icons.STATUS_SHAPES)}")
    return format_html(
        '<span class="q-status q-status-{}{}"><svg viewBox="0 0 12 12" aria-hidden="true" '
        'focusable="false">{}</svg>{}</span>',
        kind,
        " q-pill" if pill else "",
        icons.STATUS_SHAPES[kind],
        words,
    )


@register.simple_tag
@pure
def kbd(keys: str) -> SafeString:
    """Draw a key; hidden from screen readers, because the control names its shortcut itself."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', keys)


@register.inclusion_tag("ui/_clock_strip.html")
def clock_strip(cells: Sequence[Cell], explanation: str = "", show: bool = True) -> dict[str, Any]:
    """Draw the days of a deadline; `explanation` is its text alternative, hidden without `show`."""
    return {"cells": cells, "explanation": explanation, "show": show}


@register.inclusion_tag("ui/_timeline.html", takes_context=True)
def timeline(context: Context, items: Sequence[Cell], more_label: str = "") -> dict[str, Any]:
    """List what happened, newest first; items with `minor` fold under `more_label` when it is given."""
    minor = [item for item in items if item.get("minor")] if more_label else []
    shown = [item for item in items if item not in minor]
    return {
        "items": shown,
        "minor": minor,
        "more_label": more_label,
        "now": qiying_words.context_now(context),
    }


@register.inclusion_tag("ui/_field_body.html")
def field(bound: Any, **extra: Any) -> dict[str, Any]:
    """Render a Django form field, or a field spec (a mapping), with label, help and errors."""
    spec: dict[str, Any] = {**fields.field_spec(bound), **extra}
    return {"field": spec, "fid": spec.get("id") or f"id_{spec.get('name', '')}"}


@register.inclusion_tag("ui/_fields.html")
def form_fields(form: Any) -> dict[str, Any]:
    """Render the error summary and every visible field of a Django form; hidden ones too."""
    return {"form": form, "specs": [fields.field_spec(bound) for bound in form.visible_fields()]}


@register.inclusion_tag("ui/_errors.html")
def error_summary(source: Any, words: str = "") -> dict[str, Any]:
    """Say what to change, each with a link to its field; `source` is a form or [{text, field_id}]."""
    return {"errors": fields.error_list(source), "words": words}


@register.simple_tag
def action_button(label: str, **options: Any) -> SafeString:
    """Draw a button, or why it is off, which a case page does a dozen times; see README for the options."""
    if not (reason := options.get("disabled_reason")):
        return render_to_string("ui/_action_button.html", {"label": label, **options})
    return format_html(
        '<div class="q-act"><button type="button" class="btn" aria-disabled="true" aria-describedby="{0}-why">'
        '{1}{2}</button><span class="q-why" id="{0}-why">{3}</span></div>',
        options.get("id", ""),
        icon(options["icon"]) if options.get("icon") else "",
        label,
        reason,
    )


@register.inclusion_tag("ui/_verdict.html")
def verdict_bar(name: str, options: Sequence[Cell], legend: str, **extra: Any) -> dict[str, Any]:
    """Offer equal tiles with nothing preselected; options are {value, label, consequence, icon}."""
    return {"name": name, "options": options, "legend": legend, **extra}


@register.inclusion_tag("ui/_tile.html")
def evidence_tile(name: str, **options: Any) -> dict[str, Any]:
    """Show one piece of evidence: icon or preview, who gave it, when; see README for the options."""
    return {"name": name, **options}


@register.inclusion_tag("ui/_figure.html")
def figure(label: str, value: Any, of: str, **options: Any) -> dict[str, Any]:
    """Show one figure; `of` (the denominator in words) is required on purpose."""
    if not of:
        raise ValueError(f"figure {label!r} needs its denominator")
    return {"label": label, "value": value, "of": of, **options}


@register.inclusion_tag("ui/_empty.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """Say why it is empty and the one next step."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("ui/_progress.html")
def progress(title: str, done: int, total: int, **options: Any) -> dict[str, Any]:
    """Show counted progress that can be left; options: words, remaining, poll_url."""
    return {"title": title, "done": done, "total": total, **options}


@register.inclusion_tag("ui/_tabs.html")
def tabs(items: Sequence[Cell], label: str = "") -> dict[str, Any]:
    """Draw links as tabs: items are {label, url, count, current}."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/_chart.html")
def chart(data: charts.Chart, chart_id: str) -> dict[str, Any]:
    """Draw a chart made by `qiying.ui.charts` with its sentence, table view and text alternative."""
    head = [(title if at else "", at > 0) for at, title in enumerate(data["head"])]
    rows = (
        [PlainCell(words, "" if at else row["url"]) for at, words in enumerate(row["cells"])]
        for row in data["rows"]
    )
    table = plain_table(data["title"], head, rows)
    return {"chart": data, "chart_id": chart_id, "data_id": f"{chart_id}-data", "table": table}


def _with_query(request: HttpRequest | None, **changes: Any) -> str:
    query = request.GET.copy() if request is not None else HttpRequest().GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return "?" + query.urlencode()


@register.inclusion_tag("ui/_pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any], total_words: str = "", param: str = "page"
) -> dict[str, Any]:
    """Draw previous, next and where we are; keeps the other query parameters."""
    request = context.get("request")
    before = _with_query(request, **{param: page.previous_page_number()}) if page.has_previous() else ""
    after = _with_query(request, **{param: page.next_page_number()}) if page.has_next() else ""
    return {"page": page, "before": before, "after": after, "total_words": total_words}


@register.inclusion_tag("ui/_sort_head.html", takes_context=True)
def sort_head(
    context: Context, key: str, label: str, numeric: bool = False, param: str = "sort"
) -> dict[str, Any]:
    """Draw a `<th>` that sorts by `key`, turning round when it is already sorted by it."""
    request = context.get("request")
    now = request.GET.get(param, "") if request is not None else ""
    turned = f"-{key}" if now == key else key
    url = _with_query(request, **{param: turned, "page": None})
    return {"label": label, "numeric": numeric, "up": now == key, "down": now == f"-{key}", "url": url}


@register.simple_tag(takes_context=True)
def table_rows(context: Context, rows: Iterable[Cell]) -> SafeString:
    """Draw the rows of `ui/_table.html`: a template for each of two hundred cells took half of a list's page."""
    return mark_safe("".join(_row(context, row) for row in rows))  # noqa: S308 - every word is escaped in _cell


def _row(context: Context, row: Cell) -> str:
    first, *rest = row["cells"]
    current = ' class="q-current"' if row.get("current") else ""
    return (
        f'<tr{current}><th scope="row">{_cell(context, first)}</th>'
        f"{''.join(_data_cell(context, cell) for cell in rest)}</tr>"
    )


def _data_cell(context: Context, cell: Cell) -> str:
    named = (
        ("numeric", "q-num"),
        ("is_day", "q-wrapless"),
        ("is_whole", "q-wrapless"),
        ("status", "q-cell-status"),
    )
    css = " ".join(name for key, name in named if cell.get(key))
    label = f' data-label="{conditional_escape(cell["label"])}"' if cell.get("label") else ""
    return f'<td class="{css}"{label}>{_cell(context, cell)}</td>'


def _cell(context: Context, cell: Cell) -> str:
    words = render_value_in_context(cell.get("text", ""), context)
    if cell.get("status"):
        words = status(cell["status"], cell["text"])
    elif cell.get("url"):
        words = f'<a href="{conditional_escape(cell["url"])}">{words}</a>'
    return (
        f"{words}<small>{render_value_in_context(cell['sub'], context)}</small>" if cell.get("sub") else words
    )


@register.simple_tag
def options(choices: Iterable[Sequence[Any]], chosen: Any = "") -> SafeString:
    """Draw a select's options of value, words and what else they are found by; a template's loop takes ten times it."""
    several = chosen if isinstance(chosen, list | tuple | set | frozenset) else [chosen]
    picked = {"" if one is None else str(one) for one in several}
    return mark_safe("".join(_option(str(c[0]) in picked, *c) for c in choices))  # noqa: S308 - escaped in _option


@lru_cache(4096, typed=True)  # the same on every page; typed, for 1 and True are equal
def _option(is_chosen: bool, value: Any, words: Any, search: Any = "") -> str:
    more = (f' data-search="{escape(str(search))}"' if search else "") + " selected" * is_chosen
    return f'<option value="{escape(str(value))}"{more}>{escape(str(words))}</option>'


@register.filter
def same(left: Any, right: Any) -> bool:
    """Compare as text, so that a posted "3" equals the choice 3."""
    return str("" if left is None else left) == str("" if right is None else right)


@register.filter
def among(value: Any, chosen: Any) -> bool:
    """Say whether a choice is in the chosen values, compared as text."""
    return str(value) in {str(one) for one in (chosen or [])}


INPUT_TYPES = {
    "datetime": "datetime-local",
    **{kind: kind for kind in ("date", "number", "password", "tel", "email")},
}
INPUT_FORMATS = {"date": "Y-m-d", "datetime": "Y-m-d\\TH:i"}


@register.filter
def input_type(field: FieldSpec) -> str:
    """Return the type of the `input` that a field is typed in."""
    return INPUT_TYPES.get(field.get("kind", ""), "text")


@register.filter
def input_value(field: FieldSpec) -> Any:
    """Return what stands in the `input`: a day or a moment as browsers write it, anything else as it was typed."""
    value, pattern = field.get("value"), INPUT_FORMATS.get(field.get("kind", ""), "")
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    written = date_format(value, pattern) if pattern else ""
    return written or ("" if value is None else value)


@register.filter
@stringfilter
def initial(name: str) -> str:
    """Return the first character, for an avatar."""
    return name[:1]


class OneHeading(template.Node):
    """A page's head over its body: the title in the head is the page's `h1` unless the body has one of its own."""

    child_nodelists = ("head", "body")

    def __init__(self, head: template.NodeList, body: template.NodeList) -> None:
        self.head, self.body = head, body

    def render(self, context: template.Context) -> SafeString:
        below = self.body.render(context)
        with context.push(heading_tag="p" if "<h1" in below else "h1"):
            return self.head.render(context) + below


@register.tag
def one_heading(parser: template.base.Parser, token: template.base.Token) -> OneHeading:
    """Draw what stands before `{% over %}` once it is known whether what follows has a heading."""
    head = parser.parse(("over",))
    parser.delete_first_token()
    body = parser.parse(("endone_heading",))
    parser.delete_first_token()
    return OneHeading(head, body)
