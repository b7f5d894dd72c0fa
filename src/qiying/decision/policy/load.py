"""Reading a policy file; every mistake is reported with file, line, column, what is wrong and what to write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qiying.decision.indicators import Registry, load_registry
from qiying.decision.indicators.located import FileError, FileProblem, Value, read_yaml

from .model import (
    AGGREGATES,
    CONFIDENCES,
    DELIVERIES,
    HIT_POLICIES,
    OUTPUT_TYPES,
    Caps,
    Clause,
    Column,
    Document,
    Example,
    Figure,
    Group,
    Material,
    Output,
    Place,
    Policy,
    Row,
    Score,
    ScorePart,
    Table,
)  # fmt: skip

KEYS = (
    "id", "name", "document", "department", "delivery", "valid_from", "valid_to", "region", "summary", "uses",
    "requires", "excludes", "table", "score", "group", "caps", "first_time_only", "materials", "figures",
    "examples", "sample", "note",
)  # fmt: skip
REQUIRED = ("id", "name", "document", "department", "delivery", "table")
OWN_INDICATORS = "indicators.yaml"
"""A file of this name beside policies adds indicators for them."""
OUTCOMES = ("eligible", "not_eligible", "unknown")


def load_policy(path: Path) -> Policy:
    """The policy in a YAML file; FileError lists the problems."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(
            [FileProblem(str(path), 1, 1, f"文件读不出来：{error}", "请检查路径，并以 UTF-8 保存")]
        ) from None
    return read_policy(text, str(path))


def load_policies(paths: Iterable[Path]) -> list[Policy]:
    """The policies in files and folders (`*.yaml`, sorted); FileError lists every file's problems."""
    found, problems = list[Policy](), list[FileProblem]()
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            if file.name == OWN_INDICATORS:
                continue
            try:
                found.append(load_policy(file))
            except FileError as error:
                problems += error.problems
    seen: dict[str, str] = {}
    for policy in found:
        if policy.id in seen:
            advice = "每个政策的 id 要不同"
            problems.append(
                FileProblem(policy.file, 1, 1, f"id “{policy.id}”与 {seen[policy.id]} 重复", advice)
            )
        seen[policy.id] = policy.file
    if problems:
        raise FileError(problems)
    return found


def registry_beside(paths: Iterable[Path], base: Registry) -> Registry:
    """The registry with the indicators that stand beside the policy files."""
    folders = {path if path.is_dir() else path.parent for path in paths}
    for folder in sorted(folders):
        file = folder / OWN_INDICATORS
        if file.is_file():
            added = load_registry(file.read_text(encoding="utf-8"), str(file))
            base = base.with_added(tuple(added.indicators.values()))
    return base


def read_policy(text: str, file: str = "policy.yaml") -> Policy:
    """The policy in a YAML text."""
    root = read_yaml(text, file)
    entry = root.fields(KEYS, REQUIRED)
    words = {key: entry[key].text() for key in ("region", "summary", "note") if key in entry}
    policy = Policy(
        id=entry["id"].text(),
        name=entry["name"].text(),
        document=_document(entry["document"]),
        department=entry["department"].text(),
        delivery=entry["delivery"].one_of(DELIVERIES),
        table=_table(entry["table"]),
        valid_from=entry["valid_from"].day() if "valid_from" in entry else None,
        valid_to=entry["valid_to"].day() if "valid_to" in entry else None,
        uses=entry["uses"].texts() if "uses" in entry else (),
        requires=_clauses(entry, "requires"),
        excludes=_clauses(entry, "excludes"),
        score=_score(entry["score"]) if "score" in entry else None,
        group=_group(entry["group"]) if "group" in entry else None,
        caps=_caps(entry["caps"]) if "caps" in entry else None,
        first_time_only=entry["first_time_only"].boolean() if "first_time_only" in entry else False,
        materials=tuple(map(_material, entry["materials"].items())) if "materials" in entry else (),
        figures=tuple(map(_figure, entry["figures"].items())) if "figures" in entry else (),
        examples=tuple(map(_example, entry["examples"].items())) if "examples" in entry else (),
        sample=entry["sample"].boolean() if "sample" in entry else False,
        file=file,
        **words,
    )
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        raise entry["valid_to"].wrong("失效日期早于生效日期", "请检查两个日期")
    return policy


def _place(value: Value) -> Place:
    return Place(value.line, value.column)


def _optional(entry: dict[str, Value], key: str) -> str:
    return entry[key].text() if key in entry and not entry[key].is_null else ""


def _document(value: Value) -> Document:
    entry = value.fields(("number", "title", "link"), ("number",))
    return Document(entry["number"].text(), _optional(entry, "title"), _optional(entry, "link"))


def _clauses(parent: dict[str, Value], key: str) -> tuple[Clause, ...]:
    if key not in parent:
        return ()
    found = []
    for item in parent[key].items():
        entry = item.fields(("when", "source", "says"), ("when",))
        when = entry["when"]
        found.append(Clause(when.text(), _optional(entry, "source"), _optional(entry, "says"), _place(when)))
    return tuple(found)


