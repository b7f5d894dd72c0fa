"""Changing a rule's dated value: a new row with its day and source; what was valid before stays readable."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.services import record_act
from qiying.kernel.cases import parameters
from qiying.kernel.cases.models import DatedParameter
from qiying.kernel.cases.parameters import Declared, declared_parameters
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require

MOST_NUMBER = 3650


@dataclass(frozen=True)
class ParameterView:
    """A declared parameter with the value valid on a day, where it comes from, and its rows."""

    declared: Declared
    value: Any
    words: str
    source: str
    is_assumption: bool
    since: date | None
    history: list[DatedParameter]

    @property
    def is_default(self) -> bool:
        return self.since is None


def parameter_views(district_id: int, on: date) -> list[ParameterView]:
    """Return every declared parameter with its value and rows, in the order of declaration; one query."""
    rows: dict[str, list[DatedParameter]] = {}
    for p in DatedParameter.objects.filter(Q(district_id=None) | Q(district_id=district_id)):
        rows.setdefault(p.name, []).append(p)
    return [_view(d, rows.get(d.name, []), on) for d in declared_parameters()]


def _view(declared: Declared, rows: list[DatedParameter], on: date) -> ParameterView:
    rows.sort(key=lambda p: (p.district_id is not None, p.valid_from), reverse=True)
    row = next((p for p in rows if p.valid_from <= on and (p.valid_to is None or on <= p.valid_to)), None)
    value = declared.default if row is None else row.value
    return ParameterView(
        declared=declared,
        value=value,
        words=value_words(value, declared.unit),
        source=declared.source if row is None else row.source,
        is_assumption=declared.is_assumption if row is None else row.is_assumption,
        since=None if row is None else row.valid_from,
        history=rows,
    )


def value_words(value: Any, unit: str = "") -> str:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(value_words(v) for v in value)
    if isinstance(value, dict):
        return _dict_words(value)
    return f"{value} {unit}".strip()


def _dict_words(value: dict[str, Any]) -> str:
    labels = {"reminder": "提醒", "yellow": "黄牌", "red": "红牌", "urging": "催办函"}
    if "kind" in value and "percent" in value:
        return f"用掉 {value['percent']}% 发{labels.get(str(value['kind']), value['kind'])}"
    if "kind" in value and "after_workdays" in value:
        name = labels.get(str(value["kind"]), value["kind"])
        return f"超期第 {value['after_workdays']} 个工作日发{name}"
    return "，".join(f"{k}：{value_words(v)}" for k, v in value.items())


@transaction.atomic
def parameter_set(
    *,
    actor: Viewer,
    district_id: int,
    name: str,
    text: str,
    valid_from: date | None,
    source: str,
    is_assumption: bool,
    now: datetime,
    today: date,
) -> DatedParameter:
    """Add a row for the district from a day on; raise `GuardFailed` with every reason.

    Days that are past keep the value by which they were judged.
    """
    require(actor, "cases.parameters")
    declared = next((d for d in declared_parameters() if d.name == name), None)
    if declared is None:
        raise GuardFailed(["没有这个参数"], {"name": ["没有这个参数"]})
    fields: dict[str, list[str]] = {}
    value = _read(text, declared.default, fields)
    if valid_from is None:
        fields["valid_from"] = ["请写从哪天起"]
    elif valid_from < today:
        fields["valid_from"] = ["过去的日子已经按原来的值算过，请从今天或以后开始"]
    elif DatedParameter.objects.filter(district_id=district_id, name=name, valid_from=valid_from).exists():
        fields["valid_from"] = ["这一天已经有一行，请换一天"]
    if len(source.strip()) < 4:
        fields["source"] = ["请写依据，例如文件名和文号"]
    refuse(fields)
    assert valid_from is not None
    before = parameters.parameter(name, district_id=district_id, on=valid_from)
    row = DatedParameter.objects.create(
        district_id=district_id,
        name=name,
        value=value,
        valid_from=valid_from,
        source=source.strip()[:200],
        is_assumption=is_assumption,
    )
    parameters.forget()
    record_act(
        actor=actor,
        action="parameter_set",
        subject=f"parameter:{name}",
        data={
            "name": name, "value": value, "before": before, "valid_from": valid_from.isoformat(),
            "source": row.source,
        },
        at=now,
        district_id=district_id,
    )  # fmt: skip
    return row


def _read(text: str, default: Any, fields: dict[str, list[str]]) -> Any:
    """Return the typed value if it has the shape of the default, else note why not."""
    if isinstance(default, int) and not isinstance(default, bool):
        plain = text.strip()
        if not (plain.isascii() and plain.isdigit()) or int(plain) > MOST_NUMBER:
            fields["text"] = [f"要填 0 到 {MOST_NUMBER} 的整数"]
            return None
        return int(plain)
    try:
        value = json.loads(text)
    except ValueError:
        fields["text"] = ["写法不对，请照着原来的值改，别丢引号和括号"]
        return None
    if fault := shape_fault(value, default):
        fields["text"] = [fault]
    return value


def shape_fault(value: Any, default: Any) -> str:
    """Return why a value does not have the shape of the default, empty when it has."""
    if isinstance(default, bool) or isinstance(value, bool):
        return "" if isinstance(value, bool) and isinstance(default, bool) else "只能是 true 或 false"
    if isinstance(default, int | float):
        return "" if isinstance(value, int | float) and value >= 0 else "要填不小于 0 的数"
    if isinstance(default, str):
        return "" if isinstance(value, str) else "要填文字"
    if isinstance(default, list):
        return _list_fault(value, default)
    if not isinstance(value, dict):
        return "要写成 {…} 的形式"
    if missing := [k for k in default if k not in value]:
        return f"缺了 {'、'.join(missing)}"
    if unknown := [k for k in value if k not in default]:
        return f"多了 {'、'.join(unknown)}"
    return next((f for k in default if (f := shape_fault(value[k], default[k]))), "")


def _list_fault(value: Any, default: list[Any]) -> str:
    if not isinstance(value, list) or not value:
        return "要写成 […] 的形式，至少一项"
    if default and all(isinstance(d, dict) and "kind" in d for d in default):
        return next((f for v in value if (f := _rung_fault(v))), "") or _double_fault(value)
    if len(value) != len(default):
        return f"要有 {len(default)} 项"
    return next((f for v, d in zip(value, default, strict=True) if (f := shape_fault(v, d))), "")


def _rung_fault(rung: Any) -> str:
    """A rung is reached by a share of the limit or some workdays after it (`{name, kind, percent}` …)."""
    if not isinstance(rung, dict) or not rung.get("name") or "kind" not in rung:
        return "每一档都要有 name 和 kind"
    if rung["kind"] not in {"reminder", "yellow", "red", "urging"}:
        return "kind 只能是 reminder、yellow、red、urging"
    percent, after = rung.get("percent"), rung.get("after_workdays")
    if (percent is None) == (after is None):
        return "每一档写 percent（用掉百分之几）或 after_workdays（超期第几个工作日），只写一样"
    if percent is not None and not (isinstance(percent, int) and 1 <= percent <= 100):
        return "percent 要在 1 到 100 之间"
    if after is not None and not (isinstance(after, int) and 1 <= after <= 60):
        return "after_workdays 要在 1 到 60 之间"
    return "" if set(rung) <= {"name", "kind", "percent", "after_workdays"} else "有不认识的写法"


def _double_fault(rungs: list[Any]) -> str:
    names = [r["name"] for r in rungs]
    return "" if len(set(names)) == len(names) else "两档不能同名，每档一生只响一次"
