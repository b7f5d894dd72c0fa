"""Procedure pages in Markdown, generated from the procedure files so that they cannot drift."""

from __future__ import annotations

from qiying.kernel.cases.vocabulary import NOBODY, Action, Party, Procedure, State


def document(procedure: Procedure) -> str:
    """Return the page of one procedure: states, diagram, actions, deadlines."""
    lines = [
        f"# {procedure.label}（`{procedure.code}` 第 {procedure.version} 版）",
        "",
        "本页由 `qiying document_procedures` 生成，请改程序文件，不要改本页。",
        "",
        procedure.purpose,
        "",
        "## 状态图",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {procedure.initial}",
        *(f"    {s.code}: {s.label}" for s in procedure.states),
        *_arrows(procedure),
        *(f"    {s.code} --> [*]" for s in procedure.states if s.is_final),
        "```",
        "",
        "## 状态",
        "",
        "| 状态 | 名称 | 轮到谁 | 读到 |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{s.code}` | {s.label} | {_turn(procedure, s.turn)} | {_read(procedure, s)} |"
            for s in procedure.states
        ),
        "",
        "## 动作",
        "",
        "| 动作 | 名称 | 在哪些状态 | 到哪里 | 谁能做 | 要填什么 | 不能由承办人做 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(procedure, a) for a in (procedure.opening, *procedure.actions)),
        "",
        "## 谁读得到什么",
        "",
        *(f"- {p.label}：{_sees(p)}" for p in procedure.parties),
        "",
        "单位办的事，来件人只读得到这些：",
        "",
        *(_told(procedure, code, names) for code, names in procedure.asker_reads.items()),
        "",
        "## 期限",
        "",
        "| 时钟 | 名称 | 参数 | 单位 | 依据 | 由什么停止 | 黄红牌 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| `{d.kind}` | {d.label} | `{d.parameter}` | {_UNITS[d.unit]} | {d.rule} | "
            f"{_codes(d.stopped_by)} | {'是' if d.has_cards else ''} |"
            for d in procedure.deadlines
        ),
        "",
        "## 结果",
        "",
        *(f"- `{code}` {label}" for code, label in procedure.outcomes.items()),
        "",
        *_rated(procedure),
    ]
    return "\n".join(lines)


_SEES = {"asker": "隐名的来件人", "contact": "联系电话（看一次记一次）", "restricted": "限定人员的文件"}


def _sees(party: Party) -> str:
    if party.side != "office":
        return "自己的来件、自己做的事和写给他的话"
    return "、".join(["办理经过和单位之间的往来", *(_SEES[s] for s in party.sees)])


def _told(procedure: Procedure, code: str, names: tuple[str, ...]) -> str:
    action = procedure.action(code)
    titles = [action.input.model_fields[n].title or n for n in names]
    return f"- {action.label}" + (f"：{'、'.join(titles)}" if titles else "")


def _rated(procedure: Procedure) -> list[str]:
    labels = "、".join(procedure.state(code).label for code in procedure.rated_in)
    return [f"到了这些状态请来件人评一评：{labels}。", ""] if labels else []


def _read(procedure: Procedure, state: State) -> str:
    """Return the sentence of a state, and what others read instead."""
    sides = {"enterprise": "企业", "person": "个人", "office": "单位"}
    other = {sides[side]: words for side, words in state.by_side.items()}
    other |= {procedure.party(code).label: words for code, words in state.by_party.items()}
    return "；".join([state.sentence, *(f"{who}：{words}" for who, words in other.items())])


def _turn(procedure: Procedure, turn: str) -> str:
    return "—" if turn == NOBODY else procedure.party(turn).label


_UNITS = {"workday": "工作日", "day": "日", "hour": "工作小时"}


def _codes(codes: tuple[str, ...]) -> str:
    return "、".join(f"`{c}`" for c in codes)


def _arrows(procedure: Procedure) -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for a in procedure.actions:
        for s in a.states:
            for t in a.to:
                if s != t:
                    found.setdefault((s, t), []).append(a.label)
    return [f"    {s} --> {t}: {'、'.join(labels)}" for (s, t), labels in found.items()]


def _row(procedure: Procedure, action: Action) -> str:
    who = "、".join(_who(procedure, b) for b in action.by)
    inputs = "、".join(f.title or n for n, f in action.input.model_fields.items())
    states, to = _codes(action.states) or "（开件）", _codes(action.to) or "不变"
    judged = "是" if action.judges else ""
    return f"| `{action.code}` | {action.label} | {states} | {to} | {who} | {inputs} | {judged} |"


def _who(procedure: Procedure, by: str) -> str:
    from qiying.kernel.permissions.registry import REGISTRY

    programs = {"anyone": "任何人", "system": "系统", "import": "导入程序"}
    if by in programs:
        return programs[by]
    party, _, role = by.partition(":")
    if party not in {p.code for p in procedure.parties}:  # only being opened: a role
        return REGISTRY.role(party).label
    label = procedure.party(party).label
    return f"{label}（{REGISTRY.role(role).label}）" if role else label
