"""The letter of a supervised matter."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.capabilities.oversight.selectors.basis import citations_of
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish, day


def assignment(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return what is handed over, on which articles it stands, and until when an answer is due."""
    case = file.case
    cited = "、".join(str(c.article) for c in citations_of(f"case:{case.number}"))
    due = f"请在{day(case.promised_by)}以前书面答复，答复以前先和代表沟通。" if case.promised_by else ""
    return (
        f"现将“{case.title}”（{case.number}）交你单位研究办理。",
        f"依据：{cited}。" if cited else "",
        due,
        "不归你单位办的，请在 10 日内写明理由退回。",
    )
