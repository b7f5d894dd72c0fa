"""The shipped catalogue into a district: boards, items, national lists; what is there already stays."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction

from qiying.capabilities.catalogue.models import Board, OneThing, ServiceItem
from qiying.capabilities.catalogue.rules.items import base_of, fen_of, limit_read, materials_read
from qiying.capabilities.catalogue.rules.needs import DATA
from qiying.capabilities.catalogue.services.keeping import CHOICES, board_save, item_save, one_thing_save
from qiying.kernel.cases.world import told_in
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

WORDS = {
    "事项编码": "code", "名称": "name", "提供的机构": "provider_name", "也叫什么": "also", "依据": "basis",
    "什么条件": "conditions", "收费说明": "fee_note", "哪个窗口": "window", "拿到什么": "result",
    "在哪个网站办": "outside_url",
    "要用的中介服务": "intermediary", "谁可以免费": "free_when", "什么时候要办": "needed_when",
}  # fmt: skip
"""Headings of the shipped table, those of the register's own, whose cells are kept as they stand."""
LABELS = {"谁提供": "provider", "事项类型": "kind", "企业在哪一步": "stage"}


def values_of(row: Mapping[str, str], boards: Mapping[str, int], units: Mapping[str, int]) -> dict[str, Any]:
    """Return a line of the shipped table as the values of an item."""
    values: dict[str, Any] = {field: row[heading] for heading, field in WORDS.items()}
    for heading, field in LABELS.items():
        offered: Any = CHOICES[field]
        values[field] = {c.label: c.value for c in offered}[row[heading]]
    amount, unit = limit_read(row["承诺多久"])
    return values | {
        "board_id": boards.get(row["板块"]),
        "department_id": units.get(row["办理单位"]),
        "value_added": row["增值服务"] == "是",
        "online": row["网上能办完"] == "是",
        "materials": materials_read(row["材料"]),
        "statutory_days": int(row["法定几个工作日"]) if row["法定几个工作日"] else None,
        "promised": amount,
        "promised_unit": unit,
        "fee_fen": fen_of(row["收费（元）"]),
        "worth_fen": fen_of(row["免费服务一次省（元）"]),
        "visits": int(row["要跑几趟"]),
    }


@cache
def published_batches() -> Mapping[tuple[int, int], int]:
    """Return how many 一件事 each national list has, by year and batch: a list here may name fewer."""
    return {(year, batch): count for year, batch, count in told_in(DATA / "catalogue.yaml")["published"]}


@transaction.atomic
def catalogue_load(*, actor: Viewer, now: datetime, since: date) -> list[str]:
    """Load what is not there yet; return the items left out, each with the reason."""
    own: dict[str, Any] = {"district_id": actor.district_id or 0}
    told = told_in(DATA / "catalogue.yaml")
    units = {u.label: u.pk for u in Unit.objects.filter(**own, is_active=True)}
    boards = dict(Board.objects.filter(**own).values_list("name", "pk"))
    for position, (name, tier, about, unit) in enumerate(told["boards"], 1):
        if name not in boards:
            values = {"name": name, "tier": tier, "about": about, "unit_id": units.get(unit)}
            values |= {"position": position, "valid_from": since}
            boards[name] = board_save(actor=actor, row=None, values=values, now=now).pk
    listed = set(OneThing.objects.filter(**own).values_list("name", flat=True))
    for year, batch, document, for_firms, names in told["one_things"]:
        for name in set(names) - listed:
            values = {"name": name, "year": year, "batch": batch, "document": document}
            values |= {"for_firms": for_firms, "valid_from": since}
            one_thing_save(actor=actor, row=None, values=values, now=now)
    have = {base_of(code) for code in ServiceItem.objects.filter(**own).values_list("code", flat=True)}
    left = []
    with (DATA / "items.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["事项编码"] in have:
                continue
            try:
                values = {**values_of(row, boards, units), "valid_from": since}
                item_save(actor=actor, row=None, values=values, now=now)
            except GuardFailed as error:
                left.append(f"{row['名称']}：{'；'.join(error.reasons)}")
    return left
