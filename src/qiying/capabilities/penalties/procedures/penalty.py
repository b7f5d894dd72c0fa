"""行政处罚, 三书同达: the limits of 《行政处罚法》 as clocks, leniency asked, three papers with one receipt."""

from datetime import date
from decimal import Decimal
from typing import Literal

from qiying.capabilities.penalties.rules.law import GRADES, KINDS, WAYS
from qiying.capabilities.penalties.services import punishing, three_papers
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, ending, recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State

CHECKED = ("checked",)
OFFICER = ("lead:inspector",)
HEAD = ("lead:leader",)
OPEN = ("filed", "told", "proposed", "decided", "serving", "served", "overturned")
DECISION = Asked("penalty", "处罚意见", "lead", no="退回再看")
SEAL = Asked("seal", "查封、扣押", "lead")
LONGER = Asked("seal_longer", "延长查封、扣押", "lead")
LAW, FORCE = "《行政处罚法》", "《行政强制法》"
SEALED = ("filed", "told", "proposed")


class Filing(ActionInput):
    enterprise_id: int = entry(
        "企业", source="enterprises", ge=1, le=10**12, help="输入名称里的两个字或代码的开头"
    )
    fact: str = entry("违法事实", min_length=4, max_length=300, help="一句话：哪天、在哪里、做了什么")
    basis: str = entry("违反哪一条", min_length=2, max_length=200)
    ended_on: date = entry("行为发生或终了的日期", widget="date")
    is_grave: bool = entry(
        "涉及生命健康、金融安全且有危害后果", default=False, widget="checkbox", help="五年内发现的都要罚"
    )
    origin: str = entry("从哪次检查来", default="", max_length=32, help="检查的办件号，没有的不填")


class Goods(ActionInput):
    goods: str = entry("什么", min_length=2, max_length=200)


class Seal(Goods):
    reason: str = entry(
        "理由和依据", widget="textarea", min_length=4, max_length=300, help="依据哪部法律、法规"
    )
    is_urgent: bool = entry(
        "情况紧急，当场采取", default=False, widget="checkbox", help="24 小时内报告、补办批准"
    )


class Intent(ActionInput):
    kind: Literal["warning", "criticism", "fine", "confiscate", "suspend", "revoke"] = entry(
        "拟给的处罚", choices=KINDS
    )
    fine: Decimal = entry("拟罚多少元", default=Decimal(0), ge=0, le=10**9)
    reason: str = entry("理由和依据", widget="textarea", min_length=4, max_length=1000)


class Words(ActionInput):
    text: str = entry("要说的", widget="textarea", min_length=4, max_length=2000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Hearing(ActionInput):
    told_on: date = entry("哪天通知的", widget="date")
    held_on: date = entry("哪天开的", widget="date")
    text: str = entry("听证笔录要点", widget="textarea", min_length=4, max_length=1000)


class Proposal(ActionInput):
    is_slight: bool = entry("违法行为轻微", default=False, widget="checkbox")
    harm: Literal["none", "slight", "real"] = entry("危害后果", choices=punishing.HARM, widget="radio")
    is_corrected: bool = entry("及时改正了", default=False, widget="checkbox")
    is_first: bool = entry("初次违法", default=False, widget="checkbox")
    no_fault: bool = entry("企业证明了没有主观过错", default=False, widget="checkbox")
    decision: Literal["punish", "spare"] = entry(
        "意见", choices={"punish": "处罚", "spare": "不予处罚"}, widget="radio"
    )
    kind: Literal["", "warning", "criticism", "fine", "confiscate", "suspend", "revoke"] = entry(
        "处罚种类", default="", choices={"": "不罚的不选", **KINDS}
    )
    fine: Decimal = entry("罚款多少元", default=Decimal(0), ge=0, le=10**9)
    is_summary: bool = entry("简易程序，当场处罚", default=False, widget="checkbox")
    education: str = entry("怎么教育", default="", widget="textarea", max_length=300, help="不予处罚的要写")
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=1000)


class Serving(ActionInput):
    way: Literal["direct", "mail", "online", "left", "public"] = entry("怎么送", choices=WAYS, widget="radio")
    served_on: date = entry("哪天送的", widget="date")
    receiver: str = entry("谁签收", default="", max_length=60, help="电子送达的由企业自己签，不填")
    advice: str = entry(
        "合规建议",
        default="",
        widget="textarea",
        max_length=1000,
        help="三书同达的要写；简易、警告、公告的不用",
    )
    documents: list[int] = entry("送达回证", default=(), widget="documents", max_length=12)
    numbers: list[str] = entry("文号", default=(), internal=True)
    papers: int = entry("几份", default=0, internal=True)
    why_alone: str = entry("为什么只送决定书", default="", internal=True)


