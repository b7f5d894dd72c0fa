"""调解: asked, consented to, mediated by whom both chose, signed and sealed, confirmed, performed, filed."""

from dataclasses import replace
from typing import Any

from qiying.capabilities.mediation.rules.law import BODY_KINDS
from qiying.capabilities.mediation.services import mediating, opening, settling
from qiying.capabilities.mediation.services.common import (
    BOTH,
    NOTICE,
    MediationExtras,
    Pair,
    Paper,
    Reason,
    own_turn,
    says,
)
from qiying.kernel.cases.entering import Text
from qiying.kernel.cases.standard import ending, recording, reminding, writing
from qiying.kernel.cases.standard.agreeing import Agreeing
from qiying.kernel.cases.vocabulary import (
    PROCEDURES,
    Action,
    Deadline,
    LetterKind,
    Party,
    Procedure,
    Show,
    State,
)

BODY = ("body:handler", "body:liaison", "body:leader")
COURT = ("court:handler", "court:liaison", "court:leader")
MEDIATOR = ("mediator",)
ANNULMENT = replace(ending.ANNULMENT, decided_by="body")
BEFORE = ("referred", "asked", "choosing", "confirming", "appointing", "declaring")
PAIRS = ("waiving", "waiving_too", "extending", "extending_too", "signing", "signing_too")
TALKING = (*BEFORE, *PAIRS, "mediating", "sealing")
AFTER = ("performing", "joining_first", "joining", "at_court", "filing")
OPEN = (*TALKING, *AFTER)
EVERY = (*OPEN, "closed", "declined", "withdrawn", "voided")
ONLINE = "最高人民法院在线调解规则"
LAW = "《民事诉讼法》第二百零五条"
RULING = "法释〔2011〕5号"


def agreed(
    pair: Pair, code: str, label: str, to: tuple[str, ...], shows: Show, sentence: str
) -> tuple[Action, ...]:
    """Return the two acts of a pair: a party says so for itself, or the body enters a paper it signed."""
    given: dict[str, Any] = {
        "guards": (own_turn,),
        "shows": (shows,),
        "notices": (NOTICE,),
        "is_conditional": True,
    }
    reach = (*pair.states, *to)
    return (
        Action(
            code, label, pair.states, BOTH, says(pair), reach, Agreeing, sentence=sentence, is_primary=True, **given,
        ),
        Action(
            f"{code}_paper", f"代登：{label}", pair.states, (*BODY, *MEDIATOR), says(pair), reach, Paper,
            sentence=f"代登（有签字材料）：{sentence}", is_minor=True, icon="file", **{**given, "guards": ()},
        ),
    )  # fmt: skip


def _state(code: str, label: str, turn: str, yours: str, theirs: str, office: str) -> State:
    """Return a state in which one party has its turn; the other and the office read otherwise."""
    other = BOTH[1 - BOTH.index(turn)]
    return State(
        code,
        label,
        turn,
        sentence=yours,
        by_side={"office": office, "person": office},
        by_party={other: theirs},
    )


