"""Sittings, opinions of deputies, votes and their rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from qiying.capabilities.deliberations.forms import (
    AdoptForm,
    FollowUpForm,
    LeaveOutForm,
    MergeForm,
    ReportForm,
    ReturnForm,
    SittingForm,
)
from qiying.capabilities.deliberations.models import LocalVoteRule, Opinion, SatisfactionVote, Sitting
from qiying.capabilities.deliberations.selectors import (
    ANSWER,
    KEEP,
    OPINE,
    VIEW,
    opinions_visible_to,
    people,
    sitting_about,
    sittings_visible_to,
)
from qiying.capabilities.deliberations.services import items as item_services
from qiying.capabilities.deliberations.services import sittings as services
from qiying.capabilities.deliberations.services.votes import NAMES, vote_record
from qiying.capabilities.deliberations.views.kept import READ, kept_register, one_of, step, whole_form
from qiying.kernel.enterprises.fields import firm_field
from qiying.kernel.organisations.listing import Column, state_tabs
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register, saves
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

State = Sitting.State


def _reports(viewer: Viewer, row: Sitting) -> bool:
    return row.state == State.HANDED and row.report_unit_id in viewer.unit_ids


SITTINGS: Register[Any] = kept_register(
    "sittings",
    "审议",
    Sitting,
    [
        Column(
            "题目",
            lambda s: s.gathering.title,
            "title",
            ("gathering__title",),
            url=lambda s: SITTINGS.row_url(s),
            sub=lambda s: s.gathering.of_kind.label,
        ),
        Column("哪天", lambda s: s.gathering.on, "on", ("gathering__on",), kind="date"),
        Column("现在", lambda s: s.get_state_display(), "state", ("state",)),
        "hand_over_by",
        "handed_over_on",
        "report_by",
        "reported_on",
        Column("报告单位", lambda s: s.report_unit.label),
        Column("主题", lambda s: s.theme.name if s.theme else ""),
        Column("期限怎么算的", lambda s: s.explanation, in_page=False),
    ],
    listing={
        "tabs": state_tabs(
            ("open", "收意见", "没有在收意见的审议", "从右上角新建一次：写题目、日期、意见收到哪天。"),
            ("adopted", "待交办", "没有待交办的", "审议意见通过以后 7 日内交办。"),
            ("handed", "整改中", "没有整改中的", ""),
            ("reported", "等审", "没有等审的报告", ""),
            ("closed", "办结", "还没有办结的", ""),
        ),
    },
    rows=lambda viewer, today: sittings_visible_to(viewer),
    noted=("deliberations.keep",),  # a paper of an examination is called a sitting too
    form=SittingForm,
    save=saves(services.sitting_save),
    imports=False,
    edits_apart=True,
    panels=(
        Panel(
            "deliberations/_sitting.html", lambda request, row: sitting_about(row, request.viewer)
        ),
    ),
    acts=(
        step(
            "invite", "请全体代表线上参加", services.deputies_invite, lambda n: f"加了 {n} 名代表。", "open"
        ),
        step(
            "follow", "追问", lambda *, item, **more: services.question_follow_up(item_id=item, **more),
            lambda made: f"追问为第 {made.no} 问。", "open", form=FollowUpForm,
        ),
        step("adopt", "通过审议意见", services.sitting_adopt, lambda s: f"通过了，{s.hand_over_by}前交办。", "open",
             form=AdoptForm, is_serious=True),
        step("hand_over", "交办", services.sitting_hand_over, lambda s: f"交办了，{s.explanation}。", "adopted",
             is_serious=True, sentence="每一条成为责任单位的任务，由人大核销。"),
        step("report", "报告办理情况", services.sitting_report, "报告交了。", form=ReportForm, applies=_reports,
             needs=(ANSWER,), on_page=True, keeps_draft=True),
        step("return", "要求重新报告", services.sitting_return, "退回去了，到新的日子再报告。", "reported",
             form=ReturnForm),
        step("close", "办结", services.sitting_close, "办结了。", "reported", is_serious=True),
    ),
    links=(
        (OPINE, "deliberations:opinions", "代表意见"),
        (KEEP, "deliberations:opinions", "代表意见"),
        (VIEW, "deliberations:votes", "满意度测评"),
        (VIEW, "deliberations:hearings", "听进展会"),
    ),
)  # fmt: skip


def _open(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    rows = sittings_visible_to(viewer).filter(state=State.OPEN).exclude(gathering__phase="cancelled")
    rows = rows if viewer.has(KEEP) else rows.filter(opinions_until__gte=today)
    return [(s.pk, f"{s}（收到 {s.opinions_until:%-m月%-d日}）") for s in rows]


def _opinion_form(data: Any, *, viewer: Viewer, today: date, row: Any) -> Any:
    """Return the form of an opinion; who said it is asked of the congress's staff alone."""
    staff = ("person",) if viewer.has(KEEP) else ()
    make = row_form(
        Opinion,
        "sitting",
        *staff,
        "text",
        "enterprise",
        "conflict",
        offers={
            "sitting": _open,
            "person": lambda viewer, today: people(viewer, today, "deputy", "congress"),
        },
        fields={"enterprise": firm_field("说到哪家企业", required=False)},
        hints={"conflict": "说到自己的企业要写明，会记进记录", "text": "一条写一件事"},
        once=("sitting", "person"),
    )
    return make(data, viewer=viewer, today=today, row=row)


