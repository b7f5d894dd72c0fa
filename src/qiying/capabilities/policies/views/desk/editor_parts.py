"""What the editor and its live answers show: cells with words, problems, differences, the simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from qiying.capabilities.policies.models import Budget, Policy, PolicyVersion
from qiying.capabilities.policies.rules.differences import HITS, JOINS, differences
from qiying.capabilities.policies.rules.table_edit import LISTS
from qiying.capabilities.policies.rules.table_operations import moved, thresholds
from qiying.capabilities.policies.rules.table_words import Reading, Said, plain_message, read_sheet
from qiying.capabilities.policies.services.catalogue.simulating import Simulated, simulate
from qiying.capabilities.policies.views.desk.common import signed
from qiying.capabilities.policies.views.desk.effects import effect_of, sim_context
from qiying.decision.indicators import standard_registry
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import DELIVERIES
from qiying.decision.scalar.evaluate import ScalarEngine
from qiying.decision.scalar.explain import explain
from qiying.decision.words.results import OUTCOMES
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words

InForce = tuple[PolicyVersion, Reading] | None
NOTHING = Said()


@dataclass(frozen=True)
class Cell:
    """One field of the sheet: its path, what is typed, what it means, whether it differs from what is in force."""

    path: str
    value: str
    said: Said = NOTHING
    is_changed: bool = False
    label: str = ""

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")


def editor_context(
    request: ViewerRequest, policy: Policy, version: PolicyVersion, reading: Reading, current: InForce
) -> dict[str, Any]:
    """Return everything of the editor's page."""
    registry = standard_registry()
    return live_context(request, policy, version, reading, current) | {
        "sheet": reading.sheet,
        "hits": HITS.items(),
        "joins": [(code, label) for code, label in JOINS.items() if code],
        "deliveries": DELIVERIES,
        "registry": registry.indicators.values(),
        "lists": {name: _entries(reading, name) for name in LISTS},
    }


def live_context(
    request: ViewerRequest, policy: Policy, version: PolicyVersion, reading: Reading, current: InForce
) -> dict[str, Any]:
    """Return what changes with every key: words, problems, differences, effect."""
    effect = effect_of(policy.district_id, reading, current[1] if current else None)
    changes = differences(current[1], reading) if current else []
    budget = Budget.objects.filter(policy=policy, year=request.today.year).first()
    table = _table(reading, current, effect)
    return {
        "policy": policy,
        "version": version,
        "current": current[0] if current else None,
        "reading": reading,
        "clauses": [cell for name in ("requires", "excludes") for cell in _clause_cells(reading, name)],
        "table": table,
        "told": _problems(reading),
        "fair": _unfair(reading, request.POST.get("clause_text", version.clause_text)),
        "wrong": len(reading.errors) + sum(1 for cell in table["columns"] if cell.said.problem),
        "heads": _head_problems(reading),
        "changes": changes,
        **sim_context(effect, budget),
        "tries": list(thresholds(reading.sheet))[:80],
        "try_at": request.POST.get("try_at", ""),
        "try_to": request.POST.get("try_to", ""),
        "tried": _tried(request, policy, reading),
        "who": request.POST.get("who", "")[:60],
        "one": _one(request, reading),
    }


def _unfair(reading: Reading, clauses: str) -> list[Any]:
    """Return what the original and the conditions say against fair competition, with the article."""
    flags = provided("fair_competition_flags")
    if flags is None:
        return []
    sheet, table = reading.sheet, reading.sheet["table"]
    heads = [one["expression"] for one in table["inputs"]]
    cells = [
        f"{head} {cell}" for row in table["rows"] for head, cell in zip(heads, row["when"], strict=False)
    ]
    conditions = [f"奖励条件：{words}" for words in (*(one["when"] for one in sheet["requires"]), *cells)]
    found: list[Any] = flags("\n".join([sheet["name"], clauses, *conditions]))
    return found


def _entries(reading: Reading, name: str) -> list[dict[str, Cell]]:
    """A list of the sheet as rows of fields by key."""
    found = []
    for index, entry in enumerate(reading.sheet[name]):
        paths = {key: f"{name}.{index}.{key}" for key in LISTS[name]}
        found.append({k: Cell(p, entry[k], reading.said.get(p, NOTHING)) for k, p in paths.items()})
    return found


def _clause_cells(reading: Reading, name: str) -> list[Cell]:
    paths = [(f"{name}.{i}.when", one["when"]) for i, one in enumerate(reading.sheet[name])]
    return [Cell(path, value, reading.said.get(path, NOTHING)) for path, value in paths]


def _table(reading: Reading, current: InForce, effect: Simulated | None) -> dict[str, Any]:
    """Columns and rows with words, counts and what changed."""
    table = reading.sheet["table"]
    before = _texts_by_place(current[1]) if current else {}
    heads = [one["expression"].strip() for one in table["inputs"]]
    outputs = [one["name"].strip() for one in table["outputs"]]
    columns = [
        Cell(f"table.inputs.{i}.expression", head, reading.said.get(f"table.inputs.{i}.expression", NOTHING))
        for i, head in enumerate(heads)
    ]
    rows = []
    for y, row in enumerate(table["rows"]):
        at = f"table.rows.{y}"
        when = [_cell(reading, before, f"{at}.when.{x}", t, y, heads[x]) for x, t in enumerate(row["when"])]
        then = [_cell(reading, before, f"{at}.then.{x}", t, y, outputs[x]) for x, t in enumerate(row["then"])]
        who, _, amount = _row_words(reading, y, [*when, *then]).rpartition("：")
        count = effect.by_row[y] if effect and y < len(effect.by_row) else None
        rows.append(
            {"index": y, "no": y + 1, "row": row, "when": when, "then": then, "who": who, "amount": amount,
             "count": count}
        )  # fmt: skip
    return {"columns": columns, "inputs": table["inputs"], "outputs": table["outputs"], "rows": rows,
            "hit": table["hit"], "aggregate": table["aggregate"], "has_stages": any(r["stage"] for r in table["rows"]),
            "is_only": len(table["rows"]) == 1}  # fmt: skip