def _columns(value: Value) -> tuple[Column, ...]:
    found = []
    for item in value.items():
        if not hasattr(item.node, "tag") or item.node.tag != "tag:yaml.org,2002:map":
            found.append(Column(item.text(), "", _place(item)))
            continue
        entry = item.fields(("expression", "label"), ("expression",))
        found.append(
            Column(entry["expression"].text(), _optional(entry, "label"), _place(entry["expression"]))
        )
    return tuple(found)


def _row(value: Value, width: int, outputs: int) -> Row:
    entry = value.fields(("when", "then", "source", "name", "stage"), ("then",))
    cells = entry["when"].items() if "when" in entry else []
    if len(cells) != width:
        raise value.wrong(f"这一行有 {len(cells)} 个条件，输入列有 {width} 个", "每列写一个，不限写 -")
    node_is_list = entry["then"].node.tag == "tag:yaml.org,2002:seq"
    then = entry["then"].items() if node_is_list else [entry["then"]]
    if len(then) != outputs:
        raise entry["then"].wrong(f"这一行有 {len(then)} 个结果，输出列有 {outputs} 个", "每列写一个")
    return Row(
        tuple(cell.text() for cell in cells),
        tuple(one.text() for one in then),
        _optional(entry, "source"),
        _optional(entry, "name"),
        _optional(entry, "stage"),
        tuple(_place(one) for one in (*cells, *then)),
    )


def _outputs(entry: dict[str, Value]) -> tuple[Output, ...]:
    if "outputs" not in entry:
        return (Output("金额"),)
    found = []
    for item in entry["outputs"].items():
        one = item.fields(("name", "type", "values"), ("name",))
        kind = one["type"].one_of(OUTPUT_TYPES) if "type" in one else "money"
        found.append(Output(one["name"].text(), kind, one["values"].texts() if "values" in one else ()))
    return tuple(found)


def _table(value: Value) -> Table:
    entry = value.fields(("hit", "aggregate", "inputs", "outputs", "rows"), ("hit", "rows"))
    hit = entry["hit"].one_of(HIT_POLICIES)
    aggregate = entry["aggregate"].one_of(AGGREGATES) if "aggregate" in entry else ""
    if aggregate and hit != "C":
        raise entry["aggregate"].wrong("只有命中策略 C 可以汇总", "请把 hit 写成 C，或删去 aggregate")
    outputs = _outputs(entry)
    if hit == "P" and not outputs[0].values:
        raise entry["hit"].wrong("命中策略 P 要有输出的先后次序", "请在 outputs 里写 values，从最优先的写起")
    inputs = _columns(entry["inputs"]) if "inputs" in entry else ()
    rows = entry["rows"].items()
    if not rows:
        raise entry["rows"].wrong("表格没有行", "至少写一行")
    return Table(hit, inputs, outputs, tuple(_row(r, len(inputs), len(outputs)) for r in rows), aggregate)


def _score(value: Value) -> Score:
    entry = value.fields(("name", "parts"), ("name", "parts"))
    parts = []
    for item in entry["parts"].items():
        one = item.fields(("name", "inputs", "rows", "take", "source"), ("name", "inputs", "rows"))
        inputs = _columns(one["inputs"])
        rows = tuple(_row(row, len(inputs), 1) for row in one["rows"].items())
        take = one["take"].one_of(("first", "max", "sum")) if "take" in one else "max"
        parts.append(ScorePart(one["name"].text(), inputs, rows, take, _optional(one, "source")))
    return Score(entry["name"].text(), tuple(parts))


def _group(value: Value) -> Group:
    entry = value.fields(("name", "source"), ("name",))
    return Group(entry["name"].text(), _optional(entry, "source"))


def _caps(value: Value) -> Caps:
    entry = value.fields(("per_year", "total", "source"))
    for key in ("per_year", "total"):
        if key in entry and entry[key].decimal() <= 0:
            raise entry[key].wrong("上限应大于 0", "单位是元，如 500000")
    return Caps(_optional(entry, "per_year"), _optional(entry, "total"), _optional(entry, "source"))


def _material(value: Value) -> Material:
    if value.node.tag != "tag:yaml.org,2002:map":
        return Material(value.text())
    entry = value.fields(("name", "note"), ("name",))
    return Material(entry["name"].text(), _optional(entry, "note"))


def _figure(value: Value) -> Figure:
    entry = value.fields(("value", "what", "source", "confidence"), ("value", "what", "source", "confidence"))
    confidence = entry["confidence"].one_of(CONFIDENCES)
    return Figure(entry["value"].text(), entry["what"].text(), entry["source"].text(), confidence)


def _example(value: Value) -> Example:
    keys = ("facts", "outcome", "amount_yuan", "row", "points", "as_of", "note")
    entry = value.fields(keys, ("facts", "outcome"))
    return Example(
        facts=tuple((name, fact.text()) for name, fact in entry["facts"].mapping()),
        outcome=entry["outcome"].one_of(OUTCOMES),
        amount_yuan=_optional(entry, "amount_yuan"),
        row=entry["row"].whole() if "row" in entry else None,
        points=_optional(entry, "points"),
        as_of=entry["as_of"].day() if "as_of" in entry else None,
        note=_optional(entry, "note"),
        place=_place(value),
    )
