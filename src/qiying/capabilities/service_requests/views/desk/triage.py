"""The triage screen: what waits, what they said, what we decide; one look, a handful of queries."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_requests.forms.desk import Typed
from qiying.capabilities.service_requests.selectors import directory
from qiying.capabilities.service_requests.services.entries import KINDS, LEVELS, Conclude
from qiying.capabilities.service_requests.services.suggesting import Advice, advise
from qiying.capabilities.service_requests.views.desk.beside import doubles_shown, enterprise_card
from qiying.capabilities.service_requests.views.desk.promise import promise_of, promises, receipt
from qiying.capabilities.service_requests.views.desk.queue import (
    DESK,
    Queue,
    filter_choices,
    own_views,
    queue_of,
    view_save,
)
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import available_actions
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.saved import view_forget
from qiying.ui.given import whole

PANELS = ("material", "answer", "decline", "split", "join", "conclude")
EMPTY_DESK = {
    "double": "没有疑似重复的件。", "returned": "没有单位退回来的件。", "today": "今天没有到期的件。",
}  # fmt: skip


@visible_with("service_requests.desk")
def desk(request: ViewerRequest) -> HttpResponse:
    """Show the pool; the first item of the queue stands open beside it."""
    queue = queue_of(request, opens_first=True)
    if queue.current:
        return screen(request, desk_file(request, queue.current), queue=queue)
    return render(request, "desk/triage.html", base_context(request, queue))


@require_GET
@visible_with("service_requests.desk")
def triage(request: ViewerRequest, number: str) -> HttpResponse:
    """Show one item with its suggestion, doubles, levels and receipt."""
    return screen(request, desk_file(request, number))


def desk_file(request: ViewerRequest, number: str) -> CaseFile:
    """Return the file of a request in which the viewer takes part as the desk; 404 for everybody else."""
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now)
    if case.procedure != "service_request" or "desk" not in file.context.standings:
        raise Http404("没有找到这一件")
    return file


def base_context(request: ViewerRequest, queue: Queue) -> dict[str, Any]:
    """Return what the queue pane needs."""
    views = own_views(request, queue.query)
    filters = filter_choices(request)
    tab = request.GET.get("tab", "all")
    return {
        "now": request.now,
        "today": request.today,
        "queue": queue,
        "views": views,
        "saved": next((v for v in views if v["current"]), None),
        "filters": filters,
        "is_filtered": any(f["value"] for f in filters) or bool(request.GET.get("q", "").strip()),
        "q": request.GET.get("q", "").strip()[:80],
        "tab": tab,
        "empty_words": EMPTY_DESK.get(tab, "来件都处理完了。新的来件会自己出现在这里。"),
        "desk_url": reverse("service_requests:desk"),
    }


def screen(
    request: ViewerRequest,
    file: CaseFile,
    typed: Typed | None = None,
    *,
    queue: Queue | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole screen; `typed` is what was refused."""
    case = file.case
    intakes = faces.intake_faces(file)
    text = "\n".join(i.text for i in intakes if i.is_primary) or (intakes[0].text if intakes else "")
    region = case.enterprise.region_unit_id if case.enterprise else None
    chosen = typed.values if typed else {}
    advice = advise(
        district_id=case.district_id,
        title=case.title,
        text=text,
        category=str(chosen.get("category") or case.category),
        region_unit_id=region,
    )
    doubles = doubles_shown(case, text, request.today)
    context = {
        **base_context(request, queue or queue_of(request, case.number)),
        **decision_context(request, file, advice, typed),
        "case": case,
        "file": file,
        "intakes": intakes,
        "main_intake": intakes[0] if intakes else None,
        "pieces": advice.reading.pieces,
        "matters": advice.reading.matters,
        "enterprise": enterprise_card(case, request.today) if case.enterprise else None,
        "doubles": doubles,
        "doubles_folded_from": 2 if doubles and doubles[0]["is_likely"] else 1,
        "documents": file.documents,
        "hand_url": reverse("cases:case", args=[case.number]),
    }
    return render(request, "desk/triage.html", context, status=status)


