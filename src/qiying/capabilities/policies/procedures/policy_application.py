"""惠企政策申请: from one key to money on the account, or a reasoned refusal that can be contested."""

from qiying.capabilities.policies.services.applying import (
    accepting,
    checking,
    deciding,
    entries,
    guards,
    objecting,
    paying,
    publicity,
)
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.kernel.cases.standard import ending, material, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, Sees, State

ASKER = ("asker",)
OFFICER = ("lead:policy", "lead:handler")
APPROVER = ("lead:reviewer", "lead:leader")
CO = ("co:policy", "co:reviewer", "co:handler", "co:liaison", "co:leader")
SUPERVISION = ("supervision:supervisor",)
TREASURY = ("treasury:treasurer", "system")
SERVICE = ("service:policy", "service:handler", "service:liaison", "service:leader", "lead:policy", "system")
EARLY = ("received", "reviewing")
OPEN = ("received", "reviewing", "waiting_material", "publicity", "approving", "waiting_money")
WORKING = (*OPEN, "approved", "delivering", "appealed")
ENDS = ("paid", "delivered", "refused", "withdrawn")

KNOWS: tuple[Sees, ...] = ("asker", "contact")
PARTIES = (
    Party("asker", "申请企业", "enterprise", ("asker",)),
    Party("lead", "主办部门", sees=(*KNOWS, "restricted")),
    Party("co", "联审部门", sees=KNOWS),
    Party("supervision", "督查部门", sees=(*KNOWS, "restricted")),
    Party("treasury", "财政部门", sees=("asker",)),
    Party("service", "兑现部门", sees=("asker",)),
    Party("counter", "代报窗口", sees=("asker",)),
)

STATES = (
    State("received", "待受理", "lead", sentence="已收到，主办部门在看"),
    State("reviewing", "会审中", "lead", sentence="主办部门和联审部门在审核"),
    State("waiting_material", "等补材料", "asker", sentence="等您补材料，期限先停着"),
    State("publicity", "公示中", "nobody", sentence="审核通过，正在公示"),
    State("approving", "待核定", "lead", sentence="审核完了，等另一个人核定"),
    State("waiting_money", "排队等资金", "nobody", sentence="已核定，资金暂时不够，按申报先后排队"),
    State("approved", "待支付", "lead", sentence="已核定，等财政付款"),
    State("delivering", "待兑现", "lead", sentence="已核定，等承办部门兑现"),
    State("appealed", "复核中", "supervision", sentence="您申请了复核，督查部门在看"),
    State("paid", "已兑现", is_final=True, sentence="钱已经付到您的账上"),
    State("delivered", "已兑现", is_final=True, sentence="已经兑现"),
    State("refused", "不予兑现", is_final=True, sentence="没有通过，理由和救济办法已写明"),
    State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)

PROMISE = "区县服务承诺"
DEADLINES = (
    Deadline(
        "accept", "受理", "policy.accept", f"收到申请后受理（{PROMISE}）",
        ("accept", "confirm", "propose_refusal", "refuse", "withdraw"), has_cards=True,
    ),
    Deadline(
        "review", "审核", "policy.review", f"受理后会审（{PROMISE}）",
        ("review", "propose_refusal", "refuse", "withdraw"), has_cards=True,
    ),
    Deadline("co", "联审", "policy.co", f"联审部门的时限短于主办（{PROMISE}）", ("opinion",), has_cards=True),
    Deadline("material", "补材料", "policy.material", "《优化营商环境条例》第三十六条：一次性告知", ("give_material",),
             owed_by="asker"),
    Deadline("publicity", "公示", "policy.publicity", "拟兑现结果向社会公示", ("end_publicity",)),
    Deadline("objection", "处理异议", "policy.objection", f"收到异议后查明（{PROMISE}）", ("decide_objection",),
             has_cards=True),
    Deadline(
        "approve", "核定", "policy.approve", f"审核、公示后核定（{PROMISE}）",
        ("approve", "refuse", "return_to_review", "withdraw"), has_cards=True,
    ),
    Deadline("pay", "支付", "policy.pay", f"核定后支付（{PROMISE}）", ("record_payment",), has_cards=True,
             owed_by="treasury"),
    Deadline("deliver", "兑现", "policy.deliver", f"核定后兑现服务（{PROMISE}）", ("record_delivery",), has_cards=True,
             owed_by="service"),
    Deadline("appeal", "复核", "policy.appeal", f"收到复核申请后答复（{PROMISE}）", ("decide_appeal",), has_cards=True,
             owed_by="supervision"),
)  # fmt: skip

OPENING = Action(
    "apply", "申报", (), ("anyone", "system"), accepting.open_case, to=("received",), input=entries.Submission,
    notices=("policy_received", "policy_registered"), sentence="申报", icon="edit",
    part_of="application_submit",
)  # fmt: skip

