"""What minutes and opinions say, composed from the rows; conflicts of interest stand in the record."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from qiying.capabilities.deliberations.models import OpinionItem
from qiying.capabilities.deliberations.rules.days import characters
from qiying.capabilities.deliberations.selectors import sitting_of
from qiying.capabilities.deliberations.services.sittings import conflicts_of
from qiying.kernel.documents.letter_layout import chinese_date
from qiying.kernel.gatherings.kinds import LetterText
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import attendees_of
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed


def _opening(gathering: Gathering) -> str:
    kind = gathering.of_kind.label
    return f"{chinese_date(gathering.on)}，{kind}“{gathering.title}”在{gathering.place}举行。"


def minutes(gathering: Gathering, unit: Unit | None, items: Sequence[Item]) -> LetterText:
    """Return the minutes: who was there, each question with its answer and how it was judged, who declared what."""
    people = [a for a in attendees_of(gathering) if a.checked_in_at]
    came = {role.label: [a.label for a in people if a.role == role.code] for role in gathering.of_kind.roles}
    there = [f"{label}（{len(names)}）：{'、'.join(names)}。" for label, names in came.items() if names]
    agenda = [f"{at} {what}".strip() for at, what in gathering.agenda]
    asked = [line for item in items if item.text for line in _asked(item)]
    firms = [f"第 {no} 问：{words}，记录在案。" for no, words in conflicts_of(gathering)]
    sitting = sitting_of(gathering)
    said = sitting.opinions.exclude(conflict="").select_related("person") if sitting else ()
    firms += [f"{one.person.name}的书面意见：{one.conflict.rstrip('。')}。" for one in said]
    closing = [line.strip() for line in gathering.minutes.splitlines() if line.strip()]
    return LetterText(
        f"{gathering.of_kind.label}“{gathering.title}”纪要",
        (
            _opening(gathering),
            *there,
            *([f"议程：{'；'.join(agenda)}。"] if agenda else []),
            f"一问一答 {sum(bool(i.text) for i in items)} 问：",
            *asked,
            *(["利害关系声明：", *firms] if firms else []),
            *closing,
        ),
    )


def _asked(item: Item) -> list[str]:
    source = f"（{item.source}）" if item.source else ""
    until = f"，{chinese_date(item.promised_by)}前答复" if item.promised_by else ""
    who = item.unit.label if item.unit else "应询部门"
    return [
        f"{item.no}. {item.asker or '代表'}问{who}{source}：{item.text.rstrip('。')}。",
        f"答：{item.answer_text.rstrip('。') or '（没有记）'}。{item.answer_label}{until}。",
    ]


def opinions(gathering: Gathering, unit: Unit | None, items: Sequence[Item]) -> LetterText:
    """Return the adopted opinions as numbered items by kind of problem, with unit, person and day."""
    sitting = sitting_of(gathering)
    if sitting is None or sitting.adopted_on is None:
        raise GuardFailed(["审议意见还没通过，先在审议那一页通过"])
    rows = sitting.items.exclude(state=OpinionItem.State.DROPPED).select_related("unit", "person")
    found = sorted(rows, key=lambda i: i.no)
    areas = list(dict.fromkeys(i.area for i in found))
    told = list(sitting.opinions.values_list("person_id", "text"))
    by_area = sorted(found, key=lambda i: (areas.index(i.area), i.no))
    on = chinese_date(sitting.adopted_on)
    adopted = f"{on}，{sitting.adopted_by}通过审议意见 {len(found)} 条，{len(areas)} 类问题。"
    lines: list[str] = []
    for area, group in groupby(by_area, key=lambda i: i.area):
        lines += [f"【{area}】", *(_item(one) for one in group)]
    return LetterText(
        f"关于“{gathering.title}”的审议意见",
        (
            f"{_opening(gathering)}{adopted}",
            f"{len({p for p, _ in told})} 名代表提出意见 {len(told)} 条、{characters([t for _, t in told])} 字。",
            *lines,
            f"请研究处理，逐条整改，由{sitting.report_unit.name}书面报告办理情况。每月听一次进展，查了实效才核销。",
        ),
    )


def _item(item: OpinionItem) -> str:
    person = f"、{item.person.name}" if item.person else ""
    unit = f"责任：{item.unit.label}{person}。" if item.unit else ""
    until = f"{chinese_date(item.due_on)}前。" if item.due_on else ""
    return f"{item.no}. {item.text.rstrip('。')}。{unit}{until}"
