"""年度述法: given to a leader by a day, written by him, passed by another person, published within his unit."""

from qiying.capabilities.study.services import reports as effects
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

REVIEW = ("review:law_officer", "review:leader")
OPEN = ("writing", "reviewing", "revising")
EVERY = (*OPEN, "published", "voided")
LAW = "《党政主要负责人履行推进法治建设第一责任人职责规定》，日子区县定"

LAW_REPORT = PROCEDURES.register(
    Procedure(
        code=effects.PROCEDURE,
        version=1,
        label="年度述法",
        purpose="领导每年述法：到期前写好，另一个人审核，通过以后在本单位公开。",
        number_prefix="SF",
        closes_by="decision",
        initial="writing",
        states=(
            State("writing", "在写", "author", sentence="等述法人写好交审"),
            State("reviewing", "在审", "review", sentence="交审了，等普法牵头单位审核"),
            State("revising", "退改", "author", sentence="审核退回来了，等述法人改好再交"),
            State("published", "已公开", is_final=True, sentence="审核通过，在本单位公开了"),
            State("voided", "作废", is_final=True, sentence="布置错了或者换了人，作废了"),
        ),
        parties=(
            Party("author", "述法人", sees=("restricted",)),
            Party("review", "审核单位", sees=("restricted",)),
            Party("body", "本单位"),
        ),
        kinds={"year": "年度述法"},
        outcomes={"published": "已公开", "voided": "作废"},
        extras=effects.ReportExtras,
        deadlines=(
            Deadline("report", "写好交审", "law_report.due", f"布置时定的日子（{LAW}）", ("submit", "void"), unit="day",
                     is_promise=True, owed_by="author"),
            Deadline("again", "改好再交", "law_report.again", "退改以后几天内再交（区县规矩）", ("submit", "void"),
                     owed_by="author"),
            Deadline("review", "审核", "law_report.review", "交审以后几天内审完（区县规矩）",
                     ("publish", "send_back", "void"), has_cards=True, owed_by="review"),
        ),
        opening=Action("give", "布置述法", (), ("law_officer",), effects.given, ("writing",), effects.Given,
                       checks=(effects.check_given,), part_of="study.reports", notices=(effects.NOTICE,),
                       sentence="布置了 {year} 年述法，{due_on}前交", icon="edit"),
        actions=(
            Action("submit", "交审", ("writing", "revising"), ("author",), effects.submitted, ("reviewing",),
                   effects.Written, notices=(effects.NOTICE,), sentence="交审了", is_primary=True, icon="send"),
            Action("publish", "通过，在本单位公开", ("reviewing",), REVIEW, effects.published, ("published",),
                   effects.Said, guards=(effects.not_own,), judges=True, notices=(effects.NOTICE,),
                   sentence="审核通过：{text}", is_primary=True),
            Action("send_back", "退改", ("reviewing",), REVIEW, effects.returned, ("revising",), effects.Said,
                   guards=(effects.not_own,), judges=True, notices=(effects.NOTICE,), sentence="退改：{text}",
                   icon="undo"),
            Action("void", "作废", OPEN, REVIEW, effects.voided, ("voided",), effects.Said, guards=(effects.not_own,),
                   notices=(effects.NOTICE,), sentence="作废：{text}", is_minor=True, icon="trash"),
            Action("urge", "催交", ("writing", "revising"), REVIEW, effects.urged, (), effects.Said,
                   notices=(effects.NOTICE,), sentence="催交：{text}", icon="bell"),
            reminding.receipt(EVERY, REVIEW),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
