"""Pages of people and their memberships."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.organisations.forms import (
    DatedReasonForm,
    EvidenceForm,
    MembershipForm,
    PersonForm,
    ReasonForm,
    role_choices,
)
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.models import IdentityLevel, Membership, Person
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import (
    in_force,
    memberships_visible_to,
    people_visible_to,
    units_visible_to,
)
from qiying.kernel.organisations.services import (
    identity_confirm,
    membership_end,
    membership_start,
    password_reset_by_admin,
    person_create,
    person_deactivate,
    person_reactivate,
    person_update,
)
from qiying.kernel.organisations.views.units import _district_id
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.registry import role_label
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register


def person_url(person: Person) -> str:
    """Return a person's page."""
    return reverse("organisations:person", args=[person.pk])


def _posts(person: Person) -> str:
    current: list[Membership] = getattr(person, "current_memberships", [])
    return "；".join(f"{m.unit.label} {role_label(m.role)}" for m in current)


PEOPLE: Listing[Person] = Listing(
    name="people",
    caption="人员名单",
    columns=[
        Column("姓名", lambda p: p.name, "name", ("name",), url=person_url, sub=lambda p: p.login),
        Column("单位和角色", _posts),
        Column("手机号", lambda p: mask_phone(p.phone or "")),
        Column("身份", lambda p: p.get_identity_level_display(), "identity", ("identity_level",)),
        Column("可登录", lambda p: p.is_active, "active", ("is_active",)),
        Column("上次登录", lambda p: p.last_login, "last", ("last_login",)),
    ],
    filters=[
        Filter("q", "姓名或登录名", lambda rows, text: rows.filter(Q(name__icontains=text) | Q(login=text))),
        Filter(
            "role", "角色", lambda rows, role: rows.filter(memberships__role=role).distinct(), role_choices()
        ),
        Filter(
            "identity",
            "身份",
            lambda rows, level: rows.filter(identity_level=level),
            IdentityLevel.choices,
        ),
        Filter(
            "active",
            "状态",
            lambda rows, word: rows.filter(is_active=word == "yes"),
            [("yes", "可登录"), ("no", "已停用")],
        ),
    ],
    empty_text="还没有开账号。",
)


def _people(viewer: Viewer, today: date) -> QuerySet[Person]:
    """Return who acts in the district's units, with what they do there today."""
    current = Membership.objects.filter(in_force(today)).select_related("unit")
    found = people_visible_to(viewer).prefetch_related(
        Prefetch("memberships", queryset=current, to_attr="current_memberships")
    )
    return found.order_by("name", "pk")


PEOPLE_REGISTER: Register[Person] = declare_register(
    Register(
        name="people",
        title="人员",
        noun="人员",
        listing=PEOPLE,
        rows=_people,
        sees=("organisations.view",),
        edits=("organisations.manage",),
        url="organisations:people",
        subject=lambda p: f"person:{p.pk}",
        label=lambda p: p.name,
        links=(
            ("organisations.view", "organisations:units", "单位"),
            ("organisations.manage", "organisations:person_new", "开账号"),
        ),
    )
)


