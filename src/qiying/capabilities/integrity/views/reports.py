"""Pages of sealed reports. What a reporter sends is locked before it is stored; what the body reads is opened by its
passphrase for a quarter of an hour, with half of the key in the browser and half in the session.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from qiying.capabilities.integrity.forms import (
    AnswerForm,
    CodeForm,
    ConcludeForm,
    PassphraseForm,
    ReportForm,
    TellForm,
)
from qiying.capabilities.integrity.models import Report
from qiying.capabilities.integrity.procedures.integrity_report import INTEGRITY_REPORT, OUTCOMES
from qiying.capabilities.integrity.rules.sealing import DEMO_PASSPHRASE, CannotOpen, unwrap, wrap
from qiying.capabilities.integrity.selectors import (
    file_opened,
    keys_of,
    open_districts,
    report_by_claim,
    report_opened,
    reports_visible_to,
    said_to_reporter,
)
from qiying.capabilities.integrity.services.keys import key_open
from qiying.capabilities.integrity.services.reports import (
    Given,
    report_answer,
    report_conclude,
    report_decide,
    report_seal,
    report_tell,
)
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import available_actions, case_do
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.passwords import is_demo_mode
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

COOKIE, SESSION = "qy_seal", "integrity_open"
OPEN_FOR = timedelta(minutes=15)
REPORTER_WORDS = {
    "received": "收到了，纪检机构还没受理。",
    "checking": "已经受理，正在核查。",
    "asking": "有话问您，请看下面，回复以后接着查。",
    "deciding": "核查完了，正在由另一个人审核。",
    "closed": "办结了，结果在下面。",
}


# --- who reports ---------------------------------------------------------------------------------------------
@never_cache
def report(plain: HttpRequest) -> HttpResponse:
    """Take a report, with or without a name, and show its code once."""
    request = cast(ViewerRequest, plain)
    districts = open_districts()
    chosen = _district(request, [d.pk for d in districts])
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        words = {
            n: str(form.cleaned_data[n]) for n in ("text", "about", "happened", "place", "name", "phone")
        }
        try:
            _throttle(request)
            if chosen is None:
                raise GuardFailed(["请选是哪个区县的事"])
            done = report_seal(district_id=chosen, words=words, files=_sent(form), now=request.now)
        except GuardFailed as refused:
            tell_form(form, refused)
        else:
            return page(request, "integrity/sealed.html", {"code": done.code, "base": "ui/phone.html"})
    context = {"form": form, "districts": districts, "chosen": chosen, "base": "ui/phone.html"}
    return page(request, "integrity/report.html", context, status=422 if form.errors else None)


def _sent(form: Any) -> list[Given]:
    return [Given(f.name, f.read()) for f in form.cleaned_data["attachments"]]


def _district(request: ViewerRequest, offered: list[int]) -> int | None:
    asked = whole(request.POST.get("district") or request.GET.get("district"))
    if asked in offered:
        return asked
    if request.viewer.district_id in offered:
        return request.viewer.district_id
    return offered[0] if len(offered) == 1 else None


def _throttle(request: ViewerRequest) -> None:
    """Count by address and account together, without writing either down: only their keyed digests are kept."""
    who = str(request.viewer.person_id) if request.viewer.person_id else client_ip(request)
    if exceeded := attempt([Limit("integrity_report", who, 10, timedelta(hours=1))], at=request.now):
        raise GuardFailed([f"一小时内交得太多了，过 {exceeded.words}再交。写的内容还在。"])


@never_cache
def follow(plain: HttpRequest) -> HttpResponse:
    """Show a report's state to who holds its code, and take what he adds; the code never stands in an address."""
    request = cast(ViewerRequest, plain)
    code = request.POST.get("code", "")[:40]
    asked = CodeForm(request.POST or None)
    context: dict[str, Any] = {"base": "ui/phone.html"}
    if request.method != "POST" or not asked.is_valid():
        return page(request, "integrity/code.html", {**context, "form": asked})
    limit = Limit("integrity_code", client_ip(request), 30, timedelta(hours=1))
    try:
        if exceeded := attempt([limit], at=request.now):
            raise GuardFailed([f"试得太多了，过 {exceeded.words}再试。"])
        found = report_by_claim(code)
    except (Http404, GuardFailed) as refused:
        asked.add_error("code", refused.reasons[0] if isinstance(refused, GuardFailed) else str(refused))
        return page(request, "integrity/code.html", {**context, "form": asked}, status=422)
    answer = AnswerForm(request.POST if request.POST.get("do") == "answer" else None, request.FILES or None)
    if answer.is_bound and answer.is_valid():
        try:
            report_answer(code=code, text=answer.cleaned_data["text"], files=_sent(answer), now=request.now)
        except KernelError as refused:
            answer.add_error("text", getattr(refused, "message", "") or str(refused))
        else:
            messages.success(request, "补充好了，只有纪检机构打得开。")
            answer = AnswerForm()
            found.case.refresh_from_db()
    context |= {
        "code": code,
        "case": found.case,
        "state": REPORTER_WORDS[found.case.state],
        "outcome": OUTCOMES.get(found.case.outcome, ""),
        "said": said_to_reporter(found, code),
        "answer": answer if found.case.is_open else None,
    }
    return page(request, "integrity/follow.html", context, status=422 if answer.errors else None)


