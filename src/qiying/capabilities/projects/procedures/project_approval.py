"""项目的一项审批: reviewed before the land is there; what is passed early is a shadow until the land is signed."""

from qiying.capabilities.projects.procedures.project_stage import PARTIES, part_acts
from qiying.capabilities.projects.rules.kinds import APPROVAL_LABELS
from qiying.capabilities.projects.services import parts
from qiying.capabilities.projects.services.common import NOTICE
from qiying.kernel.cases.standard import asking
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Procedure, State

LEAD = ("lead:handler", "lead:liaison", "lead:leader")
OPEN = ("reviewing", "evaluating", "shadow")
EVERY = (*OPEN, "valid", "refused", "lapsed")
MORE = Asked("more", "延长期限", "lead")
LIMIT = "各项审批的法定期限，绿色通道按区里承诺"

PROJECT_APPROVAL = PROCEDURES.register(
    Procedure(
        code="project_approval",
        version=1,
        label="项目审批",
        purpose="土地还没到手先预审：通过的是影子批文，土地签约当天转正发证；没转正的不能用。",
        number_prefix="XP",
        closes_by="decision",
        states=(
            State("reviewing", "审查中", "lead", sentence="受理了，正在审查"),
            State("evaluating", "评估中", "lead", sentence="正在评估，这段时间不计入期限"),
            State("shadow", "影子批文", sentence="预审通过了，土地签约那天自动转正，之前不能用"),
            State("valid", "生效", is_final=True, sentence="批文生效了，证照在下面"),
            State("refused", "不予", is_final=True, sentence="没有批，理由写在下面"),
            State("lapsed", "随项目终止", is_final=True, sentence="项目终止了"),
        ),
        initial="reviewing",
        opening=Action(
            "ask", "受理", (), ("system",), parts.approval_opened, ("reviewing",), parts.PartOpening,
            notices=(NOTICE,), sentence="受理了{kind}",
        ),
        actions=(
            Action("pass", "审查通过", ("reviewing",), LEAD, parts.approval_passed, ("shadow", "valid"), parts.Passed,
                   guards=(asking.no_open_request,), notices=(NOTICE,), sentence="审查通过：{number}",
                   is_conditional=True, is_primary=True),
            Action("refuse", "不予", ("reviewing",), LEAD, parts.refused, ("refused",), asking.Request,
                   guards=(asking.no_open_request,), notices=(NOTICE,), sentence="不予：{reason}", icon="x"),
            Action("evaluate", "委托评估", ("reviewing",), LEAD, parts.evaluated_from, ("evaluating",),
                   parts.Evaluation, sentence="评估{what}，不计入期限", icon="clock"),
            Action("evaluated", "评估完了", ("evaluating",), LEAD, parts.evaluated_to, ("reviewing",), parts.Done,
                   sentence="评估完了：{text}", is_primary=True),
            asking.request(MORE, ("reviewing",), LEAD, parts.prolong_asked, input=parts.Prolong,
                           guards=(asking.no_open_request,), suits=parts.may_prolong, icon="clock"),
            asking.decision(MORE, ("reviewing",), ("lead:leader",), parts.prolonged, judges=False),
            Action("use", "用这份批文", ("shadow", "valid"), ("firm", *LEAD, "track:tracker", "track:investment"),
                   parts.used, (), parts.Use, guards=(parts.is_valid_here,), sentence="拿去办{purpose}", icon="file"),
            Action("turn_valid", "转正", ("shadow",), ("system",), parts.turned_valid, ("valid",), asking.Request,
                   notices=(NOTICE,), sentence="影子批文转正：{reason}", is_conditional=True),
            *part_acts(OPEN, EVERY, parts.lapsed),
        ),
        deadlines=(
            Deadline("decide", "作出决定", "project.record", LIMIT, ("pass", "refuse"), has_cards=True,
                     is_promise=True),
            Deadline("law", "法定期限", "project.record", "法律规定的期限", ("pass", "refuse"), counts=False),
            Deadline("evaluate", "评估", "project.evaluate", "国务院令第673号：三十个工作日", ("evaluated",),
                     has_cards=True),
        ),
        kinds=APPROVAL_LABELS,
        outcomes={"valid": "生效", "refused": "不予", "lapsed": "随项目终止"},
        parties=PARTIES,
        extras=parts.PartExtras,
        approvals=(MORE,),
        asker_reads={
            "pass": ("number", "text"), "refuse": ("reason",), "evaluate": ("what",), "turn_valid": ("reason",),
        },
    )
)  # fmt: skip