def _cell(
    reading: Reading, before: dict[tuple[int, str], str], path: str, text: str, y: int, head: str
) -> Cell:
    was = before.get((y, head))
    is_changed = bool(before) and (was or "-") != (text.strip() or "-")
    said = reading.said.get(path, NOTHING)
    short = said.text.removeprefix(head)  # the heading stands above the cell
    return Cell(path, text, replace(said, text=short or said.text), is_changed, f"第 {y + 1} 行 {head}")


def _row_words(reading: Reading, y: int, cells: list[Cell]) -> str:
    """A row as a sentence; while another row is wrong it is put together from its own cells."""
    if y < len(reading.rows):
        return reading.rows[y]
    if any(cell.said.problem for cell in cells):
        return ""
    *when, then = [reading.said[cell.path].text for cell in cells if cell.path in reading.said]
    return f"{'，且'.join(text for text in when if text != '不限') or '只要符合共同条件'}：{then}"


def _texts_by_place(reading: Reading) -> dict[tuple[int, str], str]:
    table = reading.sheet["table"]
    found = {}
    for y, row in enumerate(table["rows"]):
        for x, text in enumerate(row["when"]):
            found[(y, table["inputs"][x]["expression"].strip())] = text.strip()
        for x, text in enumerate(row["then"]):
            found[(y, table["outputs"][x]["name"].strip())] = text.strip()
    return found


def _problems(reading: Reading) -> list[dict[str, str]]:
    """Problems of the whole, each once; those of a cell lead to it."""
    found: dict[str, dict[str, str]] = {}
    for one in reading.told:
        message = plain_message(one)
        entry = {
            "text": message,
            "advice": one.advice,
            "severity": one.severity,
            "at": one.path.replace(".", "-"),
        }
        found.setdefault(f"{message}{one.path}", entry)
    for path, said in reading.said.items():
        if said.problem and not any(one["text"] == said.problem for one in found.values()):
            entry = {
                "text": said.problem,
                "advice": said.advice,
                "severity": "error",
                "at": path.replace(".", "-"),
            }
            found[f"{said.problem}{path}"] = entry
    order = {"error": 0, "warning": 1}
    return sorted(found.values(), key=lambda one: order.get(one["severity"], 2))


def _head_problems(reading: Reading) -> dict[str, str]:
    return {t.path.replace(".", "_"): plain_message(t) for t in reading.errors if t.path not in reading.said}


def _tried(request: ViewerRequest, policy: Policy, reading: Reading) -> str:
    """What moving one number would do, against the draft as it stands."""
    place, value = request.POST.get("try_at", ""), request.POST.get("try_to", "").strip()
    if not place or not value or reading.compiled is None:
        return ""
    sheet = moved(reading.sheet, place, value)
    if sheet == reading.sheet:
        return "" if value.replace(".", "").isdigit() else "请写一个数，如 1000000。"
    after = read_sheet(sheet, standard_registry(), request.today)
    if after.compiled is None:
        return f"改成 {value} 就有错了：{plain_message(after.errors[0])}" if after.errors else ""
    effect = simulate(policy.district_id, after.compiled, reading.compiled)
    count = effect.after.eligible - (effect.before.eligible if effect.before else 0)
    words = f"能享受的 {effect.after.eligible} 家（{signed(count, f'{abs(count)} 家')}）"
    change = signed(effect.fen_change, money_words(abs(effect.fen_change)))
    return f"改成 {value}：{words}，一年 {money_words(effect.after.fen)}（{change}）。"


def _one(request: ViewerRequest, reading: Reading) -> dict[str, Any] | None:
    """One enterprise under the draft: the outcome and the conditions that decided."""
    text = request.POST.get("who", "").strip()[:60]
    if len(text) < 2 or reading.compiled is None:
        return None
    here = enterprises_visible_to(request.viewer).filter(district_id=request.viewer.district_id or 0)
    enterprise = enterprises_found(here, text).order_by("name").first()
    if enterprise is None:
        return {"name": "", "text": text}
    registry = standard_registry()
    engine = ScalarEngine(PolicyBook([reading.compiled], registry, reading.compiled.as_of))
    (answer,) = explain(engine, stored_facts(known_facts(enterprise)), {}, True)
    fen = answer.payment.amount if answer.payment is not None and answer.outcome == "eligible" else None
    return {
        "name": enterprise.name,
        "pk": enterprise.pk,
        "outcome": OUTCOMES[answer.outcome],
        "is_eligible": answer.outcome == "eligible",
        "row": answer.row,
        "amount": money_words(fen) if fen is not None else "",
        "because": answer.because[:8],
        "missing": "、".join(answer.missing[0]) if answer.missing else "",
        "near": answer.nearest[0].text if answer.nearest and hasattr(answer.nearest[0], "text") else "",
    }