# --- the discipline body -----------------------------------------------------------------------------------------
@visible_with("integrity.reports")
def reports(request: ViewerRequest) -> HttpResponse:
    """List the body's reports: number, state, days. What they say needs the key."""
    rows = list(reports_visible_to(request.viewer)[:200])
    context = {
        "rows": [(r.case, INTEGRITY_REPORT.state(r.case.state).label) for r in rows],
        "is_open": _private(request) is not None,
        "has_key": keys_of(request.viewer).filter(ended_at__isnull=True).exists(),
        "form": PassphraseForm(),
    }
    return page(request, "integrity/reports.html", context)


@visible_with("integrity.reports")
def unlock(request: ViewerRequest) -> HttpResponse:
    """Ask for the passphrase and open the reports for a quarter of an hour in this browser."""
    keys = list(keys_of(request.viewer))
    if not keys:
        raise Http404("还没有设钥匙")
    form = PassphraseForm(request.POST or None)
    back = reverse("integrity:reports")

    def run(data: dict[str, Any]) -> None:
        key, private = key_open(
            keys=keys, actor=request.viewer, passphrase=data["passphrase"], now=request.now
        )
        half, wrapped = wrap(private)
        until = (request.now + OPEN_FOR).isoformat()
        request.session[SESSION] = {"box": base64.b64encode(wrapped).decode(), "until": until, "key": key.pk}
        request.seal_half = half  # type: ignore[attr-defined]
        count = reports_visible_to(request.viewer).filter(case__is_open=True).count()
        row_noted(request.viewer, "integrity.unlock", key, request.now, reports=count)

    told = f"演示的口令是 {DEMO_PASSPHRASE} 。" if is_demo_mode() else ""
    response = act_page(
        request, form, title="打开举报", submit="打开", back_url=back, run=run,
        sentence=f"开着 15 分钟，这台电脑关掉浏览器就锁上。每次打开都有记录。{told}",
    )  # fmt: skip
    half = getattr(request, "seal_half", None)
    if half is not None:
        response.set_cookie(
            COOKIE,
            base64.urlsafe_b64encode(half).decode(),
            path=back,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure(),
        )
    return response


def _private(request: ViewerRequest) -> tuple[int, bytes] | None:
    """Return the open key and its id, or None when it has to be opened again."""
    kept = request.session.get(SESSION)
    if not kept or datetime.fromisoformat(kept["until"]) <= request.now:
        return None
    try:
        half = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        return int(kept["key"]), unwrap(base64.b64decode(kept["box"]), half)
    except (CannotOpen, ValueError):
        return None


