"""What task letters, minutes and reports of sessions say, composed from the rows."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.capabilities.engagement.selectors.sessions import outcomes_of
from qiying.kernel.documents.letter_layout import chinese_date
from qiying.kernel.gatherings.kinds import LetterText
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import attendees_of, closed_items, items_of
from qiying.kernel.organisations.models import Unit

RULES = (
    "请按会上答应的日子办好，在办件里答复；解决没有，由企业评价。每周提醒一次，每月跟踪一次，"
    "没办完的说清卡在哪里、哪天能办好。"
)


def task_letter(gathering: Gathering, unit: Unit | None, items: Sequence[Item]) -> LetterText:
    """Return the letter by which a unit gets what it took at a session (处理工作函)."""
    name = _name(gathering)
    told = [_task(item) for item in items]
    return LetterText(
        f"关于办理{name}问题的工作函",
        (f"{_opening(gathering)}会上有 {len(items)} 件事请你单位办理：", *told, RULES),
    )


def _task(item: Item) -> str:
    who = f"{item.asker}提出：" if item.asker else ""
    until = (
        f"{item.promised_name or '你单位'}答应 {chinese_date(item.promised_by)}前办好。"
        if item.promised_by
        else ""
    )
    case = f"（办件号 {item.case.number}）" if item.case else ""
    said = f"会上答复：{item.answer_text}" if item.answer_text else ""
    return f"{item.no}. {who}{item.text.rstrip('。')}。{until}{said}{case}"


def minutes(gathering: Gathering, unit: Unit | None, items: Sequence[Item]) -> LetterText:
    """Return the minutes: who was there, what was said and answered, what the leader asked."""
    people = [a for a in attendees_of(gathering) if a.checked_in_at]
    came = {role.label: [a.label for a in people if a.role == role.code] for role in gathering.of_kind.roles}
    present = [f"{label}：{'、'.join(names)}。" for label, names in came.items() if names]
    said = [
        f"{i.no}. {i.asker or '企业代表'}：{i.text.rstrip('。')}。{i.answer_label}"
        + (f"，{i.unit.label}" if i.unit else "")
        + (f"，{chinese_date(i.promised_by)}前" if i.promised_by else "")
        + (f"。{i.answer_text}" if i.answer_text else "。")
        for i in items
        if i.text
    ]
    closing = [line.strip() for line in gathering.minutes.splitlines() if line.strip()]
    return LetterText(
        f"{_name(gathering)}纪要",
        (_opening(gathering), *present, f"会上提出 {len(said)} 件：", *said, *closing),
    )


def report(gathering: Gathering, unit: Unit | None, items: Sequence[Item]) -> LetterText:
    """Return how things stand now, whenever somebody asks (不定期情况报告)."""
    rows = items_of(gathering)
    over = rows.filter(closed_items()).count()
    late = [i for i in rows.exclude(closed_items()) if i.promised_by]
    lines = [f"{i.no}. {i.text.rstrip('。')}：{_owed(i)}" for i in late]
    outcomes = [f"出台{o.get_kind_display()}《{o.title}》{o.number}。" for o in outcomes_of(gathering)]
    return LetterText(
        f"关于{_name(gathering)}问题办理情况的报告",
        (
            f"{_name(gathering)}提出 {len(items)} 件，到今天企业评价后办结 {over} 件。",
            *(lines or ["答应了日子的都办完了。"]),
            *outcomes,
        ),
    )


def _owed(item: Item) -> str:
    who = item.unit.label if item.unit else "还没定单位"
    return f"{who}，答应 {chinese_date(item.promised_by)}，还没办完。" if item.promised_by else who


def _opening(gathering: Gathering) -> str:
    return f"{chinese_date(gathering.on)}，{_name(gathering)}在{gathering.place}召开，主题是“{gathering.title}”。"


def _name(gathering: Gathering) -> str:
    number = f"第 {gathering.number} 次" if gathering.number else ""
    return f"{number}{gathering.of_kind.label}"