class Publishing(ActionInput):
    places: str = entry(
        "公示在哪里", min_length=2, max_length=200, help="几处用顿号隔开，例如：信用中国、信用浙江"
    )
    grade: Literal["", "light", "general", "serious"] = entry(
        "失信类别", default="", choices={"": "按区里的规则定", **GRADES}
    )


class Finishing(ActionInput):
    paid_on: date | None = entry("哪天缴清", default=None, widget="date", help="没有罚款的不填")
    stopped_days: int = entry("复议、诉讼期间多少天", default=0, ge=0, le=3650)


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500)


class Remark(ActionInput):
    text: str = entry("说明", widget="textarea", min_length=2, max_length=500)


STATES = (
    State("filed", "调查中", "lead", sentence="立案了，正在调查"),
    State("told", "已告知", "lead", sentence="拟处罚的事已经告知，您可以陈述、申辩，数额大的可以要求听证"),
    State("proposed", "待决定", "lead", sentence="等负责人决定"),
    State("decided", "待送达", "lead", sentence="决定了，正在送达"),
    State("serving", "等签收", "checked", sentence="文书在这里，请签收；一次签收全部文书"),
    State("served", "已送达", "lead", sentence="送达了，请按期履行；履行完就可以修复信用"),
    State("overturned", "撤回公示中", "lead", sentence="决定变更或者撤销了，正在撤回公示"),
    State("closed", "已结案", is_final=True, sentence="结案了"),
    State("spared", "不予处罚", is_final=True, sentence="依法不予处罚"),
    State("withdrawn", "已撤销", is_final=True, sentence="决定撤销了，公示也撤回了"),
    State("voided", "作废", is_final=True, sentence="已作废"),
)
DEADLINES = (
    Deadline("decide", "作出决定", "penalty.decide", f"立案起（{LAW}第六十条）", ("decide_penalty",), unit="day",
             has_cards=True, is_promise=True),
    Deadline("goods", "处理登记保存的物品", "penalty.goods", f"先行登记保存后（{LAW}第五十六条）",
             ("release_goods", "decide_penalty"), has_cards=True, counts=False),
    Deadline("seal", "解除查封、扣押", "penalty.seal", f"不得超过 30 日，可以延长 30 日（{FORCE}第二十五条）",
             ("unseal", "decide_penalty"), unit="day", has_cards=True, counts=False),
    Deadline("report", "报告、补办批准", "penalty.report", f"紧急情况 24 小时内（{FORCE}第十九条）", ("decide_seal",),
             unit="day", has_cards=True, counts=False),
    Deadline("hearing", "要求听证", "penalty.hearing", f"告知后（{LAW}第六十四条）", ("ask_hearing", "propose"),
             counts=False, owed_by="checked"),
    Deadline("serve", "送达", "penalty.serve", f"决定书送达（{LAW}第六十一条）", ("serve", "sign"), has_cards=True),
    Deadline("publish", "公示", "penalty.publish", "市场监管总局令第 45 号第九条", ("publish",), has_cards=True,
             counts=False),
    Deadline("pay", "缴清罚款", "penalty.pay", f"收到决定书起（{LAW}第六十七条）", ("finish",), unit="day",
             owed_by="checked"),
    Deadline("withdraw", "撤回公示", "penalty.withdraw", f"变更、撤销后（{LAW}第四十八条）", ("withdraw_published",),
             has_cards=True),
)  # fmt: skip
OPENING = Action(
    "file", "立案", (), ("inspector",), punishing.filed, ("filed",), Filing, part_of="inspections.file",
    whole=punishing.penalty_file, sentence="立案：{fact}", icon="edit",
)  # fmt: skip
ACTIONS = (
    Action("hold_goods", "先行登记保存", ("filed", "told"), OFFICER, punishing.goods_held, (), Goods,
           sentence="先行登记保存：{goods}", is_minor=True),
    Action("release_goods", "登记保存的处理了", ("filed", "told", "proposed"), OFFICER, punishing.goods_released, (),
           Goods, sentence="登记保存的物品处理了：{goods}", is_minor=True),
    asking.request(SEAL, ("filed", "told"), OFFICER, punishing.seal_asked, input=Seal, is_minor=True, icon="lock",
                   sentence="查封、扣押：{goods}。{reason}"),
    Action("decide_seal", "决定查封、扣押", SEALED, HEAD, punishing.seal_decided, (), asking.Decide,
           guards=(asking.has_request("seal"), asking.not_own_request("seal")), notices=("decided",),
           sentence="查封、扣押：{decision}", decides="seal"),
    asking.request(LONGER, SEALED, OFFICER, guards=(asking.no_open_request, punishing.is_sealed_once), is_minor=True),
    asking.decision(LONGER, SEALED, HEAD, punishing.seal_lengthened, notices=("penalty_seal_longer",)),
    Action("unseal", "解除查封、扣押", SEALED, OFFICER, punishing.unsealed, (), Goods, suits=punishing.is_sealed,
           sentence="解除了查封、扣押：{goods}", is_minor=True),
    Action("tell", "告知拟处罚", ("filed",), OFFICER, punishing.told, ("told",), Intent, notices=("penalty_told",),
           sentence="告知拟处罚：{kind} {fine}。{reason}", is_primary=True),
    Action("defend", "陈述、申辩", ("told",), CHECKED, punishing.defended, (), Words, sentence="陈述、申辩：{text}",
           icon="edit"),
    Action("ask_hearing", "要求听证", ("told",), CHECKED, punishing.hearing_asked, (), Reason,
           guards=(punishing.may_ask_hearing,), notices=("penalty_hearing_asked",), sentence="要求听证：{reason}",
           icon="flag"),
    Action("hold_hearing", "登记听证", ("told",), OFFICER, punishing.hearing_held, (), Hearing,
           suits=punishing.is_asked_for_hearing, checks=(punishing.check_hearing,),
           sentence="{held_on}开了听证：{text}"),
    Action("propose", "提处罚意见", ("filed", "told"), OFFICER, punishing.proposed, ("proposed",), Proposal,
           guards=(asking.no_open_request, punishing.hearing_settled), checks=(punishing.check_proposal,),
           shows=(punishing.in_view,), notices=("asked",), sentence="提意见：{decision}。{reason}", is_primary=True),
    Action("decide_penalty", "决定", ("proposed",), HEAD, punishing.decided, ("decided", "spared", "told", "filed"),
           asking.Decide, guards=(asking.has_request("penalty"), asking.not_own_request("penalty")),
           notices=("decided", "penalty_spared"), sentence="处罚意见：{decision}", is_conditional=True,
           is_primary=True, decides="penalty"),
    Action("serve", "三书同达", ("decided",), OFFICER, three_papers.served, ("served", "serving"), Serving,
           part_of="inspections.serve", whole=three_papers.papers_serve, notices=("penalty_served",),
           sentence="送达：{way}", is_conditional=True, is_primary=True, icon="mail"),
    Action("sign", "签收", ("serving",), CHECKED, three_papers.signed, ("served",), sentence="一次签收了全部文书",
           is_conditional=True, is_primary=True),
    Action("publish", "公示", ("served",), OFFICER, three_papers.published, (), Publishing,
           guards=(three_papers.not_published,), notices=("penalty_published",), sentence="公示在{places}",
           is_primary=True),
    Action("finish", "履行完，结案", ("served",), OFFICER, punishing.finished, ("closed",), Finishing,
           checks=(punishing.check_paid,), sentence="履行完了，结案", is_primary=True),
    Action("overturn", "变更、撤销决定", ("served", "closed"), HEAD, punishing.overturned, ("overturned",), Reason,
           notices=("penalty_overturned",), sentence="决定变更、撤销：{reason}", is_minor=True, icon="undo"),
    Action("withdraw_published", "公示撤回了", ("overturned",), OFFICER, punishing.withdrawn, ("withdrawn",), Remark,
           sentence="公示撤回了：{text}", is_primary=True),
    recording.remark(OPEN, (*OFFICER, *HEAD, "supervision:law_watcher"), Remark),
    *ending.annul(("filed", "told", "proposed"), "voided", asked_by=OFFICER, decided_by=("supervision:law_watcher",)),
    *recording.by_program((s.code for s in STATES), OPEN),
)  # fmt: skip