def decision_context(
    request: ViewerRequest, file: CaseFile, advice: Advice, typed: Typed | None
) -> dict[str, Any]:
    """Return the right pane: what is suggested, what is chosen, what may be pressed."""
    case = file.case
    values = values_of(case, advice, typed)
    known = directory(case.district_id)
    unit_id = whole(values["unit_id"])
    co_ids = [n for n in (whole(v) for v in values["co_unit_ids"]) if n and n != unit_id]
    level = values["level"] if values["level"] in LEVELS else "general"
    promise = promise_of(file.context, level, values["category"])
    available = {a.action.code: a for a in available_actions(file.context)}
    panel = (typed.panel if typed else "") or request.GET.get("panel", "")
    return {
        "advice": advice,
        "values": values,
        "typed": typed,
        "errors": typed.errors if typed else {},
        "error_list": typed.error_list if typed else [],
        "is_new": case.state == "received",
        "can_assign": case.state in {"received", "accepted"},
        "waits_conclusion": case.state == "answered" and case.kind != "problem",
        "sentence": faces.status_sentence(file),
        "return_note": _return_note(file),
        "suggested_ids": [u.unit_id for u in advice.units],
        "all_units": [(u.id, u.label, u.name) for u in known.units.values()],
        "other_chosen": unit_id if unit_id not in {u.unit_id for u in advice.units} else None,
        "chosen_unit": known.units.get(unit_id or 0),
        "categories": _grouped(known.categories.values()),
        "kinds": list(KINDS.items()),
        "levels": promises(file.context, values["category"]),
        "promise": promise,
        "receipt": receipt(case, known, promise, unit_id, co_ids, request.today),
        "co_ids": co_ids,
        "co_names": "、".join(known.units[i].label for i in co_ids if i in known.units),
        "available": available,
        "panel": panel if panel in PANELS else "",
        "conclusions": conclusions(case.kind),
        "clocks": faces.clock_faces(file.context, file.names),
    }  # fmt: skip


def values_of(case: Case, advice: Advice, typed: Typed | None) -> dict[str, Any]:
    """Return what stands in the fields: what was typed, else what is known, else what is suggested."""
    lead = next((u for u in advice.units if not u.is_co), advice.units[0] if advice.units else None)
    sure = lead is not None and lead.band == "很可能"
    values: dict[str, Any] = {
        "kind": case.kind if case.kind != "problem" or case.state != "received" else advice.kind,
        "category": case.category or advice.category,
        "level": case.level or advice.level,
        "title": "",
        "is_sensitive": case.is_sensitive,
        "hide_asker": case.hide_asker,
        "unit_id": str(lead.unit_id) if lead and sure else "",
        "co_unit_ids": [str(u.unit_id) for u in advice.units if u.is_co] if sure else [],
        "ask": "",
        "co_ask": "",
        "receipt": "",
        "enterprise_id": "",
    }
    if typed:
        values |= {k: v for k, v in typed.values.items() if k in values or k in typed.values}
    return values


def _grouped(categories: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for c in categories:
        groups.setdefault(c.group, []).append((c.code, c.name, c.group))
    return list(groups.items())


def _return_note(file: CaseFile) -> str:
    """Return why a unit gave it back, with its basis, for the last return."""
    back = [a for a in file.context.assignments if a.state == "returned" and a.role == "lead"]
    if not back or file.case.state != "accepted":
        return ""
    last = back[-1]
    return f"{file.names.unit(last.unit_id)}退回：{last.return_reason}（依据：{last.return_basis}）"


def conclusions(kind: str) -> list[tuple[str, str]]:
    """Return the conclusions that fit a kind: a suggestion is adopted or not, a question is answered."""
    fitting = {
        "suggestion": ("adopted", "not_adopted"),
        "question": ("answered",),
        "clue": ("clue_handled",),
    }.get(kind, ())
    labels = dict(_conclude_choices())
    return [(c, labels[c].split("（")[0]) for c in fitting]


def _conclude_choices() -> list[tuple[str, str]]:
    from qiying.kernel.cases.vocabulary import PROCEDURES

    action = PROCEDURES.latest("service_request").action("conclude")
    assert action.input is Conclude
    return [(str(k), str(v)) for k, v in field_extra(action, "outcome")["choices"].items()]


@require_GET
@visible_with("service_requests.desk")
def advice_part(request: ViewerRequest, number: str) -> HttpResponse:
    """Answer a change of category, level or unit: levels, strip, receipt and suggested units anew."""
    file = desk_file(request, number)
    case = file.case
    intakes = faces.intake_faces(file)
    given = {k: request.GET.get(k, "") for k in ("category", "level", "unit_id", "title", "kind")}
    typed = Typed({**given, "co_unit_ids": request.GET.getlist("co_unit_ids")})
    advice = advise(
        district_id=case.district_id,
        title=case.title,
        text=intakes[0].text if intakes else "",
        category=given["category"],
        region_unit_id=case.enterprise.region_unit_id if case.enterprise else None,
    )
    context = {
        **decision_context(request, file, advice, typed),
        "case": case,
        "now": request.now,
        "today": request.today,
    }
    return render(request, "desk/_promise.html", context)


@require_POST
@visible_with("service_requests.desk")
def save_view(request: ViewerRequest) -> HttpResponse:
    """Keep the filters of the queue under a name."""
    return HttpResponseRedirect(f"{reverse('service_requests:desk')}?{view_save(request)}")


@require_POST
@visible_with("service_requests.desk")
def remove_view(request: ViewerRequest, view_id: int) -> HttpResponse:
    """Forget one of the viewer's own views of the desk."""
    if view_forget(request.viewer, DESK, view_id) is None:
        raise Http404("没有这个视图")
    return HttpResponseRedirect(reverse("service_requests:desk"))