def _is_loose(viewer: Viewer, row: Opinion) -> bool:
    return row.item_id is None and row.sitting.state == State.OPEN


def _may_touch(viewer: Viewer, row: Opinion) -> bool:
    return viewer.has(KEEP) or (
        row.person_id == viewer.person_id and not row.left_out and _is_loose(viewer, row)
    )


OPINIONS: Register[Any] = kept_register(
    "opinions",
    "代表意见",
    Opinion,
    [
        Column("意见", lambda o: o.text, url=lambda o: OPINIONS.row_url(o), sub=lambda o: str(o.sitting)),
        Column("代表", lambda o: o.person.name, "person", ("person__name",)),
        Column("怎么来的", lambda o: "线上写的" if o.is_online else "会上说的"),
        "at",
        Column("并进", lambda o: f"第 {o.item.no} 条" if o.item else o.left_out),
        Column("说到的企业", lambda o: o.enterprise.name if o.enterprise else ""),
        "conflict",
    ],
    listing={
        "filters": [one_of("sitting", "哪次审议", sittings_visible_to, "sitting_id")],
        "empty_title": "还没有代表意见",
        "empty_text": "审议在收意见的时候，代表从右上角写一条，手机上也可以。",
    },
    rows=lambda viewer, today: opinions_visible_to(viewer),
    sees=(OPINE, KEEP),
    opens=(OPINE, KEEP),
    edits=(OPINE, KEEP),
    may_touch=_may_touch,
    form=_opinion_form,
    save=saves(item_services.opinion_save),
    imports=False,
    edits_apart=True,
    new_label="写一条意见",
    acts=(
        step("merge", "并成审议意见", whole_form(item_services.opinion_merge), lambda i: f"并进第 {i.no} 条。",
             form=MergeForm, applies=_is_loose, needs=(KEEP,), on_page=True),
        step("leave_out", "不采纳", item_services.opinion_leave_out, "记下了，代表看得到理由。",
             form=LeaveOutForm, applies=_is_loose, needs=(KEEP,)),
    ),
)  # fmt: skip


def _voted(actor: Viewer, row: Any, values: dict[str, Any], now: datetime) -> SatisfactionVote:
    return vote_record(actor=actor, values=values, now=now)


def _adopted(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    rows = sittings_visible_to(viewer).exclude(state=State.OPEN)
    return [(s.pk, f"{s}（组成人员 {s.members} 人）") for s in rows]


VOTES: Register[Any] = kept_register(
    "votes",
    "满意度测评",
    SatisfactionVote,
    [
        "about",
        Column("哪次审议", lambda v: str(v.sitting)),
        "on",
        Column(
            "满意 / 基本满意 / 不满意 / 弃权",
            lambda v: f"{v.good} / {v.fair} / {v.poor} / {v.void}",
        ),
        Column("到会 / 组成人员", lambda v: f"{v.present} / {v.members} 人"),
        "grade",
        "rule",
    ],
    fields=NAMES,
    offers={"sitting": _adopted},
    hints={"about": "例：审议意见办理情况的报告", "good": "票数加起来不能比到会的多"},
    listing={
        "empty_title": "还没有测评",
        "empty_text": "审议意见通过以后登记：测评什么、各多少票。结果按本区的测评规则算。",
    },
    rows=lambda viewer, today: SatisfactionVote.objects.filter(
        sitting__in=sittings_visible_to(viewer)
    ).select_related("sitting__gathering"),
    save=_voted,
    may_change=False,
    imports=False,
    links=((VIEW, "deliberations:vote_rules", "测评规则"),),
)

VOTE_RULES: Register[Any] = kept_register(
    "vote_rules",
    "测评规则",
    LocalVoteRule,
    [
        "name",
        "whole",
        Column("正好一半", lambda r: "也算" if r.half_is_enough else "不算"),
        "valid_from",
        "valid_to",
        "source",
    ],
    fields=("name", "whole", "half_is_enough", "source", "valid_from", "valid_to"),
    hints={"source": "哪个文件定的；样例写“样例”", "valid_to": "还在用就空着"},
    listing={
        "tabs": TERM_TABS,
        "empty_title": "还没有测评规则",
        "empty_text": "国家法律没有规定，照本区人大的办法登记。没登记时按全体组成人员的过半数算，并注明是样例。",
    },
    sees=READ,
)
urlpatterns = [
    *register_urls(SITTINGS, "congress/sittings/"),
    *register_urls(OPINIONS, "congress/opinions/"),
    *register_urls(VOTES, "congress/votes/"),
    *register_urls(VOTE_RULES, "congress/vote-rules/"),
]
