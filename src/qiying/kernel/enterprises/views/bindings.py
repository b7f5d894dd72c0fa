"""Clerks: my enterprises, asking to speak for one, consenting, and the desk's queue."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.enterprises.acting import ENTERPRISE_KEY, UNIT_KEY, acting_enterprise_id
from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.document_port import DocumentPort, document_port
from qiying.kernel.enterprises.forms import BindingForm, DecisionForm, EndForm
from qiying.kernel.enterprises.models import BindingRequest, BindingState, BindingWay, Enterprise
from qiying.kernel.enterprises.selectors import (
    bindings_of,
    clerks_visible_to,
    requests_visible_to,
    requests_waiting_for_clerk,
)
from qiying.kernel.enterprises.services import (
    binding_decide,
    binding_end,
    binding_request,
    binding_withdraw,
    enterprise_propose,
)
from qiying.kernel.enterprises.views.enterprise import document_url
from qiying.kernel.organisations.listing import Column, Listing, choice, search
from qiying.kernel.organisations.models import IdentityLevel
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.signing import safe_next
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

MINE = "enterprises:mine"


@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show the enterprises I speak for, what waits for my consent, and my own requests."""
    viewer = request.viewer
    person_id = viewer.person_id or 0
    own = requests_visible_to(viewer).filter(person_id=person_id)
    context = {
        "bindings": bindings_of(person_id, request.today),
        "acting_id": acting_enterprise_id(request, viewer),
        "is_unverified": viewer.identity_level == IdentityLevel.UNVERIFIED,
        "waiting": requests_waiting_for_clerk(viewer),
        "requests": own.order_by("-id")[:10],
        "back_url": reverse("organisations:mine"),
    }
    return page(request, "enterprises/mine.html", context)


@signed_in
def binding_new(request: ViewerRequest) -> HttpResponse:
    """Ask to speak for an enterprise; one we do not know is entered on the way."""
    port = document_port()
    form = BindingForm(request.POST or None, request.FILES or None, with_upload=port is not None)

    def run(data: dict[str, Any]) -> str:
        with transaction.atomic():
            _ask(request, data, port)
        return ""

    sentence = "没有专员的企业，由窗口核对授权书。"
    if port is None:
        sentence += "请把盖章的授权书和身份证带到服务中心窗口。"
    return act_page(
        request,
        form,
        title="代表一家企业",
        sentence=sentence,
        submit="提交申请",
        back_url=reverse(MINE),
        run=run,
        done="申请提交了，有结果会在这里看到",
    )


def _ask(request: ViewerRequest, data: dict[str, Any], port: DocumentPort | None) -> None:
    """Make the request and keep its authorisation; refused, neither is there."""
    enterprise = _wanted(request, data)
    asked = binding_request(
        actor=request.viewer, enterprise=enterprise, way=data["way"], note=data["note"], at=request.now
    )
    paper = data.get("document")
    if paper is None or port is None:
        return
    asked.document_id = port.store(
        content=paper.read(),
        name=paper.name,
        subject=f"binding:{asked.pk}",
        actor=request.viewer,
        district_id=enterprise.district_id,
        at=request.now,
    )
    asked.save(update_fields=["document_id"])


def _wanted(request: ViewerRequest, data: dict[str, Any]) -> Enterprise:
    """Return the enterprise of the code in the applicant's district, or enter it."""
    district_id = request.viewer.district_id
    if district_id is None:
        raise GuardFailed(["您还没有登记所在的区县，请到服务中心窗口办。"])
    checked = checked_code(data["credit_code"])
    if checked.code is None or not checked.is_usable:
        raise GuardFailed(checked.remarks, {"credit_code": checked.remarks})
    known = Enterprise.objects.filter(credit_code=checked.code, district_id=district_id).first()
    if known is not None:
        return known
    if not data["name"]:
        words = "名册里还没有这家企业，请写上企业名称。"
        raise GuardFailed([words], {"name": [words]})
    return enterprise_propose(
        actor=request.viewer,
        district_id=district_id,
        name=data["name"],
        credit_code=data["credit_code"],
        at=request.now,
    )


@require_POST
@signed_in
def binding_withdraw_page(request: ViewerRequest, request_id: int) -> HttpResponse:
    """Take back one's own request."""
    asked = fetch_or_404(
        requests_visible_to(request.viewer).filter(person_id=request.viewer.person_id or 0), pk=request_id
    )
    binding_withdraw(actor=request.viewer, request=asked, at=request.now)
    messages.success(request, "申请撤回了")
    return HttpResponseRedirect(reverse(MINE))


