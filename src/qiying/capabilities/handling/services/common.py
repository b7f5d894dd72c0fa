"""What the centre's procedures share: who takes part, who is told, contesting, and the acts that all have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Literal

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, Reason, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.standard import asking, ending, recording, reminding, writing
from qiying.kernel.cases.vocabulary import Action, Deadline, LetterKind, Party, Sees, State
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import units_with

NOTICE = "centre_matter"
told = tells(NOTICE)
KNOWS: tuple[Sees, ...] = ("asker", "contact", "restricted")
ASKER = Party("asker", "企业", "enterprise", ("asker",))
CENTRE = Party("centre", "企服中心", sees=KNOWS)
SUPERVISION = Party("supervision", "督查部门", sees=KNOWS)
DESK = ("centre:desk",)
BRANCH = "centre_branch"
declare_function(BRANCH, "企服中心行业分中心")
SUPERVISOR = ("supervision:supervisor",)
APPEALED = State("appealed", "复核中", "supervision", sentence="您申请了复核，督查部门在看")
APPEAL_CLOCK = Deadline(
    "appeal", "复核", "matter.appeal", "收到复核申请后答复（区县承诺）", ("decide_appeal",), has_cards=True,
    owed_by="supervision",
)  # fmt: skip
APPEAL_READS: dict[str, tuple[str, ...]] = {"appeal": ("reason",), "decide_appeal": ("decision", "finding")}


class MatterExtras(Extras):
    """What every matter of the centre keeps."""

    was_state: str = ""
    was_outcome: str = ""


class DecideAppeal(ActionInput):
    decision: Literal["again", "stands"] = entry(
        "决定", choices={"again": "重新办", "stands": "维持"}, widget="radio"
    )
    finding: str = entry("查明的情况", widget="textarea", min_length=4, max_length=600)


# --- who takes part ------------------------------------------------------------------------------


def centre_of(district_id: int) -> int | None:
    """Return the unit that keeps the hall, else one whose work it is."""
    hall = provided("hall_unit")
    return (hall and hall(district_id)) or next(
        iter((*units_with(district_id, "service_centre"), *units_with(district_id, "desk"))), None
    )


def check_asker(act: Act) -> Iterable[tuple[str, str]]:
    """A matter is an enterprise's own, or is written down for one by somebody who sees it."""
    wanted = act.data.enterprise_id or min(act.viewer.enterprise_ids, default=None)
    row = enterprises_visible_to(act.viewer).filter(pk=wanted or 0).first()
    if row is None or row.district_id != act.case.district_id:
        yield "enterprise_id", "请选哪家企业的事"
    if centre_of(act.case.district_id) is None:
        yield "title", "本区还没有设服务中心，请运维在单位里设"
    act.enterprise = row


def opened_for(act: Act, centre: int | None = None, **fields: object) -> None:
    """Set what every matter starts with: the enterprise asks, the centre has it, supervision may look."""
    row, unit = act.enterprise, centre or centre_of(act.case.district_id)
    act.set(title=act.data.title, lead_unit_id=unit, **fields)
    if row is not None:
        act.set(enterprise_id=row.pk)
        act.party_add(f"e:{row.pk}", "asker")
    act.party_add(f"u:{unit}", "centre")
    for supervision in units_with(act.case.district_id, "supervision")[:1]:
        act.party_add(f"u:{supervision}", "supervision")
    act.index_text = f"{act.case.number}\n{act.data.title}"
    act.count("received")


# --- contesting ----------------------------------------------------------------------------------


def within_appeal_days(context: CaseContext) -> str | None:
    """A refusal is contested within its days, once."""
    if any(c.kind == "appeal" for c in context.clocks):
        return "已经复核过一次。还不同意，可以申请行政复议或提起诉讼"
    closed, district_id = context.case.closed_on, context.case.district_id
    days = int(parameter("matter.appeal_within", district_id=district_id, on=context.today))
    if closed is not None and context.today > closed + timedelta(days=days):
        return f"办结已经超过 {days} 天，不能再申请复核"
    return None


def _appealed(act: Act) -> None:
    act.set_extras(was_state=act.from_state, was_outcome=act.case.outcome)
    act.clock_start("appeal", words="从申请复核当天算起")
    act.count("appealed")
    told(act, "申请复核", act.data.reason, "supervision")


def _appeal_decided(back: str, clock: str) -> Callable[[Act], None]:
    def effect(act: Act) -> None:
        act.stop("appeal")
        extras = MatterExtras.of(act.case)
        if act.data.decision == "again":
            act.go(back)
            act.clock_start(clock, words="复核决定重新办")
            told(act, "复核：重新办", act.data.finding, "asker", act.state.turn)
        else:
            act.go(extras.was_state)
            act.set(outcome=extras.was_outcome)
            told(act, "复核：维持", f"{act.data.finding} 还不同意，可以依法申请行政复议或提起诉讼。", "asker")

    return effect


def appealing(
    ends: tuple[str, ...], back: str, clock: str, by: tuple[str, ...] = ("asker",)
) -> tuple[Action, ...]:
    """Return the acts by which an ending is contested before supervision and decided there, once."""
    return (
        Action(
            "appeal", "申请复核", ends, by, _appealed, ("appealed",), Reason, guards=(within_appeal_days,),
            notices=(NOTICE,), sentence="申请复核：{reason}", icon="flag",
        ),
        Action(
            "decide_appeal", "决定复核", ("appealed",), SUPERVISOR, _appeal_decided(back, clock), (back, *ends),
            DecideAppeal, notices=(NOTICE,), judges=True, is_conditional=True, sentence="复核：{decision}。{finding}",
            is_primary=True,
        ),
    )  # fmt: skip


# --- what every procedure of the centre has -------------------------------------------------------


def shared_acts(
    open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...], withdrawn_by: tuple[str, ...]
) -> tuple[Action, ...]:
    """Return taking back, urging, receipts, remarks, letters, and what programs do."""
    running, offices = (*open_, "appealed"), (*handles, *SUPERVISOR)
    return (
        ending.withdraw(open_, "withdrawn", by=withdrawn_by, guards=()),
        Action("void", "作废", open_, ("import",), _voided, ("withdrawn",), asking.Request, sentence="作废：{reason}",
               is_minor=True, icon="trash"),
        reminding.urging(open_, (*DESK, *SUPERVISOR)),
        reminding.receipt(every, handles),
        recording.remark(every, offices),
        writing.issue(every, handles),
        *recording.by_program(every, running),
    )  # fmt: skip


def _voided(act: Act) -> None:
    act.set(outcome="voided")


def closing_letter(code: str, label: str, needs: Callable[[CaseContext], str | None]) -> LetterKind:
    """Return the letter that tells who asked how a matter ended."""
    return LetterKind(code, label, _closing_text, to="asker", needs=needs)


def _closing_text(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    answer, case = file.context.current_answer, file.case
    asked = case.received_on
    words = [f"贵单位{asked.year}年{asked.month}月{asked.day}日提出的“{case.title}”，现将结果书面告知如下。"]
    if answer is not None:
        words.append(answer.text)
    return [*words, "对结果有不同意见的，可以向督查部门申请复核，也可以依法申请行政复议或者提起行政诉讼。"]


def is_answered(context: CaseContext) -> str | None:
    """A result is written of when there is one."""
    return None if context.current_answer is not None else "还没有结果，办出结果再写"
