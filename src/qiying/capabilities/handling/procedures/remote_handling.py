"""异地通办: two desks of the alliance, one takes in and one handles, with the result sent back."""

from qiying.capabilities.handling.services import remote as effects
from qiying.capabilities.handling.services.common import (
    APPEAL_CLOCK,
    APPEAL_READS,
    APPEALED,
    ASKER,
    CENTRE,
    KNOWS,
    NOTICE,
    SUPERVISION,
    appealing,
    closing_letter,
    is_answered,
    shared_acts,
)
from qiying.kernel.cases.entering import Reason, Text
from qiying.kernel.cases.standard import material, recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

SENDER = ("sender:desk", "sender:partner")
HANDLER = ("handler:desk", "handler:partner")
LEAD = ("lead:handler", "lead:liaison", "lead:leader")
OPEN = ("sent", "handling", "waiting_material")
EVERY = (*OPEN, "done", "refused", "appealed", "withdrawn")

REMOTE_HANDLING = PROCEDURES.register(
    Procedure(
        code="remote_handling",
        version=1,
        label="异地通办",
        purpose="人在外地，事在家里办：伙伴地区的窗口收件，另一头的窗口办，结果寄回去。",
        number_prefix="YD",
        closes_by="decision",
        initial="sent",
        states=(
            State("sent", "等对方接下", "handler", sentence="发过去了，等对方窗口接下"),
            State("handling", "办理中", "handler", sentence="对方窗口接下了，正在办"),
            State("waiting_material", "等补材料", "sender", sentence="收件窗口在补材料"),
            State("done", "办好了", is_final=True, sentence="办好了，结果寄回来"),
            State("refused", "办不了", is_final=True, sentence="异地办不了，理由写在下面"),
            APPEALED,
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            ASKER,
            Party("sender", "收件窗口", sees=KNOWS),
            Party("handler", "办理窗口", sees=KNOWS),
            Party("lead", "办理单位", sees=KNOWS),
            CENTRE,
            SUPERVISION,
        ),
        kinds={"remote_in": "外地的人在本区办", "remote_out": "本区企业在外地办"},
        outcomes={"done": "办好了", "refused": "办不了", "withdrawn": "撤回", "voided": "作废"},
        rated_in=("done",),
        extras=effects.RemoteExtras,
        asker_reads={
            "take": (), "request_material": ("items", "basis"), "give_material": (),
            "finish": ("text", "sent_by", "documents"), "refuse": ("reason",), **APPEAL_READS,
        },
        deadlines=(
            Deadline("take", "接下", "remote.take", "收到后接下（联盟约定）", ("take", "refuse"), owed_by="handler",
                     has_cards=True),
            Deadline("handle", "办理", "remote.handle", "接下后办好（联盟约定）", ("finish", "refuse"),
                     owed_by="handler",
                     has_cards=True, is_promise=True),
            Deadline("material", "补材料", "matter.material", "《优化营商环境条例》第三十六条：一次性告知",
                     ("give_material",), counts=False, owed_by="sender"),
            APPEAL_CLOCK,
        ),
        letters=(closing_letter("result", "异地通办结果告知书", is_answered),),
        opening=Action(
            "open", "异地通办", (), ("clerk", "desk", "partner"), effects.opened, ("sent",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="发起：{title}",
        ),
        actions=(
            Action("take", "接下", ("sent",), HANDLER, effects.taken, ("handling",), notices=(NOTICE,),
                   sentence="接下了",
                   is_primary=True),
            Action("hand_on", "转给部门", ("handling",), HANDLER, effects.handed_on, (), effects.HandOn,
                   checks=(effects.check_hand_on,), notices=(NOTICE,), sentence="转给{unit_id}", icon="user"),
            Action("message", "给对方窗口留言", OPEN, (*SENDER, *HANDLER), recording.inward, (), Text,
                   sentence="{text}",
                   icon="mail"),
            Action("request_material", "请补材料", ("handling",), (*HANDLER, *LEAD), material.request,
                   ("waiting_material",), material.RequestMaterial, guards=(material.not_asked,),
                   sentence="一次性告知要补的材料", icon="file"),
            Action("give_material", "补材料", ("waiting_material",), (*SENDER, "asker"),
                   lambda act: material.give(act, "handling"), ("handling",), material.GiveMaterial,
                   sentence="补了材料",
                   is_primary=True, icon="upload"),
            Action("finish", "办好了", ("handling",), (*HANDLER, *LEAD), effects.finished, ("done",), effects.Result,
                   notices=(NOTICE,), sentence="办好了：{text}", is_primary=True),
            Action("refuse", "办不了", ("sent", "handling"), HANDLER, effects.refused, ("refused",), Reason,
                   notices=(NOTICE,), sentence="办不了：{reason}", icon="x"),
            *appealing(("refused",), "handling", "handle", ("asker", *SENDER)),
            *shared_acts(OPEN, EVERY, (*HANDLER, *LEAD), ("asker", *SENDER)),
        ),
    )
)  # fmt: skip
