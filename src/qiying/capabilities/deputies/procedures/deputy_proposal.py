"""代表建议: one matter, accepted, assigned, talked over, answered with a code, judged by the deputies who moved it."""

from dataclasses import replace

from qiying.capabilities.deputies.services import letters
from qiying.capabilities.deputies.services import proposals as effects
from qiying.capabilities.deputies.services.common import NOTICE
from qiying.kernel.cases.entering import Reason, Text
from qiying.kernel.cases.standard import asking, ending, recording, reminding, writing
from qiying.kernel.cases.vocabulary import (
    PROCEDURES,
    Action,
    Asked,
    Deadline,
    LetterKind,
    Party,
    Procedure,
    State,
)

CONGRESS = ("congress:congress",)
LEAD = ("lead:handler", "lead:liaison", "lead:leader")
CO = ("co:handler", "co:liaison", "co:leader")
ANNULMENT = replace(ending.ANNULMENT, decided_by="congress")
RULES = "《浙江省…代表建议、批评和意见办理规定》(2016)，样例"
LAW = "《代表法》第五十一条"
OPEN = ("received", "handling", "answered")
EVERY = (*OPEN, "closed", "refused", "withdrawn", "voided")
RETURN = Asked("return", "退回（不归本单位办）", "congress")
LONGER = Asked("complex", "延长到 6 个月答复", "congress")
SILENT = Asked("unconfirmed", "按代表没有表态办结", "congress")