STATES = (
    _state("referred", "等双方同意", "asker", "法院或单位请您调解，请说同不同意", "等申请企业先说", "等申请企业说"),
    _state("asked", "等对方同意", "respondent", "有企业申请和您调解，请说同不同意", "等对方说同不同意", "等对方说"),
    _state("choosing", "选调解员", "asker", "请选一位调解员", "等申请企业选调解员", "等申请企业选调解员"),
    _state("confirming", "对方选调解员", "respondent", "请选调解员，和对方选同一位就定了", "等对方选调解员", "等对方"),
    State("appointing", "待指定调解员", "body", sentence="双方选的不是同一位，等调解组织指定"),
    State("declaring", "等调解员确认", "mediator", sentence="等调解员确认和双方没有利害关系"),
    _state("waiving", "披露了关系", "asker", "调解员披露了利害关系，请说要不要他继续", "等申请企业说", "等申请企业说"),
    _state("waiving_too", "披露了关系", "respondent", "调解员披露了利害关系，请说要不要他继续", "等对方说", "等对方说"),
    State("mediating", "调解中", "mediator", sentence="正在调解，不公开"),
    _state("extending", "要不要延长", "asker", "请说同不同意延长", "等申请企业说同不同意延长", "等申请企业说"),
    _state("extending_too", "要不要延长", "respondent", "请说同不同意延长", "等对方说同不同意延长", "等对方说"),
    _state("signing", "等签协议", "asker", "协议写好了，请看过再签", "协议写好了，等申请企业先签", "等申请企业签"),
    _state("signing_too", "等签协议", "respondent", "协议写好了，请看过再签", "您签了，等对方签", "等对方签"),
    State("sealing", "等盖章", "mediator", sentence="双方都签了，等调解员核对、盖章"),
    State("performing", "履行中", sentence="协议生效了，请按期履行；可以一起申请司法确认",
          by_side={"office": "协议生效了，双方在履行", "person": "协议生效了，双方在履行"}),
    _state("joining_first", "一起申请确认", "asker", "对方申请司法确认，要不要一起申请", "等对方申请", "等双方申请"),
    _state("joining", "一起申请确认", "respondent", "对方申请司法确认，要不要一起申请", "等对方申请", "等双方申请"),
    State("at_court", "法院审查", "court", sentence="双方申请了司法确认，法院在审查"),
    State("filing", "待归档", "body", sentence="调解结束了，正在归档"),
    State("closed", "已归档", is_final=True, sentence="办完归档了"),
    State("declined", "没有开始", is_final=True, sentence="有一方不同意，没有开始调解"),
    State("withdrawn", "已撤回", is_final=True, sentence="申请撤回了"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)  # fmt: skip
DEADLINES = (
    Deadline("consent", "双方回音", "mediation.consent", "请双方说同不同意（区县约定，样例）",
             ("consent", "end_unanswered"), owed_by="body", has_cards=True),
    Deadline("choose", "选调解员", "mediation.choose", f"双方各选（{ONLINE}）", ("choose", "appoint"), owed_by="body"),
    Deadline("appoint", "指定调解员", "mediation.appoint", f"选不到一起的（{ONLINE}）", ("appoint",), owed_by="body",
             has_cards=True),
    Deadline("declare", "调解员确认", "mediation.declare", f"收到以后（{ONLINE}）", ("declare", "leave"),
             owed_by="body"),
    Deadline("term", "调解", "mediation.term", "调解员接手起，双方同意可以延长（特邀调解规定第二十七条）",
             ("seal", "end", "refuse"), unit="day", owed_by="body", has_cards=True, is_promise=True),
    Deadline("confirm", "申请司法确认", "mediation.confirm", f"协议生效起，双方共同申请（{LAW}）", ("confirm_too",),
             unit="day", counts=False, owed_by="asker"),
    Deadline("court_take", "法院受理", "mediation.court_take", f"收到申请起（{RULING}第四条）", ("take_confirmation",),
             unit="day", owed_by="court"),
    Deadline("court_rule", "法院裁定", "mediation.court_rule", f"受理起（{RULING}第五条）", ("rule",), unit="day",
             owed_by="court"),
    Deadline("perform", "履行协议", "mediation.perform", "协议写的最后一天", ("perform", "give_up"), unit="day",
             counts=False, owed_by="asker"),
    Deadline("archive", "归档", "mediation.archive", "结束以后（区县约定，样例）", ("archive",), owed_by="body"),
)  # fmt: skip
OPENING = Action(
    "open", "申请调解", (), ("clerk", *opening.OFFICES), opening.opened, ("asked", "referred"),
    opening.Opening, part_of="mediation.open", whole=opening.mediation_open, notices=(NOTICE,), is_conditional=True,
    sentence="申请调解", icon="edit",
)  # fmt: skip
ACTIONS = (
    *agreed(opening.START, "consent", "同意调解", ("choosing", "declined"), opening.terms, "{agrees}调解"),
    Action("end_unanswered", "没有回音，结束", ("referred", "asked"), BODY, opening.unanswered, ("declined",), Reason,
           guards=(opening.unanswered_long_enough,), notices=(NOTICE,), sentence="没有回音，结束：{reason}", icon="x"),
    Action("choose", "选调解员", ("choosing", "confirming"), BOTH, mediating.chosen,
           ("confirming", "declaring", "appointing"), mediating.Choose, guards=(own_turn,),
           checks=(mediating.check_chosen,), notices=(NOTICE,), is_conditional=True, sentence="选了{mediator_id}",
           is_primary=True, icon="user"),
    Action("appoint", "指定调解员", ("choosing", "confirming", "appointing"), BODY, mediating.appointed, ("declaring",),
           mediating.Choose, guards=(mediating.may_appoint,), checks=(mediating.check_appointed,), notices=(NOTICE,),
           sentence="指定{mediator_id}", is_primary=True, icon="user"),
    Action("declare", "声明利害关系，接手", ("declaring",), MEDIATOR, mediating.declared, ("mediating", "waiving"),
           mediating.Declare, shows=(mediating.known_ties,), checks=(mediating.check_declared,), notices=(NOTICE,),
           is_conditional=True, sentence="声明利害关系：{has_conflict}", is_primary=True),
    Action("leave", "回避、退出", ("declaring", "mediating"), MEDIATOR, mediating.left, ("choosing",), Reason,
           notices=(NOTICE,), sentence="退出：{reason}", icon="undo"),
    *agreed(mediating.WAIVE, "waive", "同意他继续", ("mediating", "choosing"), mediating.disclosed,
            "{agrees}他继续调解"),
    Action("sit", "约调解", ("mediating",), MEDIATOR, mediating.sat, (), mediating.Sitting, part_of="mediation.sit",
           whole=mediating.sitting_plan, notices=(NOTICE,), sentence="约了调解：{words}", icon="calendar"),
    Action("record", "记笔录", ("mediating", "sealing"), MEDIATOR, mediating.recorded, (), mediating.Minutes,
           part_of="mediation.record", whole=mediating.minutes_keep, notices=(NOTICE,),
           sentence="记了第 {session_no} 次调解", icon="file"),
    Action("ask_longer", "提延长", ("mediating",), MEDIATOR, mediating.longer_asked, ("extending",), mediating.Longer,
           notices=(NOTICE,), sentence="提延长 {days} 天：{reason}", icon="clock"),
    *agreed(mediating.LONGER, "extend", "同意延长", ("mediating",), mediating.longer_terms, "{agrees}延长"),
    Action("draft", "写协议", ("mediating",), MEDIATOR, settling.drafted, ("signing",), settling.Draft,
           checks=(settling.check_draft,), notices=(NOTICE,), sentence="写好了协议，请双方签", is_primary=True,
           icon="edit"),
    *agreed(settling.DEAL, "sign", "签协议", ("sealing", "mediating"), settling.the_deal, "{agrees}协议"),
    Action("seal", "盖章生效", ("sealing",), (*MEDIATOR, *BODY), settling.sealed, ("performing",), settling.Sealing,
           guards=(settling.both_signed,), part_of="mediation.seal", whole=settling.deal_seal, notices=(NOTICE,),
           sentence="调解协议盖章生效", is_primary=True),
    Action("refuse", "不再调解", ("choosing", "confirming", "appointing", "declaring", "mediating", *PAIRS), BOTH,
           mediating.refused, ("filing",), Reason, notices=(NOTICE,), sentence="不再调解：{reason}", is_minor=True,
           icon="x"),
    Action("end", "结束，没有达成", ("mediating", *PAIRS, "sealing"), MEDIATOR, mediating.ended, ("filing",),
           mediating.Ending, notices=(NOTICE,), sentence="结束：{why}。{reason}", icon="x"),
    Action("ask_confirmation", "申请司法确认", ("performing",), BOTH, settling.confirmation_asked,
           ("joining_first", "joining"), settling.Confirming, guards=(settling.may_confirm,), notices=(NOTICE,),
           is_conditional=True, sentence="申请司法确认：{ground}"),
    *agreed(settling.CONFIRM, "confirm_too", "一起申请司法确认", ("at_court", "performing"), settling.the_deal,
            "{agrees}申请司法确认"),
    Action("take_confirmation", "受理", ("at_court",), COURT, settling.court_took, (),
           guards=(settling.at_step("court_take", "已经受理"),), notices=(NOTICE,),
           sentence="法院受理了司法确认", is_primary=True),
    Action("rule", "裁定", ("at_court",), COURT, settling.ruled, ("performing",), settling.Ruling,
           guards=(settling.at_step("court_rule", "先受理"),), notices=(NOTICE,), sentence="{result} {number}",
           is_primary=True),
    Action("perform", "登记履行", ("performing",), (*BOTH, *MEDIATOR), settling.performed, ("filing",),
           settling.Performed, checks=(settling.check_performed,), notices=(NOTICE,), is_conditional=True,
           sentence="第 {duty_no} 项 {on}履行了", is_primary=True),
    Action("report_breach", "反映没有履行", ("performing",), BOTH, settling.breached, (), settling.Breached,
           checks=(settling.check_breached,), notices=(NOTICE,), sentence="第 {duty_no} 项没有履行：{note}",
           icon="flag"),
    Action("press", "督促履行", ("performing",), (*BODY, *MEDIATOR), settling.urged, (), Text, notices=(NOTICE,),
           sentence="督促履行：{text}", icon="bell"),
    Action("give_up", "没有履行，结束", ("performing",), BODY, settling.not_performed, ("filing",), Reason,
           guards=(settling.has_breach,), notices=(NOTICE,), sentence="没有履行，结束：{reason}", icon="x"),
    Action("archive", "归档", ("filing",), BODY, settling.archived, ("closed",), settling.Archive,
           shows=(settling.archive_words,), sentence="归档：{number}", is_primary=True),
    ending.withdraw(("referred", "asked", "choosing", "confirming"), "withdrawn", guards=()),
    recording.remark(EVERY, BODY),
    reminding.receipt(OPEN, BODY),
    writing.issue(EVERY, BODY),
    *ending.annul((*BEFORE, "mediating"), "voided", asked_by=BODY, decided_by=BODY),
    *recording.by_program(EVERY, OPEN),
)  # fmt: skip

MEDIATION = PROCEDURES.register(
    Procedure(
        code="mediation",
        version=1,
        label="调解",
        purpose="企业之间的纠纷，请调解组织调解：双方自愿、不公开，一起选调解员；谈成了签协议，可以申请司法确认。",
        number_prefix="TJ",
        closes_by="decision",
        states=STATES,
        initial="asked",
        opening=OPENING,
        actions=ACTIONS,
        deadlines=DEADLINES,
        kinds=BODY_KINDS,
        outcomes={
            "performed": "达成协议，履行完了", "breached": "达成协议，没有履行完", "failed": "没有达成协议",
            "refused": "一方不再调解", "declined": "没有开始", "withdrawn": "撤回", "voided": "作废",
        },
        parties=(
            Party("asker", "申请企业", "enterprise", ("asker",)),
            Party("respondent", "对方", "enterprise"),
            Party("mediator", "调解员", "person", ("asker", "contact", "restricted")),
            Party("court", "法院", "person"),
            Party("body", "调解组织", sees=("asker", "contact", "restricted")),
        ),
        extras=MediationExtras,
        approvals=(ANNULMENT,),
        rated_in=("closed",),
        letters=(
            LetterKind("invite", "调解邀请函", settling.invitation, to="respondent"),
            LetterKind("confirmation", "司法确认申请书", settling.confirmation, to="asker", needs=settling.is_sealed),
        ),
        asker_reads={
            "open": ("kind", "claim", "text", "way", "court_number"),
            "consent": ("agrees", "note"), "consent_paper": ("agrees",), "end_unanswered": ("reason",),
            "choose": ("mediator_id",), "appoint": ("mediator_id",), "declare": ("has_conflict",), "leave": ("reason",),
            "waive": ("agrees",), "waive_paper": ("agrees",), "sit": ("words",), "record": ("session_no",),
            "ask_longer": ("days", "reason"), "extend": ("agrees",), "extend_paper": ("agrees",), "draft": (),
            "sign": ("agrees",), "sign_paper": ("agrees",), "seal": ("documents",), "refuse": ("reason",),
            "end": ("why", "reason"), "ask_confirmation": ("ground", "documents"), "confirm_too": ("agrees",),
            "confirm_too_paper": ("agrees",), "take_confirmation": (), "rule": ("result", "number", "documents"),
            "perform": ("duty_no", "on", "documents"), "report_breach": ("duty_no", "note"), "press": ("text",),
            "give_up": ("reason",), "archive": (), "issue_letter": ("number",),
        },
    )
)  # fmt: skip