PENALTY = PROCEDURES.register(
    Procedure(
        code="penalty",
        version=1,
        label="行政处罚",
        purpose="三书同达：处罚决定书、信用修复告知书、合规建议书一次送达、一份回证；首违不罚逐条问，期限照《行政处罚法》走。",
        number_prefix="CF",
        closes_by="decision",
        states=STATES,
        initial="filed",
        opening=OPENING,
        actions=ACTIONS,
        deadlines=DEADLINES,
        kinds={"penalty": "行政处罚"},
        outcomes={"performed": "履行完了", "spared": "不予处罚", "overturned": "决定撤销", "voided": "作废"},
        parties=(
            Party("checked", "受处罚企业", "enterprise"),
            Party("lead", "处罚单位", sees=("restricted",)),
            Party("supervision", "执法监督", sees=("restricted",)),
        ),
        extras=punishing.PenaltyExtras,
        approvals=(DECISION, SEAL, LONGER, ending.ANNULMENT),
        asker_reads={
            "ask_seal": ("goods", "reason"),
            "decide_seal": ("decision",),
            "ask_seal_longer": ("reason",),
            "decide_seal_longer": ("decision",),
            "unseal": ("goods",),
            "tell": ("kind", "fine", "reason"),
            "hold_hearing": ("held_on",),
            "decide_penalty": (),
            "serve": ("way", "served_on", "advice", "documents"),
            "publish": ("places",),
            "finish": ("paid_on",),
            "overturn": ("reason",),
            "withdraw_published": (),
        },
    )
)
