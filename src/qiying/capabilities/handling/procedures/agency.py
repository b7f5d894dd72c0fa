"""代办: the centre acts in an enterprise's name, within what it was authorised to and no longer."""

from qiying.capabilities.handling.services import agency as effects
from qiying.capabilities.handling.services.common import (
    APPEAL_CLOCK,
    APPEAL_READS,
    APPEALED,
    ASKER,
    CENTRE,
    DESK,
    NOTICE,
    SUPERVISION,
    appealing,
    closing_letter,
    is_answered,
    shared_acts,
)
from qiying.kernel.cases.entering import Reason
from qiying.kernel.cases.standard import material
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Procedure, State

OPEN = ("received", "acting", "waiting_material")
EVERY = (*OPEN, "done", "refused", "appealed", "withdrawn")
HOLDS = (effects.authority_holds,)

AGENCY = PROCEDURES.register(
    Procedure(
        code="agency",
        version=1,
        label="代办",
        purpose="凭书面授权，中心替企业跑手续，不用到窗口；授权写明办哪些、到哪天，没写的、过期的都不能办。",
        number_prefix="DB",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待核对授权", "centre", sentence="收到了，中心在核对授权书"),
            State("acting", "代办中", "centre", sentence="中心正在替您办，办一步记一步"),
            State("waiting_material", "等补材料", "asker", sentence="等您补材料，期限先停着"),
            State("done", "办好了", is_final=True, sentence="办好了"),
            State("refused", "没有接", is_final=True, sentence="没有接这件代办，理由写在下面"),
            APPEALED,
            State("withdrawn", "已撤回授权", is_final=True, sentence="授权撤回了，不再代办"),
        ),
        parties=(ASKER, CENTRE, SUPERVISION),
        kinds={"agency": "代办"},
        outcomes={"done": "办好了", "refused": "没有接", "withdrawn": "撤回授权", "voided": "作废"},
        rated_in=("done",),
        extras=effects.AgencyExtras,
        asker_reads={
            "open": ("title", "scope", "until", "is_remote", "documents"), "take": (), "step": ("what", "text",
            "documents"),
            "request_material": ("items", "basis"), "give_material": ("note", "documents"),
            "renew": ("scope", "until", "documents"), "finish": ("text", "documents"), "refuse": ("reason",),
            **APPEAL_READS,
        },
        deadlines=(
            Deadline("take", "核对授权", "agency.take", "收到授权后核对（区县承诺）", ("take", "refuse"),
                     owed_by="centre",
                     has_cards=True),
            Deadline("handle", "代办", "agency.handle", "接下后办好（区县承诺）", ("finish", "refuse"),
                     owed_by="centre",
                     has_cards=True, is_promise=True),
            Deadline("material", "补材料", "matter.material", "《优化营商环境条例》第三十六条：一次性告知",
                     ("give_material",), counts=False, owed_by="asker"),
            APPEAL_CLOCK,
        ),
        letters=(closing_letter("result", "代办结果告知书", is_answered),),
        opening=Action(
            "open", "请中心代办", (), ("clerk", "desk"), effects.opened, ("received",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="授权代办：{title}，到{until}",
        ),
        actions=(
            Action("take", "接下代办", ("received",), DESK, effects.taken, ("acting",), guards=HOLDS, notices=(NOTICE,),
                   sentence="核对了授权书，接下代办", is_primary=True),
            Action("step", "记一步", ("acting",), DESK, effects.stepped, (), effects.Step, guards=HOLDS,
                   checks=(effects.check_scope,), sentence="{what}：{text}", is_primary=True, icon="edit"),
            Action("request_material", "请补材料", ("acting",), DESK, material.request, ("waiting_material",),
                   material.RequestMaterial, guards=(material.not_asked,), sentence="一次性告知要补的材料",
                   icon="file"),
            Action("give_material", "补材料", ("waiting_material",), ("asker",), lambda act: material.give(act,
                   "acting"),
                   ("acting", "received"), material.GiveMaterial, sentence="补了材料", is_primary=True, icon="upload"),
            Action("renew", "续授权", ("received", "acting"), ("asker",), effects.renewed, (), effects.Renew,
                   checks=(effects.check_authority,), notices=(NOTICE,), sentence="续授权到{until}", icon="clock"),
            Action("finish", "办好了", ("acting",), DESK, effects.finished, ("done",), effects.Result,
                   guards=(*HOLDS, effects.has_acted), notices=(NOTICE,), sentence="办好了：{text}", is_primary=True),
            Action("refuse", "不接", ("received", "acting"), DESK, effects.refused, ("refused",), Reason,
                   notices=(NOTICE,),
                   sentence="不接：{reason}", icon="x"),
            *appealing(("refused",), "acting", "handle"),
            *shared_acts(OPEN, EVERY, DESK, ("asker",)),
        ),
    )
)  # fmt: skip
