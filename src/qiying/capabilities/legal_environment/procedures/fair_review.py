"""公平竞争审查: examined by the drafter, concluded by another person, an opinion of 市场监管 for the government's."""

from qiying.capabilities.legal_environment.models import Measure
from qiying.capabilities.legal_environment.services import reviews as effects
from qiying.capabilities.legal_environment.services.common import (
    KNOWS,
    NOTICE,
    shared_acts,
    standings,
    withdrawn_by,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, LetterKind, Party, Procedure, State

LEAD, REVIEW = standings("lead"), standings("review")
OPEN = ("self", "opining", "revising")
EVERY = (*OPEN, "passed", "failed", "withdrawn", "voided")
LAW = "《公平竞争审查条例》"

FAIR_REVIEW = PROCEDURES.register(
    Procedure(
        code="fair_review",
        version=1,
        label="公平竞争审查",
        purpose="每项政策措施出台以前都审：起草单位自查、另一个人下结论；区政府的还要市场监管局出意见，没通过不能出台。",
        number_prefix="GP",
        closes_by="decision",
        initial="self",
        states=(
            State("self", "等本单位结论", "lead", sentence="自查写好了，等起草单位另一个人下结论"),
            State("opining", "等市场监管局意见", "review", sentence="起草单位认为符合标准，等市场监管局出意见"),
            State("revising", "退改", "lead", sentence="要改，等起草单位改好再审"),
            State("passed", "通过", is_final=True, sentence="符合公平竞争审查标准，可以出台"),
            State("failed", "没通过", is_final=True, sentence="违反公平竞争审查标准，不能出台"),
            State("withdrawn", "已撤回", is_final=True, sentence="起草单位撤回了"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(Party("lead", "起草单位", sees=KNOWS), Party("review", "市场监管局", sees=KNOWS)),
        kinds=dict(Measure.Kind.choices),
        outcomes={"passed": "通过", "failed": "没通过", "withdrawn": "撤回", "voided": "作废"},
        extras=effects.ReviewExtras,
        deadlines=(
            Deadline("opinion", "出审查意见", "fair.opinion", f"收到自查结论以后（{LAW}第十四条，天数区县约定）",
                     ("opine",), has_cards=True, is_promise=True, owed_by="review"),
        ),
        letters=(LetterKind("result", "公平竞争审查结论", effects.result_letter, needs=effects.is_concluded),),
        opening=Action(
            "open", "提公平竞争审查", (), effects.DRAFTERS, effects.opened, ("self",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="自查：{self_review}", icon="edit",
        ),
        actions=(
            Action("conclude", "下自查结论", ("self",), LEAD, effects.concluded,
                   ("opining", "passed", "revising", "failed"), effects.Conclusion, guards=(effects.not_own_draft,),
                   is_conditional=True, notices=(NOTICE,), sentence="自查结论：{result}。{text}", is_primary=True),
            Action("opine", "出审查意见", ("opining",), REVIEW, effects.opined, ("passed", "revising", "failed"),
                   effects.Conclusion, judges=True, is_conditional=True, notices=(NOTICE,),
                   sentence="审查意见：{result}。{text}", is_primary=True),
            Action("revise", "改好再审", ("revising",), LEAD, effects.revised, ("self",), effects.Draft,
                   checks=(effects.check_draft,), notices=(NOTICE,), sentence="改好了：{self_review}", is_primary=True,
                   icon="edit"),
            *shared_acts(OPEN, EVERY, (*LEAD, *REVIEW), REVIEW, (withdrawn_by(OPEN, *LEAD),)),
        ),
    )
)  # fmt: skip
