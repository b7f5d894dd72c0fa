"""共性难处呈报: what many enterprises told on visits, answered by the government on a clock."""

from pydantic import Field

from qiying.capabilities.visits.services import difficulties as effects
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Deadline, Party, Procedure, State

OPEN = ("submitted", "replied")
SUBMITTER = ("submitter:desk", "submitter:liaison", "submitter:leader", "submitter:deputy")
GOVERNMENT = ("government:liaison", "government:handler", "government:leader", "government:district_leader")


class Opening(ActionInput):
    title: str = entry("什么难处", max_length=120)
    text: str = entry("呈报内容", widget="textarea", min_length=10, max_length=3000)
    category: str = entry("类别", internal=True)
    firms: int = Field(0, title="几家企业", ge=0)
    unit_id: int = entry("呈报单位", source="units", internal=True)
    government_id: int = entry("谁答复", source="units", internal=True)


class Reply(ActionInput):
    text: str = entry("怎么办", widget="textarea", max_length=3000, help="怎么办、谁办、到什么时候")


class Again(ActionInput):
    reason: str = entry("哪里没答清楚", widget="textarea", min_length=4, max_length=300)


DIFFICULTY_SUBMISSION = PROCEDURES.register(
    Procedure(
        code="difficulty_submission",
        version=1,
        label="共性难处呈报",
        purpose="几家企业走访时都说到的难处，归成一件呈报政府，按时限答复。",
        number_prefix="CB",
        closes_by="decision",
        initial="submitted",
        states=(
            State("submitted", "等政府答复", "government", sentence="已经呈报，等政府答复"),
            State("replied", "答复了，等确认", "submitter", sentence="政府答复了，看是不是答清楚了"),
            State("closed", "已答复", is_final=True, sentence="答复清楚了"),
        ),
        parties=(Party("submitter", "呈报单位"), Party("government", "政府")),
        kinds={"difficulty": "共性难处"},
        outcomes={"answered": "答复了"},
        deadlines=(
            Deadline(
                "reply", "政府答复", "visit.submission_reply", "区县约定（样例）", ("reply",), owed_by="government",
                has_cards=True, is_promise=True,
            ),
        ),
        opening=Action(
            "open", "呈报", (), ("desk",), effects.opened, ("submitted",), Opening,
            part_of="difficulty_submit", notices=("difficulty_submitted",), sentence="呈报：{title}",
        ),
        actions=(
            Action(
                "reply", "答复", ("submitted",), GOVERNMENT, effects.replied, ("replied",), Reply,
                checks=(effects.check_reply,), notices=("difficulty_replied",), sentence="答复：{text}",
                is_primary=True,
            ),
            Action(
                "take", "答清楚了", ("replied",), SUBMITTER, effects.taken, ("closed",), sentence="答清楚了",
                is_primary=True,
            ),
            Action(
                "ask_again", "请再答复", ("replied",), SUBMITTER, effects.asked_again, ("submitted",), Again,
                notices=("difficulty_submitted",), sentence="请再答复：{reason}",
            ),
            Action(
                "urge", "催办", ("submitted",), SUBMITTER, reminding.urges("card"), (), reminding.Urge,
                notices=("card",), sentence="催了一次", is_minor=True, icon="bell",
            ),
            *recording.by_program((*OPEN, "closed"), OPEN),
        ),
    )
)  # fmt: skip
