"""Letters of a case: what the act of sending one holds, whatever kinds the procedure declares."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.vocabulary import Action


class LetterSent(ActionInput):
    addressee_id: int | None = entry(
        "主送单位", default=None, source="case_units", help="发给来件人的函不用选"
    )
    copy_to_ids: list[int] = entry("抄送", default=(), source="units", widget="multiselect")
    text: str = entry("正文", default="", widget="textarea", max_length=3000, help="不填用标准格式")
    number: str = entry("发文字号", default="", max_length=60)
    documents: list[int] = entry("函件", default=(), widget="documents")
    kind: str = entry("哪种信函", max_length=24)


def issue(states: tuple[str, ...], by: tuple[str, ...]) -> Action:
    """Return the act of sending a letter: to a unit it stays among offices, to another party that party reads it."""
    return Action(
        "issue_letter", "发函", states, by, _issue, (), LetterSent, notices=("letter_sent",),
        sentence="发出 {number}", icon="mail", part_of="letter_issue",
    )  # fmt: skip


def _issue(act: Act) -> None:
    to = act.procedure.letter(act.data.kind).to
    act.document_audience = "all" if to else "internal"
    keys = [p.key for p in act.parties if to and p.role == to and p.key[0] in "uep"]
    keys = keys or ([f"u:{act.data.addressee_id}"] if act.data.addressee_id else [])
    for key in [*keys, *(f"u:{unit}" for unit in act.data.copy_to_ids)]:
        act.notify("letter_sent", key, number=act.data.number)
