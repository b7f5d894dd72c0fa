"""Who acts in which unit from when to when, as a register: begun on a person's page, ended here."""

from datetime import date, datetime

from qiying.kernel.organisations.listing import Column, Listing, search
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import memberships_visible_to
from qiying.kernel.organisations.services import membership_end
from qiying.kernel.organisations.views.people import person_url
from qiying.kernel.organisations.views.units import unit_url
from qiying.kernel.permissions.registry import role_label
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls


def _end(actor: Viewer, row: Membership, on: date, reason: str, now: datetime) -> None:
    membership_end(actor=actor, membership=row, on=on, reason=reason, at=now)


POSTS: Register[Membership] = declare_register(
    Register(
        name="posts",
        title="任职",
        noun="任职",
        listing=Listing(
            columns=[
                Column(
                    "谁", lambda m: m.person.name, "who", ("person__name",), url=lambda m: POSTS.row_url(m)
                ),
                Column(
                    "单位", lambda m: m.unit.name, "unit", ("unit__path",), url=lambda m: unit_url(m.unit)
                ),
                Column("角色", lambda m: role_label(m.role), "role", ("role",)),
                Column("职务", lambda m: m.title),
                *TERM_COLUMNS,
                Column("为什么结束", lambda m: m.ended_reason, in_page=False),
            ],
            filters=[search("姓名", "person__name")],
            tabs=TERM_TABS,
        ),
        rows=lambda viewer, today: memberships_visible_to(viewer).order_by(
            "unit__path", "person__name", "pk"
        ),
        sees=("organisations.view",),
        edits=("organisations.manage",),
        opens=("organisations.view",),
        url="organisations:posts",
        subject=lambda m: f"person:{m.person_id}",
        noted=("organisations.membership_start", "organisations.membership_end"),
        label=lambda m: f"{m.person.name} · {m.unit.label}",
        links=(("organisations.view", "organisations:people", "人员"),),
        acts=(end_act(_end, label="结束任职", goes_to=lambda m: person_url(m.person)),),
    )
)
urlpatterns = register_urls(POSTS, "memberships/")