@signed_in
def decide(request: ViewerRequest, request_id: int) -> HttpResponse:
    """Decide on a request: an existing clerk by consent, the desk by what it saw."""
    asked = fetch_or_404(
        requests_visible_to(request.viewer).exclude(person_id=request.viewer.person_id or 0), pk=request_id
    )
    is_desk = not (asked.way == BindingWay.CONSENT and asked.enterprise_id in request.viewer.enterprise_ids)
    back = reverse("enterprises:bindings") if is_desk else reverse(MINE)
    if is_desk and not request.viewer.has("bindings.decide"):
        raise Http404("没有找到这一页，或者您看不到它")
    form = DecisionForm(request.POST or None, is_desk=is_desk)

    note = f"他说：{asked.note}。" if asked.note else ""
    return act_page(
        request,
        form,
        title=f"{asked.person.name}要代表{asked.enterprise.name}",
        sentence=f"{note}{_consequence(is_desk)}",
        submit="提交决定",
        back_url=back,
        run=lambda data: binding_decide(
            actor=request.viewer,
            request=asked,
            is_approved=data["verdict"] == "yes",
            reason=data["reason"],
            evidence=data.get("evidence", ""),
            at=request.now,
        ),
        done="决定记下了",
        links=[("看授权书", document_url(asked.document_id))] if asked.document_id else [],
    )


def _consequence(is_desk: bool) -> str:
    if is_desk:
        return "同意以后，他的身份记为窗口已核实，能看这家企业的全部办件。"
    return "同意以后，他能替企业提诉求；身份经窗口核实后，才看得到企业的全部办件。"


@signed_in
def clerk_end(request: ViewerRequest, clerk_id: int) -> HttpResponse:
    """End a clerk's standing: by himself, another clerk, or the desk."""
    clerk = fetch_or_404(clerks_visible_to(request.viewer), pk=clerk_id)
    is_self = clerk.person_id == request.viewer.person_id
    is_own = clerk.enterprise_id in request.viewer.enterprise_ids
    if not (is_self or is_own or request.viewer.has("bindings.decide")):
        raise Http404("没有找到这一页，或者您看不到它")
    form = EndForm(request.POST or None)

    is_official = not is_self and not is_own
    back = reverse("enterprises:enterprise", args=[clerk.enterprise_id]) if is_official else reverse(MINE)
    who = "您" if is_self else clerk.person.name
    return act_page(
        request,
        form,
        title=f"{who}不再代表{clerk.enterprise.name}",
        sentence="马上生效，以前办的件都还在企业名下。",
        submit="解除绑定",
        back_url=back,
        run=lambda data: binding_end(
            actor=request.viewer, clerk=clerk, reason=data["reason"], at=request.now
        ),
        done="绑定解除了",
        is_serious=True,
    )


BINDINGS: Listing[BindingRequest] = Listing(
    name="bindings",
    caption="企业专员申请",
    columns=[
        Column(
            "申请人",
            lambda r: r.person.name,
            "person",
            ("person__name",),
            url=lambda r: reverse("enterprises:decide", args=[r.pk]) if r.state == "requested" else "",
        ),
        Column("企业", lambda r: r.enterprise.name, "enterprise", ("enterprise__name",)),
        Column("由谁确认", lambda r: r.get_way_display()),
        Column("申请时间", lambda r: r.requested_at, "at", ("requested_at",)),
        Column("状态", lambda r: r.get_state_display(), "state", ("state",)),
        Column("决定人", lambda r: r.decided_by.name if r.decided_by else ""),
        Column("理由", lambda r: r.reason),
    ],
    filters=[
        search("企业或姓名", "enterprise__name"),
        choice("state", "状态", BindingState.choices),
        choice("way", "由谁确认", BindingWay.choices),
    ],
    empty_text="没有人在等。",
)


@visible_with("bindings.decide")
def bindings(request: ViewerRequest) -> HttpResponse:
    """List requests; those that wait come first."""
    rows = requests_visible_to(request.viewer).filter(district_id=request.viewer.district_id or 0)
    context, workbook = BINDINGS.respond(request, rows.order_by("-id"))
    if workbook is not None:
        return workbook
    context["waiting"] = rows.filter(state=BindingState.REQUESTED).count()
    return page(request, "enterprises/bindings.html", context)


@require_POST
@signed_in
def acting(request: ViewerRequest) -> HttpResponse:
    """Choose for which unit or enterprise I act now; what is not mine is ignored."""
    for key, own in [(ENTERPRISE_KEY, request.viewer.enterprise_ids), (UNIT_KEY, request.viewer.unit_ids)]:
        chosen = whole(request.POST.get(key.removeprefix("acting_")))
        if chosen in own:
            request.session[key] = chosen
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))