@visible_with("organisations.view")
def person(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Show one person: in which units, since when, and what may be done with the account."""
    row = fetch_or_404(people_visible_to(request.viewer).select_related("district"), pk=person_id)
    memberships = memberships_visible_to(request.viewer).filter(person=row).order_by("-valid_from", "id")
    context = {
        "person": row,
        "phone": mask_phone(row.phone or ""),
        "memberships": [
            {"row": m, "role": role_label(m.role), "is_current": m.holds_on(request.today)}
            for m in memberships
        ],
        "can_manage": request.viewer.has("organisations.manage") and _is_home(request, row),
        "can_verify": request.viewer.has("organisations.verify_identity")
        and _is_home(request, row)
        and row.identity_level == IdentityLevel.UNVERIFIED,
        "can_watch": request.viewer.has("organisations.impersonate") and row.pk != request.viewer.person_id,
        "back_url": reverse("organisations:people"),
    }
    return page(request, "organisations/person.html", context)


def _is_home(request: ViewerRequest, row: Person) -> bool:
    return row.district_id == request.viewer.district_id


@visible_with("organisations.manage")
def person_new(request: ViewerRequest) -> HttpResponse:
    """Open an account; the first password is shown once and has to be changed."""
    district_id = _district_id(request)
    form = PersonForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        row = person_create(actor=request.viewer, district_id=district_id, at=request.now, **data)
        password = password_reset_by_admin(actor=request.viewer, person=row, at=request.now)
        messages.success(request, f"账号开好了。第一次登录的密码：{password}（只显示这一次，登录后要改）")
        return person_url(row)

    return act_page(
        request, form, title="开账号", submit="开账号", back_url=reverse("organisations:people"), run=run
    )


@visible_with("organisations.manage")
def person_edit(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Change an account's fields."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    start = {"name": row.name, "login": row.login, "phone": row.phone or "", "email": row.email}
    form = PersonForm(request.POST or None, initial=start)

    return act_page(
        request,
        form,
        title=f"改「{row.name}」",
        submit="存好",
        back_url=person_url(row),
        run=lambda data: person_update(actor=request.viewer, person=row, at=request.now, **data),
        done="存好了",
        is_edit=True,
    )


@visible_with("organisations.manage")
def person_stop(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Stop an account."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    form = ReasonForm(request.POST or None)

    return act_page(
        request,
        form,
        title=f"停用「{row.name}」的账号",
        sentence="停用后马上不能登录，做过的事都还在，可以再启用。",
        submit="停用账号",
        back_url=person_url(row),
        run=lambda data: person_deactivate(
            actor=request.viewer, person=row, reason=data["reason"], at=request.now
        ),
        done="账号停用了",
        is_serious=True,
    )


@require_POST
@visible_with("organisations.manage")
def person_restart(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Let a stopped account sign in again."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    person_reactivate(actor=request.viewer, person=row, at=request.now)
    messages.success(request, "账号启用了")
    return HttpResponseRedirect(person_url(row))


@require_POST
@visible_with("organisations.manage")
def password_reset(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Set a random password and show it once."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    password = password_reset_by_admin(actor=request.viewer, person=row, at=request.now)
    messages.success(request, f"{row.name}的新密码：{password}（只显示这一次，登录后要改）")
    return HttpResponseRedirect(person_url(row))


@visible_with("organisations.verify_identity")
def person_identity(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Record that somebody's identity was checked at the desk."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    form = EvidenceForm(request.POST or None)

    return act_page(
        request,
        form,
        title=f"核实「{row.name}」的身份",
        sentence="核实以后，他能看到所代表企业的全部办件。",
        submit="已当面核对",
        back_url=person_url(row),
        run=lambda data: identity_confirm(
            actor=request.viewer, person=row, provider="desk", evidence=data["evidence"], at=request.now
        ),
        done="身份核实了",
    )


@visible_with("organisations.manage")
def membership_new(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Let a person act in a unit."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    form = MembershipForm(request.POST or None, district_id=_district_id(request), today=request.today)

    def run(data: dict[str, Any]) -> str:
        unit = fetch_or_404(units_visible_to(request.viewer), pk=data.pop("unit"))
        membership_start(actor=request.viewer, person=row, unit=unit, at=request.now, **data)
        return ""

    return act_page(
        request,
        form,
        title=f"登记「{row.name}」的任职",
        submit="登记任职",
        back_url=person_url(row),
        run=run,
        done="任职登记好了",
    )


@visible_with("organisations.manage")
def membership_end_page(request: ViewerRequest, membership_id: int) -> HttpResponse:
    """End a membership on a day."""
    row = fetch_or_404(memberships_visible_to(request.viewer), pk=membership_id)
    form = DatedReasonForm(request.POST or None, today=request.today, label="最后一天")

    return act_page(
        request,
        form,
        title=f"结束{row.person.name}在{row.unit.name}的任职",
        submit="结束任职",
        back_url=person_url(row.person),
        run=lambda data: membership_end(
            actor=request.viewer, membership=row, on=data["on"], reason=data["reason"], at=request.now
        ),
        done="任职结束了",
        is_serious=True,
    )