OFFICER_ACTIONS = (
    Action(
        "accept", "受理", ("received",), OFFICER, accepting.accept, ("reviewing",), entries.Remark,
        guards=(guards.not_instant, guards.not_approved_here), notices=("policy_accepted", "policy_opinion_wanted"),
        sentence="受理，开始会审", is_primary=True, icon="check",
    ),
    Action(
        "confirm", "核对无误，即申即享", ("received",), OFFICER, deciding.confirm_instant,
        ("approved", "waiting_money", "delivering"), entries.Remark, guards=(guards.is_instant,),
        checks=(checking.check_grantable,), notices=("policy_approved", "policy_queued", "policy_to_come"),
        sentence="核对无误，即申即享", is_primary=True, icon="check",
    ),
    Action(
        "request_material", "请企业补材料", EARLY, OFFICER, accepting.request_material, ("waiting_material",),
        material.RequestMaterial, guards=(material.not_asked,), notices=("policy_material",),
        sentence="一次性告知要补的材料，期限先停", icon="file",
    ),
    Action(
        "review", "审核通过", ("reviewing",), OFFICER, accepting.review, ("publicity", "approving"), entries.Review,
        guards=(guards.co_units_answered, guards.not_approved_here), checks=(accepting.check_review,),
        notices=("policy_public", "policy_approval_wanted"), sentence="审核通过", is_primary=True, icon="check",
    ),
    Action(
        "propose_refusal", "提出不予兑现", (*EARLY, "waiting_material"), OFFICER, accepting.propose_refusal,
        ("approving",), entries.Refusal, guards=(material.is_late, guards.not_approved_here),
        notices=("policy_approval_wanted",),
        sentence="提出不予兑现：{reason}", icon="x",
    ),
    Action(
        "opinion", "交联审意见", ("reviewing",), CO, accepting.opinion, (), entries.Opinion,
        guards=(guards.own_opinion_waits,), checks=(guards.check_opinion,), notices=("policy_opinion_given",),
        sentence="联审：{opinion}。{reason}", is_primary=True, icon="edit",
    ),
    recording.remark(WORKING, (*OFFICER, *APPROVER, *CO, *SUPERVISION, "treasury:treasurer"), entries.Remark),
)  # fmt: skip

DECIDING_ACTIONS = (
    Action(
        "approve", "核定", ("approving",), (*APPROVER, "system"), deciding.grant,
        ("approved", "waiting_money", "delivering"), entries.Remark,
        guards=(guards.not_prepared_here, guards.automatic_if_system, guards.proposal("grant"),
                guards.no_open_objection),
        checks=(checking.check_grantable,),
        notices=("policy_approved", "policy_queued", "policy_to_come", "policy_to_pay", "policy_to_deliver"),
        sentence="核定兑现", is_primary=True, icon="check",
    ),
    Action(
        "refuse", "不予兑现", (*EARLY, "waiting_material", "approving", "waiting_money"), APPROVER, deciding.refuse,
        ("refused",), entries.Refusal,
        guards=(guards.not_prepared_here, material.is_late), notices=("policy_refused",),
        sentence="决定不予兑现：{reason}", icon="x",
    ),
    Action(
        "return_to_review", "退回重审", ("approving",), APPROVER, accepting.return_to_review, ("reviewing",),
        entries.Reason, guards=(guards.not_prepared_here,), notices=("policy_returned",),
        sentence="退回重审：{reason}", icon="undo",
    ),
    Action(
        "decide_objection", "处理异议", ("publicity", "approving"), APPROVER, objecting.decide_objection,
        ("reviewing", "refused"), entries.DecideObjection,
        guards=(guards.has_open_objection, guards.not_prepared_here), checks=(objecting.check_objection,),
        notices=("policy_returned", "policy_refused"), sentence="异议：{decision}。{finding}", icon="flag",
        is_conditional=True,
    ),
    Action(
        "decide_appeal", "决定复核", ("appealed",), SUPERVISION, deciding.decide_appeal, ("reviewing", "refused"),
        entries.DecideAppeal, guards=(guards.not_decided_here,), judges=True,
        notices=("policy_appeal_decided", "policy_returned"), sentence="复核：{decision}。{finding}",
        is_primary=True, icon="check",
    ),
    reminding.urging((*OPEN, "approved", "delivering"), SUPERVISION, "policy_card", is_minor=False),
    reminding.receipt(WORKING, (*OFFICER, *APPROVER, *CO, "treasury:treasurer", *SERVICE[:4])),
    *ending.annul(OPEN, "voided", deciding.voided, asked_by=(*OFFICER, *SUPERVISION), decided_by=SUPERVISION),
)  # fmt: skip

