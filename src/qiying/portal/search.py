"""One search for all: pages, cases and enterprises the viewer may see, two-character words included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces import row_status
from qiying.kernel.cases.finding import apart
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading_lists import cases_cover, text_condition
from qiying.kernel.cases.selectors import cases_visible_to, own_parts
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.offers import ways
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.search.models import SearchEntry
from qiying.kernel.search.selectors import excerpt
from qiying.kernel.search.tokens import reduced
from qiying.portal.shell import shell_of

SHOWN = 30
ENTERPRISES = 8
PIECE = 60


@dataclass(frozen=True)
class Found:
    """One hit with the words found marked."""

    title: SafeString
    url: str
    detail: str
    status: str = ""
    words: str = ""
    piece: SafeString | str = ""


@require_safe
@signed_in
def search(request: ViewerRequest) -> HttpResponse:
    """Search cases by number, title, enterprise and what was said; enterprises by name or code."""
    text = request.GET.get("q", "").strip()[:60]
    cases = _cases(request, text) if text else []
    split = "" if cases or not text else apart(text)
    if split:  # nothing holds the words side by side: those that hold each of them, and say so
        cases = _cases(request, split)
    enterprises = _enterprises(request, text) if len(text) >= 2 else []
    context: dict[str, Any] = {
        "text": text,
        "split": "”“".join(split.split()) if cases else "",
        "cases": cases[:SHOWN],
        "has_more": len(cases) > SHOWN,
        "enterprises": enterprises,
        "pages": _pages(request, text) if len(text) >= 2 else [],
        "title": "搜索",
        "back_url": reverse("portal:home"),
    }
    return page(request, "portal/search.html", context)


def _pages(request: ViewerRequest, text: str) -> list[Found]:
    """Return the pages the person may open whose name holds the words, or stands in them: 走访活动 for 走访."""
    frame, word = shell_of(request), reduced(text)
    entries = [*frame.pages, *((way.label, way.url, "办事入口") for way in ways(request.viewer))]
    named = {url: (label, group) for label, url, group in entries if word in label or label in word}
    return [Found(marked(label, text), url, group) for url, (label, group) in named.items()]


def _cases(request: ViewerRequest, text: str) -> list[Found]:
    viewer = request.viewer
    rows = cases_visible_to(viewer).filter(text_condition(viewer, text))
    found = list(rows.select_related("enterprise", "lead_unit").order_by("-received_at")[: SHOWN + 1])
    cases_cover(viewer, found, own_parts(viewer, [c.pk for c in found]))
    said = _said(request, found)
    return [_case(case, text, request.today, said.get(case.pk, "")) for case in found]


def _said(request: ViewerRequest, cases: Sequence[Case]) -> dict[int, str]:
    """Return the indexed words of cases, for offices that know who asked: others could read somebody else's."""
    if not request.viewer.memberships:
        return {}
    rows = SearchEntry.objects.filter(kind="case", object_id__in=[c.pk for c in cases if not c.is_covered])
    return dict(rows.values_list("object_id", "text"))


def _case(case: Case, text: str, today: date, said: str) -> Found:
    who = "" if case.is_covered else case.asker_label
    unit = case.lead_unit.label if case.lead_unit else ""
    status, words = row_status(case, case.due_by, today, calendar_for(case.district_id))
    detail = " · ".join(p for p in (case.number, who, unit) if p)
    url = reverse("cases:case", args=[case.number])
    title = marked(case.title, text)
    piece = marked(said, text, PIECE) if said and "<mark" not in title and text not in detail else ""
    return Found(title, url, detail, status, words, piece)


def _enterprises(request: ViewerRequest, text: str) -> list[Found]:
    found = enterprises_found(enterprises_visible_to(request.viewer), text).order_by("name")[:ENTERPRISES]
    return [
        Found(
            marked(e.name, text), reverse("enterprises:enterprise", args=[e.pk]), e.credit_code or "没有代码"
        )
        for e in found
    ]


def marked(title: str, text: str, width: int = 0) -> SafeString:
    """Return a text, or about `width` characters of it, with the found words in `<mark>`."""
    words = [reduced(w) for w in text.split()]
    piece, marks = excerpt(title, words, width or len(title))
    parts, at = [], 0
    for start, end in marks:
        if start >= at:
            parts += [("", piece[at:start]), ("mark", piece[start:end])]
            at = end
    parts.append(("", piece[at:]))
    return format_html_join("", "{}", ((_part(kind, words_),) for kind, words_ in parts))


def _part(kind: str, words: str) -> SafeString:
    return format_html('<mark class="q-mark-find">{}</mark>', words) if kind else format_html("{}", words)
