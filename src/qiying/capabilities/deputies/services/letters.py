"""Letters of a proposal: handed over to a unit, answered to the deputy."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.capabilities.deputies.rules import CODES
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish, day
from qiying.kernel.organisations.offers import provided


def is_answered(context: CaseContext) -> str | None:
    return None if context.current_answer is not None else "还没有答复"


def assignment(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return what is handed over, on which articles it stands, and until when an answer is due."""
    case, cited = file.case, provided("articles_cited")
    articles = "、".join(cited(f"case:{case.number}")) if cited is not None else ""
    return (
        f"现将代表建议“{case.title}”（{case.number}）交你单位研究办理。",
        f"依据：{articles}。" if articles else "",
        f"请在{day(case.promised_by)}以前书面答复，答复以前先和代表沟通。" if case.promised_by else "",
        "不归你单位办的，请在 10 日内写明理由退回。",
    )


def reply(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the answer to a deputy with its code."""
    answer, case = file.context.current_answer, file.case
    code = CODES.get(str(case.extras.get("code") or ""), "")
    return (
        f"您提出的“{case.title}”（{case.number}）收悉，现答复如下。",
        answer.text if answer else "",
        f"办理结果：{code}。" if code else "",
        "感谢您对我们工作的关心和支持。请您评价；不满意的，一个月内重新办理、再次答复。",
    )