ENTERPRISE_ACTIONS = (
    Action(
        "give_material", "补交材料", ("waiting_material",), (*ASKER, "counter:desk"), accepting.give_material,
        ("received", "reviewing"), material.GiveMaterial, notices=("policy_material_given",),
        sentence="补齐了材料，期限继续算", is_primary=True, icon="upload",
    ),
    ending.withdraw(OPEN, "withdrawn", accepting.withdrawn, input=entries.WithdrawReason),
    Action(
        "give_account", "给收款账户", (*OPEN, "approved"), (*ASKER, "counter:desk"), paying.give_account, (),
        entries.AccountGiven, checks=(paying.check_account,), notices=("policy_account_given",),
        sentence="给了收款账户", is_minor=True, icon="edit", part_of="accounts_follow",
    ),
    Action(
        "appeal", "申请复核", ("refused",), ASKER, deciding.appeal, ("appealed",), entries.Appeal,
        guards=(guards.within_appeal_time,), notices=("policy_appealed",), sentence="申请复核：{reason}", icon="flag",
    ),
    Action(
        "rate", "评价", ENDS, ASKER, deciding.rate, (), entries.Rating, guards=(guards.not_rated,),
        notices=("policy_rated_low",), sentence="评价：{stars}", icon="star",
    ),
)  # fmt: skip

PROGRAM_ACTIONS = (
    Action(
        "start_automatic", "免申即享", ("received",), ("system",), publicity.start_automatic,
        ("publicity", "approving"), guards=(guards.is_automatic,), notices=("policy_public",),
        sentence="按批次公示，不用申报",
    ),
    Action(
        "object", "提异议", ("publicity",), ("system",), objecting.object_to, (), entries.Objection,
        notices=("policy_objected",), sentence="收到一条异议",
    ),
    Action(
        "end_publicity", "公示结束", ("publicity",), ("system",), publicity.end_publicity, ("approving",),
        guards=(guards.publicity_is_over, guards.no_open_objection), notices=("policy_approval_wanted",),
        sentence="公示结束，没有未处理的异议",
    ),
    Action(
        "money_found", "资金到位", ("waiting_money",), TREASURY, deciding.money_found, ("approved",),
        notices=("policy_approved", "policy_to_pay"), sentence="资金到位，转支付", part_of="money",
    ),
    Action(
        "record_payment", "登记到账", ("approved",), TREASURY, paying.record_payment, ("paid",), entries.Paid,
        guards=(guards.not_decided_here,), checks=(paying.check_payment,), notices=("policy_paid",),
        sentence="已付到企业账上，{paid_on}", part_of="money",
    ),
    Action(
        "payment_failed", "没付成", ("approved", "paid"), TREASURY, paying.payment_failed, ("approved",),
        entries.PaymentFailed, checks=(paying.check_failed,), notices=("policy_payment_failed",),
        sentence="没付成：{reason}", part_of="money", is_conditional=True,
    ),
    Action(
        "record_delivery", "登记兑现", ("delivering",), SERVICE, paying.record_delivery, ("delivered",),
        entries.Delivered, checks=(paying.check_delivery,), notices=("policy_delivered",),
        sentence="已兑现：{note}", part_of="money",
    ),
    Action(
        "record_clawback", "追回", ("paid",), TREASURY, paying.record_clawback, (), entries.ClawedBack,
        checks=(paying.check_clawback,), notices=("policy_clawed",), sentence="追回：{reason}", part_of="money",
    ),
    *recording.by_program((s.code for s in STATES), WORKING, "policy_card", moved=publicity.period_moved),
)  # fmt: skip

# What somebody objects stays with the officials: the words may betray who said them.
ASKER_READS = {
    "accept": (), "confirm": (), "request_material": ("items",), "review": (), "give_material": ("note", "documents"),
    "approve": (), "refuse": ("kind", "reason"), "decide_objection": ("decision", "finding"),
    "decide_appeal": ("decision", "finding"), "decide_void": ("note",), "start_automatic": (), "end_publicity": (),
    "money_found": (), "record_payment": ("paid_on", "amount_fen"), "payment_failed": ("reason",),
    "record_delivery": ("on", "note"),
}  # fmt: skip

POLICY_APPLICATION = PROCEDURES.register(
    Procedure(
        code="policy_application",
        version=1,
        label="政策申请",
        purpose="企业一键申报或者什么都不用做，限期审核、公示、核定、兑现，不给的写明理由和救济办法。",
        states=STATES,
        initial="received",
        opening=OPENING,
        actions=(*OFFICER_ACTIONS, *DECIDING_ACTIONS, *ENTERPRISE_ACTIONS, *PROGRAM_ACTIONS),
        deadlines=DEADLINES,
        closes_by="decision",
        number_prefix="HQ",
        kinds={"money": "资金", "service": "服务", "right": "权益"},
        outcomes={
            "paid": "已兑现", "delivered": "已兑现", "refused": "不予兑现", "withdrawn": "企业撤回",
            "clawed_back": "已追回", "voided": "作废",
        },
        parties=PARTIES,
        extras=ApplicationExtras,
        asker_reads=ASKER_READS,
        approvals=(ending.ANNULMENT,),
    )
)  # fmt: skip
