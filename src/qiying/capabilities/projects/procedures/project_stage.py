"""八办的一段: what one of the eight offices does in a project, with its owner and its clock."""

from qiying.capabilities.projects.rules.kinds import OFFICE_LABELS
from qiying.capabilities.projects.services import parts
from qiying.kernel.cases.standard import asking, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Effect, Party, Procedure, State

LEAD = ("lead:handler", "lead:liaison", "lead:leader", "lead:investment", "lead:supervisor")
TRACK = ("track:tracker", "track:investment")
PARTIES = (
    Party("firm", "项目企业", "enterprise"),
    Party("lead", "办理单位"),
    Party("track", "跟踪员、招商单位"),
)


def part_acts(open_: tuple[str, ...], every: tuple[str, ...], lapse: Effect) -> tuple[Action, ...]:
    """Return what every part of a project takes: who follows it, its end with the project, remarks, urging."""
    return (
        Action("follow", "多一方看到", open_, ("system",), parts.followed, (), parts.Followed, sentence="项目多了一方",
               is_minor=True),
        Action("lapse", "随项目终止", open_, ("system",), lapse, ("lapsed",), asking.Request,
               sentence="项目终止：{reason}"),
        Action("void", "作废", open_, ("import",), lapse, ("lapsed",), asking.Request, sentence="作废：{reason}"),
        recording.remark(every, (*LEAD, *TRACK)),
        reminding.urging(open_, TRACK),
        reminding.receipt(every, LEAD),
        *recording.by_program(every, open_),
    )  # fmt: skip


PROJECT_STAGE = PROCEDURES.register(
    Procedure(
        code="project_stage",
        version=1,
        label="项目推进（一办）",
        purpose="八办里一个办的那一段：谁的、哪天前、办成什么样。",
        number_prefix="XB",
        closes_by="decision",
        states=(
            State("doing", "在办", "lead", sentence="正在办"),
            State("done", "办完了", is_final=True, sentence="这一段办完了"),
            State("lapsed", "随项目终止", is_final=True, sentence="项目终止了，不用再办"),
        ),
        initial="doing",
        opening=Action(
            "give", "分给一个办", (), ("system",), parts.stage_opened, ("doing",), parts.PartOpening,
            sentence="{kind}收到了",
        ),
        actions=(
            Action("finish", "办完了", ("doing",), LEAD, parts.stage_done, ("done",), parts.Done,
                   sentence="办完了：{text}", is_primary=True),
            *part_acts(("doing",), ("doing", "done", "lapsed"), parts.lapsed),
        ),
        deadlines=(
            Deadline("part", "办完这一段", "project.part", "八办各自的天数（样例）", ("finish",), has_cards=True,
                     is_promise=True),
        ),
        kinds=OFFICE_LABELS,
        outcomes={"done": "办完", "lapsed": "随项目终止"},
        parties=PARTIES,
        extras=parts.PartExtras,
        asker_reads={"finish": ("text",)},
    )
)  # fmt: skip
