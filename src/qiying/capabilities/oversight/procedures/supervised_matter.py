"""监督事项: on one of three routes, chosen by the district's lists; the congress writes off or sends back."""

from qiying.capabilities.oversight.models.routes import ROUTES
from qiying.capabilities.oversight.services import letters
from qiying.capabilities.oversight.services import routes as effects
from qiying.capabilities.oversight.services.common import (
    ANNULMENT,
    CONGRESS,
    CONGRESS_PARTY,
    LEAD,
    LEAD_PARTY,
    NOTICE,
    not_later,
    shared_acts,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, LetterKind, Party, Procedure, State

OFFICIAL = ("official",)
OPEN = ("handling", "objected", "answered")
EVERY = (*OPEN, "closed", "voided")
LOCAL = "区县约定，样例"

SUPERVISED_MATTER = PROCEDURES.register(
    Procedure(
        code="supervised_matter",
        version=1,
        label="监督事项",
        purpose="三类督办：热点问题归口办，重点问题领衔办，法律问题依法办；结果由人大机关审核，没解决的退回。",
        number_prefix="RD",
        closes_by="decision",
        initial="handling",
        states=(
            State("handling", "办理中", "lead", sentence="人大交办了，承办单位在办"),
            State("objected", "等决定", "lead", sentence="人大对强制措施提出异议，等作出措施的单位决定"),
            State("answered", "等审核", "congress", sentence="承办单位给了结果，等人大审核"),
            State("closed", "办结", is_final=True, sentence="人大审核过，办结了"),
            State("voided", "作废", is_final=True, sentence="已作废"),
        ),
        parties=(CONGRESS_PARTY, LEAD_PARTY, Party("official", "领衔领导", sees=("asker",))),
        kinds=ROUTES,
        outcomes={"solved": "解决了", "voided": "作废"},
        approvals=(ANNULMENT,),
        extras=effects.MatterExtras,
        deadlines=(
            Deadline("result", "给结果", "oversight.result", f"清单上写的时间（{LOCAL}）", ("answer",),
                     has_cards=True, is_promise=True),
            Deadline("decide", "决定异议", "oversight.decide", f"收到异议以后决定（{LOCAL}）", ("decide_objection",),
                     has_cards=True),
        ),
        letters=(LetterKind("assign", "交办函", letters.assignment),),
        opening=Action(
            "open", "登记监督事项", (), ("congress",), effects.opened, ("handling",), effects.Opening,
            checks=(effects.check_opening,), notices=(NOTICE,), sentence="交办：{text}", icon="edit",
        ),
        actions=(
            Action("coordinate", "记一次协调会", ("handling",), (*CONGRESS, *OFFICIAL, *LEAD), effects.met, (),
                   effects.Meeting, suits=effects.is_led, checks=(not_later,),
                   sentence="{on} 协调会：{text}", icon="users"),
            Action("object", "提出异议", ("handling",), CONGRESS, effects.objected, ("objected",), effects.Objection,
                   suits=effects.is_legal, notices=(NOTICE,), sentence="认为措施不当：{reason}", icon="flag"),
            Action("decide_objection", "决定异议", ("objected",), ("lead:leader",), effects.decided, ("handling",),
                   effects.Decided, notices=(NOTICE,), sentence="{decision}：{reason}", is_primary=True),
            Action("answer", "给结果", ("handling",), LEAD, effects.answered, ("answered",), effects.Result,
                   notices=(NOTICE,), sentence="结果：{text}", is_primary=True),
            Action("judge", "审核结果", ("answered",), CONGRESS, effects.judged, ("closed", "handling"),
                   effects.Judged, judges=True, is_conditional=True, notices=(NOTICE,),
                   sentence="{result}：{text}", is_primary=True),
            *shared_acts(OPEN, EVERY, LEAD, "voided"),
        ),
    )
)  # fmt: skip
