"""People as a register: who acts where, and what may be done with an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from qiying.kernel.organisations.forms import (
    EvidenceForm,
    MembershipForm,
    PersonForm,
    ReasonForm,
    role_choices,
)
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.models import IdentityLevel, Membership, Person
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
    membership_start,
    password_reset_by_admin,
    person_create,
    person_deactivate,
    person_reactivate,
    person_update,
)
from qiying.kernel.organisations.views.units import MANAGES, SEES, Posted
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.registry import role_label
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls


def _posts(person: Person) -> str:
    current: list[Membership] = getattr(person, "current_memberships", [])
    return "；".join(f"{m.unit.label} {role_label(m.role)}" for m in current)


def _people(viewer: Viewer, today: date) -> QuerySet[Person]:
    """Return who acts in the district's units, with what they do there today."""
    current = Membership.objects.filter(in_force(today)).select_related("unit")
    found = people_visible_to(viewer).prefetch_related(
        Prefetch("memberships", queryset=current, to_attr="current_memberships")
    )
    return found.order_by("name", "pk")


def _is_home(viewer: Viewer, row: Person) -> bool:
    return row.district_id == viewer.district_id


def _works(viewer: Viewer, row: Person) -> bool:
    return row.is_active


def _person_form(data: Posted, *, viewer: Viewer, today: date, row: Person | None) -> PersonForm:
    names = PersonForm.base_fields if row else ()
    return PersonForm(data, initial={n: getattr(row, n) or "" for n in names})


def _person_save(actor: Viewer, row: Person | None, data: dict[str, Any], now: datetime) -> Person:
    if row is not None:
        return person_update(actor=actor, person=row, at=now, **data)
    made = person_create(actor=actor, district_id=actor.district_id or 0, at=now, **data)
    made.__dict__["first_password"] = password_reset_by_admin(actor=actor, person=made, at=now)
    return made


def _person_saved(row: Any) -> str:
    first = row.__dict__.get("first_password")
    return f"账号开好了。第一次登录的密码：{first}（只显示这一次，登录后要改）" if first else "存好了"


def _stop(actor: Viewer, row: Person, data: dict[str, Any], now: datetime) -> str:
    person_deactivate(actor=actor, person=row, reason=data["reason"], at=now)
    return "账号停用了"


def _restart(actor: Viewer, row: Person, data: dict[str, Any], now: datetime) -> str:
    person_reactivate(actor=actor, person=row, at=now)
    return "账号启用了"


def _new_password(actor: Viewer, row: Person, data: dict[str, Any], now: datetime) -> str:
    password = password_reset_by_admin(actor=actor, person=row, at=now)
    return f"{row.name}的新密码：{password}（只显示这一次，登录后要改）"


def _verify(actor: Viewer, row: Person, data: dict[str, Any], now: datetime) -> str:
    identity_confirm(actor=actor, person=row, provider="desk", evidence=data["evidence"], at=now)
    return "身份核实了"


def _post_form(data: Posted, *, viewer: Viewer, today: date, row: Person) -> MembershipForm:
    return MembershipForm(data, district_id=viewer.district_id or 0, today=today)


def _post(actor: Viewer, row: Person, data: dict[str, Any], now: datetime) -> str:
    unit = fetch_or_404(units_visible_to(actor), pk=data.pop("unit"))
    membership_start(actor=actor, person=row, unit=unit, at=now, **data)
    return "任职登记好了"


def _memberships(request: ViewerRequest, row: Person) -> dict[str, Any]:
    found = memberships_visible_to(request.viewer).filter(person=row).order_by("-valid_from", "id")
    may_end = any(request.viewer.has(code) for code in MANAGES) and _is_home(request.viewer, row)
    return {
        "memberships": [
            {"row": m, "role": role_label(m.role), "is_current": m.holds_on(request.today)} for m in found
        ],
        "may_end": may_end,
    }


PEOPLE: Register[Person] = declare_register(
    Register(
        name="people",
        title="人员",
        noun="人员",
        listing=Listing(
            caption="人员名单",
            columns=[
                Column(
                    "姓名",
                    lambda p: p.name,
                    "name",
                    ("name",),
                    url=lambda p: person_url(p),
                    sub=lambda p: p.login,
                ),
                Column("登录名", lambda p: p.login, in_page=False),
                Column("单位和角色", _posts),
                Column("手机号", lambda p: mask_phone(p.phone or "")),
                Column("邮箱", lambda p: p.email, in_page=False),
                Column("身份", lambda p: p.get_identity_level_display(), "identity", ("identity_level",)),
                Column("可登录", lambda p: p.is_active, "active", ("is_active",)),
                Column("上次登录", lambda p: p.last_login, "last", ("last_login",)),
            ],
            filters=[
                Filter(
                    "q",
                    "姓名或登录名",
                    lambda rows, text: rows.filter(Q(name__icontains=text) | Q(login=text)),
                ),
                Filter(
                    "role",
                    "角色",
                    lambda rows, role: rows.filter(memberships__role=role).distinct(),
                    role_choices(),
                ),
                choice("identity_level", "身份", IdentityLevel.choices, name="identity"),
                Filter(
                    "active",
                    "状态",
                    lambda rows, word: rows.filter(is_active=word == "yes"),
                    [("yes", "可登录"), ("no", "已停用")],
                ),
            ],
            empty_text="还没有开账号。",
        ),
        rows=_people,
        sees=SEES,
        edits=MANAGES,
        opens=SEES,
        url="organisations:people",
        subject=lambda p: f"person:{p.pk}",
        label=lambda p: p.name,
        row_lead=lambda request, p: p.get_identity_level_display() + ("" if p.is_active else " · 账号已停用"),
        links=(
            ("organisations.view", "organisations:units", "单位"),
            ("organisations.view", "organisations:posts", "任职"),
        ),
        form=_person_form,
        save=_person_save,
        may_touch=_is_home,
        imports=False,  # a first password is shown once, to whoever opens the account
        edits_apart=True,
        new_label="开账号",
        saved=_person_saved,
        acts=(
            Act("memberships/new", "登记任职", _post, form=_post_form, applies=_works),
            Act(
                "identity",
                "核实身份",
                _verify,
                form=EvidenceForm,
                needs=("organisations.verify_identity",),
                applies=lambda viewer, p: p.identity_level == IdentityLevel.UNVERIFIED,
                sentence="核实以后，他能看到所代表企业的全部办件。",
                submit="已当面核对",
            ),
            Act(
                "watch",
                "代看",
                None,
                needs=("organisations.impersonate",),
                applies=lambda viewer, p: p.is_active and p.pk != viewer.person_id,
            ),
            Act(
                "password",
                "重设密码",
                _new_password,
                applies=_works,
                sentence="换一个新密码？旧密码马上不能用。",
            ),
            Act(
                "stop",
                "停用账号",
                _stop,
                form=ReasonForm,
                applies=_works,
                sentence="停用后马上不能登录，做过的事都还在，可以再启用。",
                is_serious=True,
            ),
            Act("restart", "启用账号", _restart, applies=lambda viewer, p: not p.is_active),
        ),
        panels=(Panel("organisations/_memberships.html", _memberships),),
    )
)


def person_url(person: Person) -> str:
    """Return a person's page."""
    return PEOPLE.row_url(person)


urlpatterns = register_urls(PEOPLE, "people/")
