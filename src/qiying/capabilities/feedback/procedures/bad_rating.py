"""差评整改: contacted within a workday, verified, put right on a clock, explained, or struck out by a second person.

国办发〔2019〕51号: 谁办理、谁负责; false or malicious ones are excluded after review; who rated is never named.
"""

from typing import Literal

from pydantic import Field

from qiying.capabilities.feedback.services import bad_ratings as effects
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import asking, recording, reminding
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Asked, Deadline, Party, Procedure, State

RULES = "国办发〔2019〕51号"
LEAD = ("lead:callback", "lead:desk", "lead:supervisor", "lead:liaison")
RATED = ("rated:handler", "rated:liaison", "rated:leader", "rated:desk")
SUPERVISOR = ("supervision:supervisor",)
OPEN = ("received", "verifying", "rectifying", "confirming", "excluding")
FINDINGS = {
    "simple": "属实，马上能改（5 个工作日）",
    "hard": "属实，复杂（15 个工作日）",
    "explain": "要求没有依据，解释清楚",
    "exclude": "虚假或恶意，申请剔除",
}


class Opening(ActionInput):
    unit_id: int = entry("被评单位", source="units", internal=True)
    lead_id: int = entry("谁来核实", source="units", internal=True)
    supervision_ids: list[int] = Field(
        default_factory=list, title="督查单位", json_schema_extra={"internal": True}
    )
    asker_key: str = entry("谁评的", default="", internal=True, tells_asker="id")
    is_named: bool = entry("能不能回访", internal=True)
    matter: str = entry("评的什么事", internal=True, max_length=120)


class Contact(recording.ContactEntry):
    """What was said on the phone betrays who said it: the rated do not read it."""

    note: str = entry(
        "说了什么", default="", widget="textarea", personal=True, tells_asker="id", max_length=1000
    )


class Finding(ActionInput):
    finding: Literal["simple", "hard", "explain", "exclude"] = entry(
        "核实下来", choices=FINDINGS, widget="radio"
    )
    reason: str = entry(
        "查到什么", widget="textarea", max_length=600, help="属实的发给被评单位，解释的发给差评人"
    )


class Rectified(ActionInput):
    text: str = entry(
        "改了什么", widget="textarea", max_length=1000, help="核实人看过以后告诉差评人，不要写猜测是谁评的"
    )


class Confirm(ActionInput):
    decision: Literal["approved", "refused"] = entry(
        "整改", choices={"approved": "改好了，办结", "refused": "没改好，退回"}, widget="radio"
    )
    note: str = entry("意见", default="", widget="textarea", max_length=300, help="退回的要写哪里没改好")


BAD_RATING = PROCEDURES.register(
    Procedure(
        code="bad_rating",
        version=1,
        label="差评整改",
        purpose="办完事的差评：1 个工作日内联系，核实属实的限期整改，没有依据的解释清楚，虚假恶意的复核剔除。",
        number_prefix="CP",
        closes_by="decision",
        initial="received",
        states=(
            State("received", "待联系", "lead", sentence="收到了，正在联系评价的人"),
            State("verifying", "核实中", "lead", sentence="正在核实"),
            State("rectifying", "整改中", "rated", sentence="属实，单位正在整改"),
            State("confirming", "等确认整改", "lead", sentence="整改完了，正在确认"),
            State("excluding", "等复核剔除", "supervision", sentence="正在复核"),
            State("closed", "已办结", is_final=True, sentence="办结了"),
        ),
        parties=(
            Party("asker", "评价的人", "enterprise", ("asker",)),
            Party("lead", "核实单位", sees=("asker", "contact", "restricted")),
            Party("rated", "被评单位"),
            Party("supervision", "督查部门", sees=("asker", "contact", "restricted")),
        ),
        kinds={"rating": "差评"},
        outcomes={"rectified": "整改好了", "explained": "解释说明", "annulled": "复核后剔除"},
        approvals=(Asked("exclude", "剔除这条差评"),),
        asker_reads={"rectified": ("text",)},
        deadlines=(
            Deadline(
                "contact", "联系差评人", "rating.contact", f"1 个工作日内联系（{RULES}、地方条例）",
                ("contact", "verify"), has_cards=True,
            ),
            Deadline("verify", "核实", "rating.verify", f"联系后核实（{RULES}）", ("verify",), has_cards=True),
            Deadline("rectify", "整改", "rating.rectify", f"属实的限期整改（{RULES}）", ("rectified",), owed_by="rated",
                     has_cards=True, is_promise=True),
        ),
        opening=Action(
            "open", "收到差评", (), ("system",), effects.opened, ("received", "verifying"), Opening,
            part_of="feedback.rating", is_conditional=True, notices=("bad_rating_received",), sentence="收到一条差评",
        ),
        actions=(
            Action(
                "confirm", "确认整改", ("confirming",), LEAD, effects.confirmed, ("closed", "rectifying"), Confirm,
                guards=(effects.rectified_by_other,), notices=("bad_rating_to_rectify", "bad_rating_answered"),
                sentence="确认整改：{decision}", is_conditional=True, is_primary=True,
            ),
            Action(
                "contact", "联系差评人", ("received", "verifying", "confirming"), LEAD, effects.contacted,
                ("verifying",), Contact, guards=(effects.is_named,), sentence="{method}联系差评人",
                icon="phone", is_conditional=True, is_primary=True,
            ),
            Action(
                "verify", "核实", ("received", "verifying"), LEAD, effects.verified,
                ("rectifying", "excluding", "closed"), Finding, guards=(effects.rectified_by_other,),
                checks=(effects.check_reason,), sentence="核实：{finding}",
                notices=("bad_rating_to_rectify", "bad_rating_answered", "asked"),
                is_conditional=True, is_primary=True,
            ),
            Action(
                "rectified", "说改了什么", ("rectifying",), RATED, effects.rectified, ("confirming",), Rectified,
                notices=("bad_rating_rectified",), sentence="说改了什么", is_primary=True,
            ),
            Action(
                "exclude", "复核剔除", ("excluding",), SUPERVISOR, effects.excluded, ("closed", "verifying"),
                asking.Decide, guards=(asking.has_request("exclude"), asking.not_own_request("exclude")),
                notices=("decided",),
                sentence="复核剔除：{decision}", is_conditional=True, is_primary=True, decides="exclude",
            ),
            Action(
                "urge", "催办", ("rectifying",), (*LEAD, *SUPERVISOR), reminding.urges("card"), (), reminding.Urge,
                notices=("card",), sentence="催了一次", is_minor=True, icon="bell",
            ),
            *recording.by_program((*OPEN, "closed"), OPEN),
        ),
    )
)  # fmt: skip