DEPUTY_PROPOSAL = PROCEDURES.register(
    Procedure(
        code="deputy_proposal",
        version=1,
        label="代表建议",
        purpose="代表建议：一事一议，7 日内受理交办，先沟通再答复，3 个月（复杂 6 个月）答复，代表评价，不满意再办。",
        number_prefix="JY",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待受理", "congress", sentence="收到了，人大机关正在审查",
                  by_side={"office": "代表提了建议，等人大机关审查交办"}),
            State("handling", "办理中", "lead", sentence="交办了，承办单位在办",
                  by_side={"office": "交办了，承办单位在办"}),
            State("answered", "等代表评价", "asker", sentence="答复了，请您评价",
                  by_side={"office": "答复了，等代表评价"}),
            State("closed", "已办结", is_final=True, sentence="办结了"),
            State("refused", "没有作为建议", is_final=True, sentence="没有作为建议受理，理由写在下面"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(
            Party("asker", "提建议的代表", "enterprise", ("asker",)),
            Party("congress", "人大机关", sees=("asker", "contact", "restricted")),
            Party("lead", "承办单位", sees=("asker", "contact", "restricted")),
            Party("co", "会办单位", sees=("asker",)),
        ),
        kinds={"proposal": "代表建议"},
        outcomes={**effects.VERDICTS, "unconfirmed": "代表没有表态", "refused": "没有作为建议", "withdrawn": "撤回",
                  "voided": "作废"},
        approvals=(RETURN, LONGER, SILENT, ANNULMENT),
        extras=effects.ProposalExtras,
        asker_reads={
            "assign": ("unit_id", "note"), "ask_complex": ("reason",), "decide_complex": ("decision",),
            "refuse": ("refusal", "reason"), "talk": ("way", "on", "text"),
            "answer": ("code", "text", "plan_on", "documents"),
            "send_back": ("reason",), "judge": ("verdict", "comment"), "issue_letter": ("number",),
        },
        deadlines=(
            Deadline("accept", "告知受理", "proposal.accept", f"收到后告知受理情况（{RULES}第十条）",
                     ("assign", "refuse", "withdraw"), unit="day", owed_by="congress", has_cards=True),
            Deadline("answer", "答复代表", "proposal.months", f"交办之日起三个月，复杂的六个月（{LAW}）",
                     ("answer", "decide_return", "withdraw"), unit="day", has_cards=True, is_promise=True),
            Deadline("co", "会办意见", "proposal.co_months", f"两个月内交承办单位（{RULES}第十八条）",
                     ("opinion", "decide_return", "withdraw"), unit="day", counts=False, owed_by="co", has_cards=True),
            Deadline("again", "再次答复", "proposal.again_months", f"不满意的一个月内再答复（{RULES}第二十四条）",
                     ("answer", "withdraw"), unit="day", has_cards=True, is_promise=True),
            Deadline("judge", "评价答复", "proposal.judge", "区县约定，样例", ("judge", "send_back",
                     "decide_unconfirmed"), unit="day", owed_by="asker"),
        ),
        letters=(
            LetterKind("assign", "交办函", letters.assignment),
            LetterKind("reply", "答复函", letters.reply, to="asker", needs=letters.is_answered),
        ),
        opening=Action(
            "propose", "提代表建议", (), ("deputy", "congress"), effects.opened, ("received",), effects.Opening,
            checks=(effects.check_opening,), part_of="oversight.proposal", whole=effects.proposal_submit,
            notices=(NOTICE,), sentence="提了建议：{title}", icon="edit",
        ),
        actions=(
            Action("assign", "受理并交办", ("received",), CONGRESS, effects.assigned, ("handling",), effects.Assign,
                   checks=(effects.check_assignment,), notices=(NOTICE,), sentence="受理，请{unit_id}承办：{note}",
                   is_primary=True),
            Action("refuse", "不作为建议", ("received",), CONGRESS, effects.refused, ("refused",), effects.Refuse,
                   notices=(NOTICE,), sentence="不作为建议：{refusal}，{reason}",
                   icon="x"),
            asking.request(RETURN, ("handling",), LEAD, guards=(asking.no_open_request, effects.within_return_days),
                           is_minor=True, icon="undo"),
            asking.decision(RETURN, ("handling",), CONGRESS, effects.returned, "received", judges=False),
            asking.request(LONGER, ("handling",), LEAD, guards=(asking.no_open_request, effects.is_simple),
                           is_minor=True, icon="clock"),
            asking.decision(LONGER, ("handling",), CONGRESS, effects.lengthened, judges=False, notices=(NOTICE,)),
            Action("talk", "记和代表的沟通", ("handling",), LEAD, effects.talked, (), effects.Talk,
                   checks=(effects.not_later,), sentence="{on} {way}沟通：{text}", is_primary=True, icon="users"),
            Action("opinion", "交会办意见", ("handling",), CO, effects.co_opinion, (), Text, notices=(NOTICE,),
                   sentence="会办意见：{text}", is_primary=True, icon="edit"),
            Action("answer", "答复代表", ("handling",), LEAD, effects.answered, ("answered",), effects.Reply,
                   guards=(effects.has_talked, asking.no_open_request), checks=(effects.check_reply,),
                   notices=(NOTICE,), sentence="答复（{code}）：{text}", is_primary=True),
            Action("judge", "评价答复", ("answered",), ("asker", *CONGRESS), effects.judged,
                   ("closed", "handling", "answered"), effects.Judge, guards=(effects.may_judge,),
                   checks=(effects.check_verdict,), judges=True, notices=(NOTICE,), is_conditional=True,
                   sentence="评价：{verdict}。{comment}", is_primary=True),
            Action("send_back", "退回再办", ("answered",), CONGRESS, effects.sent_back, ("handling",), Reason,
                   judges=True, notices=(NOTICE,), sentence="退回再办：{reason}", icon="undo"),
            asking.request(SILENT, ("answered",), CONGRESS,
                           guards=(asking.no_open_request, effects.silent_long_enough), is_minor=True, icon="clock"),
            asking.decision(SILENT, ("answered",), CONGRESS, effects.unconfirmed, "closed", notices=(NOTICE,)),
            ending.withdraw(("received", "handling"), "withdrawn", guards=()),
            recording.remark(EVERY, (*CONGRESS, *LEAD, *CO)),
            reminding.urging(OPEN, CONGRESS),
            reminding.receipt(EVERY, (*LEAD, *CO)),
            writing.issue(EVERY, (*CONGRESS, *LEAD, *CO)),
            *ending.annul(OPEN, "voided", asked_by=CONGRESS, decided_by=CONGRESS),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