@visible_with("integrity.reports")
@require_POST
def lock_again(request: ViewerRequest) -> HttpResponse:
    """Forget the open key in browser and session."""
    request.session.pop(SESSION, None)
    response = HttpResponseRedirect(reverse("integrity:reports"))
    response.delete_cookie(COOKIE, path=reverse("integrity:reports"))
    return response


def _found(request: ViewerRequest, number: str) -> Report:
    return fetch_or_404(reports_visible_to(request.viewer), case__number=number[:40])


@visible_with("integrity.reports")
@never_cache
def opened(request: ViewerRequest, number: str) -> HttpResponse:
    """Show what a report says, with the body's next steps; without the key only its days."""
    found = _found(request, number)
    private = _private(request)
    shown, why = None, ""
    if private is not None:
        try:
            shown = report_opened(found, private[1])
        except CannotOpen:
            why = "这份是用另一把钥匙封的。请先锁上，再用那时的口令打开。"
    standing = CaseContext(found.case, request.viewer, request.now)
    actions = available_actions(standing)
    decides = INTEGRITY_REPORT.action("decide")
    context = {
        "report": found,
        "case": found.case,
        "state": INTEGRITY_REPORT.state(found.case.state).label,
        "opened": shown,
        "why": why,
        "may_take": any(a.action.code == "take" and a.is_enabled for a in actions),
        "may_decide": found.case.state in decides.states and not decides.refusals(standing),
        "proposed": OUTCOMES.get(found.case.extras.get("outcome", "")) if found.case.is_open else "",
        "outcome": OUTCOMES.get(found.case.outcome, ""),
        "is_open": private is not None,
    }
    return page(request, "integrity/opened.html", context)


@visible_with("integrity.reports")
@never_cache
def file(request: ViewerRequest, number: str, file_id: int) -> HttpResponse:
    """Hand out an opened file as an attachment; each look leaves a mark."""
    found = _found(request, number)
    private = _private(request)
    if private is None:
        return HttpResponseRedirect(reverse("integrity:unlock"))
    try:
        name, content = file_opened(found, file_id, private[1])
    except CannotOpen:
        raise Http404("这份附件打不开") from None
    row_noted(request.viewer, "integrity.file", found.case, request.now, case=found.case.number)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


STEPS: dict[str, tuple[str, Any]] = {
    "tell": ("对举报人说", TellForm),
    "conclude": ("拟定结论", ConcludeForm),
}


@visible_with("integrity.reports")
def act(request: ViewerRequest, number: str, step: str) -> HttpResponse:
    """Take a report, say something to who reported, draw a conclusion, agree with a colleague's."""
    found = _found(request, number)
    back = reverse("integrity:opened", args=[found.case.number])
    given: dict[str, Any] = {"report": found, "actor": request.viewer, "now": request.now}
    if step in ("take", "approved", "refused"):
        if request.method != "POST":
            return HttpResponseRedirect(back)
        try:
            if step == "take":
                case_do(case=found.case, action="take", actor=request.viewer, data={}, now=request.now)
            else:
                report_decide(decision=step, **given)
        except (GuardFailed, ActionNotAvailable) as refused:
            messages.error(request, refused.message)
        return HttpResponseRedirect(back)
    if step not in STEPS:
        raise Http404("没有这一步")
    title, make = STEPS[step]

    def run(data: dict[str, Any]) -> None:
        do = report_tell if step == "tell" else report_conclude
        try:
            do(**data, **given)
        except ActionNotAvailable as late:
            raise GuardFailed([late.message]) from None

    return act_page(
        request, make(request.POST or None), title=f"{title}：{found.case.number}", submit=title, back_url=back,
        run=run, done="好了，已经封上。", sentence="写的内容马上加密，只有本单位和举报人打得开。",
    )  # fmt: skip
