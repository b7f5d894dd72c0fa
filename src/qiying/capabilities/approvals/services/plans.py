"""Bundles' files, the version in force of each, and the plan of one application as it stays for its life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.http import Http404

from qiying.capabilities.approvals.models import BundleVersion
from qiying.capabilities.approvals.rules.bundles import limit_words, problems
from qiying.capabilities.approvals.rules.limits import ONE_DAYS
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.digest import digest
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.organisations.service_items import OfferedItem, service_items

SHIPPED = Path(__file__).parent.parent / "bundles"


def folders() -> list[Path]:
    """Return where bundles are read from: those shipped, then the operator's own, which replace them by code."""
    return [SHIPPED, Path(settings.QIYING_ENV.data_dir) / "bundles"]


@cache
def bundle_files() -> Mapping[str, dict[str, Any]]:
    """Return every bundle by code; raise `ValueError` naming the file and each fault. Read once a process."""
    found: dict[str, dict[str, Any]] = {}
    for file in (f for folder in folders() if folder.is_dir() for f in sorted(folder.glob("*.yaml"))):
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        if wrong := list(problems(raw)):
            raise ValueError(f"一件事清单 {file.name} 不能用：{'；'.join(wrong)}")
        found[raw["code"]] = raw
    return found


def bundle_in_force(code: str, now: datetime) -> BundleVersion:
    """Return the version by which one applies now, made when the file has changed; 404 for an unknown code."""
    raw = bundle_files().get(code)
    if raw is None:
        raise Http404("没有这件事")
    text = digest(canonical(raw))
    last = BundleVersion.objects.filter(code=code).order_by("-number").first()
    if last is not None and last.digest == text:
        return last
    made, _ = BundleVersion.objects.get_or_create(
        code=code,
        number=last.number + 1 if last else 1,
        defaults={"name": raw["name"], "definition": raw, "digest": text, "since": now},
    )
    return made


def department_of(district_id: int, words: list[str] | str) -> Unit | None:
    """Return the active unit whose name holds the first of these words that any has; None where none has."""
    units = Unit.objects.filter(district_id=district_id, is_active=True).order_by("path")
    for word in [words] if isinstance(words, str) else words:
        if (
            found := units.filter(name__contains=word).first()
            or units.filter(short_name__contains=word).first()
        ):
            return found
    return None


def part_plans(district_id: int, bundle: BundleVersion, on: date) -> list[dict[str, Any]]:
    """Return the parts with unit, limits and basis as they hold on a day; the catalogue's item goes before the file.

    Where the district has no such department the desk itself handles the part.
    """
    parts = bundle.definition["parts"]
    items = service_items(district_id, [p["item"] for p in parts if p.get("item")], on)
    desk = next(iter(units_with(district_id, "desk")), None)
    found = []
    for part in parts:
        item = items.get(part.get("item", ""))
        plan = {"promise_unit": "workday", "after": [], **part, **(_of_item(item) if item else {})}
        if item and item.unit_id:
            plan |= {"unit_id": item.unit_id, "unit": item.unit}
        else:
            unit = department_of(district_id, part["department"])
            plan |= {"unit_id": unit.pk if unit else desk, "unit": unit.label if unit else "综合窗口"}
        plan["limit"] = limit_words(plan["promise"], plan["promise_unit"])
        found.append(plan)
    return found


def _of_item(item: OfferedItem) -> dict[str, Any]:
    given = {"basis": item.basis, "law_days": item.statutory_days, "result": item.result}
    return {k: v for k, v in given.items() if v}


def item_plan(item: OfferedItem) -> dict[str, Any]:
    """Return one item of the catalogue as a plan; without a promise the law's limit holds."""
    promise = item.promised if item.promised is not None else item.statutory_days or ONE_DAYS
    unit = item.promised_unit if item.promised is not None else "workday"
    return {
        "code": item.code,
        "name": item.name,
        "version": item.version,
        "basis": item.basis,
        "promise": promise,
        "promise_unit": unit,
        "limit": limit_words(promise, unit),
        "law_days": item.statutory_days,
        "result": item.result or "准予",
        "unit_id": item.unit_id,
        "unit": item.who,
        "one_hand": unit in {"minute", "hour"} or promise <= 1,
        "papers": [p for p in item.materials if p.get("source") != "government"],
    }
