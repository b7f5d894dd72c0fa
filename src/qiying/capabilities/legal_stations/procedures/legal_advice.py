"""法律咨询: a firm asks a lawyer of a station in confidence; answered, passed on to mediation or the pool."""

from qiying.capabilities.legal_stations.rules import KINDS
from qiying.capabilities.legal_stations.services import advising
from qiying.capabilities.legal_stations.services.advising import NOTICE
from qiying.kernel.cases.standard import ending, recording
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

ASKER, LAWYER = ("asker",), ("lawyer",)
OPEN = ("asked", "advised")
EVERY = (*OPEN, "closed", "withdrawn")

LEGAL_ADVICE = PROCEDURES.register(
    Procedure(
        code="legal_advice",
        version=1,
        label="法律咨询",
        purpose="问室站的值班律师：职务侵占、劳动纠纷、合同履行、电信诈骗。保密，只有您和律师看得到；可以转调解、提诉求。",
        number_prefix="LS",
        closes_by="decision",
        initial="asked",
        states=(
            State("asked", "等律师答复", "lawyer", sentence="问了律师，等答复",
                  by_party={"lawyer": "企业在问您，请答复"}),
            State("advised", "律师答复了", "asker", sentence="律师答复了：够了就办结，不够再问，也可以转调解或者提诉求",
                  by_party={"lawyer": "答复了，等企业看"}),
            State("closed", "办结", is_final=True, sentence="办结了"),
            State("withdrawn", "已撤回", is_final=True, sentence="已撤回"),
        ),
        parties=(
            Party("asker", "企业", "enterprise", ("asker", "restricted")),
            Party("lawyer", "值班律师", "person", ("asker", "contact", "restricted")),
        ),
        kinds=KINDS,
        outcomes={"answered": "问清楚了", "to_pool": "转成诉求", "to_mediation": "转调解", "withdrawn": "撤回"},
        rated_in=("closed",),
        extras=advising.AdviceExtras,
        asker_reads={
            "ask": ("kind", "text", "advice"), "advise": ("text", "documents"), "ask_more": ("text",),
            "to_pool": ("number",), "to_mediation": ("number",), "finish": (),
        },
        deadlines=(
            Deadline("advise", "律师答复", "legal_stations.advise", "收到后答复（区县约定，样例）",
                     ("advise", "withdraw"), owed_by="lawyer", is_promise=True),
        ),
        opening=Action(
            "ask", "问律师", (), ("clerk", "lawyer"), advising.opened, OPEN, advising.Asking, notices=(NOTICE,),
            part_of="legal_stations.ask", whole=advising.advice_open, is_conditional=True, sentence="问律师",
            icon="help",
        ),
        actions=(
            Action("advise", "答复", ("asked",), LAWYER, advising.advised, ("advised",), advising.Advice,
                   notices=(NOTICE,), shows=(advising.first_step,), sentence="律师答复：{text}", is_primary=True),
            Action("ask_more", "再问", ("advised",), ASKER, advising.asked_more, ("asked",), advising.More,
                   notices=(NOTICE,), sentence="再问：{text}", icon="help"),
            Action("finish", "问清楚了", ("advised",), ASKER, advising.finished, ("closed",), sentence="问清楚了",
                   is_primary=True),
            Action("to_mediation", "转调解", ("advised",), ASKER, advising.passed, ("closed",), advising.ToMediation,
                   part_of="legal_stations.to_mediation", whole=advising.to_mediation, notices=(NOTICE,),
                   sentence="转了调解 {number}", icon="users"),
            Action("to_pool", "提成诉求", ("advised",), ASKER, advising.passed, ("closed",), advising.ToPool,
                   part_of="legal_stations.to_pool", whole=advising.to_pool, notices=(NOTICE,),
                   sentence="提成了诉求 {number}", icon="flag"),
            ending.withdraw(OPEN, "withdrawn", guards=()),
            *recording.by_program(EVERY, OPEN),
        ),
    )
)  # fmt: skip
