"""How far a policy came: matched, told, seen, applied, paid, with the enterprises behind each number."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.models import Application, Match, MatchState, Policy, PolicySeen, Push
from qiying.capabilities.policies.selectors.catalogue import policies_visible_to
from qiying.capabilities.policies.selectors.matching import Reach, enterprises_matched, reach
from qiying.capabilities.policies.services.catalogue.push_again import policy_push, unseen_enterprises
from qiying.capabilities.policies.views.desk.common import the_policy, wan
from qiying.capabilities.policies.views.doing import done_at
from qiying.kernel.enterprises.models import Enterprise, SizeClass
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words

SHOWN = (
    ("eligible", "符合"), ("unseen", "符合没看过"), ("near", "差一点"), ("unknown", "还不知道"), ("seen", "看过"),
    ("applied", "申请过"), ("paid", "兑现了"),
)  # fmt: skip
EMPTY = {
    "eligible": ("还没有符合的企业", "每晚按最新的数重新匹配一遍。"),
    "unseen": ("符合的都看过了", "没有要再推送的。"),
    "near": ("没有差一点的企业", "改一个数就能享受的会列在这里。"),
    "unknown": ("没有缺一两个数的企业", "缺数的企业补上以后就知道符不符合。"),
    "seen": ("还没有企业看过", "推送以后，企业打开政策就记在这里。"),
    "applied": ("还没有企业申请", "申请以后列在这里。"),
    "paid": ("还没有兑现", "钱到账以后列在这里。"),
}


@visible_with("policies.reach")
def reach_page(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the figures of a policy and the enterprises of one of them; filter, sort, export."""
    policy = the_policy(request, code)
    figures = reach(policy.district_id, [policy.pk])[policy.pk]
    show = request.GET.get("show", "")
    show = show if show in EMPTY else "eligible"
    context, workbook = _listing(show, policy).respond(request, _rows(request, policy, show))
    if workbook is not None:
        return workbook
    unseen = len(unseen_enterprises(policy))
    context |= {
        "policy": policy,
        "reach": figures,
        "steps": _steps(figures),
        "paid": wan(figures.paid_fen),
        "tabs": _tabs(show, figures, unseen),
        "hidden": [("show", show)],
        "unseen": unseen,
        "settle": _settle(policy) if show == "unknown" else [],
        "others": policies_visible_to(request.viewer).filter(state="published").count(),
    }
    return page(request, "policies/desk/reach.html", context)


@visible_with("policies.reach")
def push(request: ViewerRequest, code: str) -> HttpResponse:
    """Queue the policy for those who have not seen it."""
    policy = the_policy(request, code)

    def run() -> str:
        if request.method != "POST":
            return ""
        done = policy_push(actor=request.viewer, policy=policy, at=request.now)
        queued = f"排上了 {done} 家，按每周不多打扰的上限陆续发出。"
        return queued if done else "没有要再推的：刚推过，或都看过了。"

    return done_at(request, reverse("policies:desk_reach", args=[code]), run)


def _rows(request: ViewerRequest, policy: Policy, show: str) -> QuerySet[Enterprise]:
    here = enterprises_visible_to(request.viewer).filter(district_id=policy.district_id)
    own = {"policy": policy, "enterprise_id": OuterRef("pk")}
    match show:
        case "eligible" | "near" | "unknown":
            found = enterprises_matched(request.viewer, policy, show)
        case "unseen":
            found = enterprises_matched(request.viewer, policy, MatchState.ELIGIBLE)
            found = found.filter(~Q(Exists(PolicySeen.objects.filter(**own))))
        case "seen":
            found = here.filter(Exists(PolicySeen.objects.filter(**own)))
        case "applied":
            found = here.filter(Exists(Application.objects.filter(**own)))
        case _:
            found = here.filter(Exists(Application.objects.filter(**own, paid_on__isnull=False)))
    told = Push.objects.filter(**own, state=Push.State.SENT)
    rows = found.annotate(is_told=Exists(told), is_seen=Exists(PolicySeen.objects.filter(**own)))
    return rows.select_related("region_unit").order_by("name", "pk")


def _listing(show: str, policy: Policy) -> Listing[Enterprise]:
    columns: list[Column[Enterprise]] = [
        Column(
            "企业",
            lambda e: e.name,
            "name",
            ("name",),
            url=lambda e: reverse("enterprises:enterprise", args=[e.pk]),
        ),
        Column("统一社会信用代码", lambda e: e.credit_code or "", in_page=False),
        Column(
            "镇街", lambda e: e.region_unit.label if e.region_unit else "", "town", ("region_unit__name",)
        ),
        Column(
            "规模", lambda e: SizeClass(e.size_class).label if e.size_class else "", "size", ("size_class",)
        ),
    ]
    if show in ("eligible", "unseen"):
        columns.append(Column("能拿", _amount, "amount", ("amount_fen",), numeric=True))
    if show == "unknown":
        columns.append(Column("缺什么", lambda e: getattr(e, "missing", ""), "missing", ("missing",)))
    columns += [
        Column("推送过", lambda e: "推过" if getattr(e, "is_told", False) else "没有"),
        Column("看过", lambda e: "看过" if getattr(e, "is_seen", False) else "没有"),
    ]
    filters: list[Filter[Enterprise]] = [
        Filter("q", "企业", enterprises_found, placeholder="名称或代码"),
        choice("size_class", "规模", SizeClass.choices, name="size"),
    ]
    title, text = EMPTY[show]
    label = dict(SHOWN)[show]
    return Listing(columns, f"policy_reach_{show}", f"{policy.name}：{label}", filters, title, text)


def _amount(enterprise: Enterprise) -> str:
    fen = getattr(enterprise, "amount_fen", None)
    return money_words(fen) if fen is not None else "待算"


def _steps(r: Reach) -> list[dict[str, Any]]:
    """The way from matched to paid, each with its share of the matched."""
    steps = [("符合", r.matched), ("推送", r.pushed), ("看过", r.seen), ("申请", r.applied), ("兑现", r.paid)]
    most = max(1, *(n for _, n in steps))
    return [{"label": label, "count": n, "width": round(n * 100 / most, 1)} for label, n in steps]


def _tabs(show: str, r: Reach, unseen: int) -> list[dict[str, Any]]:
    counts = {"eligible": r.matched, "unseen": unseen, "near": r.nearly, "unknown": r.unknown, "seen": r.seen,
              "applied": r.applied, "paid": r.paid}  # fmt: skip
    return [
        {"label": label, "url": f"?show={code}", "count": counts[code], "current": code == show}
        for code, label in SHOWN
    ]


def _settle(policy: Policy) -> list[dict[str, Any]]:
    """Which facts, once known, would settle most of the unknown ones."""
    counted: Counter[str] = Counter()
    pairs = Match.objects.filter(policy_id=policy.pk, state=MatchState.UNKNOWN)
    for missing in pairs.values_list("missing", flat=True).iterator(2000):
        counted[missing] += 1
    return [{"facts": facts, "count": count} for facts, count in counted.most_common(5) if facts]
