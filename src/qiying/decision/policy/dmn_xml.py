"""The DMN 1.5 twin of a policy: tables other modellers open and edit, the rest in extension elements."""

from __future__ import annotations

from typing import Any

from lxml import etree

from qiying.decision.indicators import Registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.logic.scope import AS_OF

from .dmn_places import with_places
from .model import Column, Policy, Row, ScorePart, Table
from .plain import plain_policy, policy_of

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
OURS = "urn:qiying:decision:policy:1"
HITS = {"U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER", "C": "COLLECT"}
AGGREGATES = {"sum": "SUM", "min": "MIN", "max": "MAX", "count": "COUNT"}
TYPES = {"money": "number", "count": "number", "number": "number", "points": "number", "text": "string",
         "boolean": "boolean", "date": "date"}  # fmt: skip
COMMON = "符合共同条件"

Element = Any
NAMESPACES: Any = {None: DMN, "qy": OURS}


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    child = etree.SubElement(parent, f"{{{DMN}}}{tag}", attributes)
    if text is not None:
        child.text = text
    return child


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    child = _add(parent, tag, **attributes)
    _add(child, "text", text)
    return child


def to_dmn(policy: Policy, registry: Registry) -> bytes:
    """The policy as a DMN 1.5 document."""
    root = etree.Element(
        f"{{{DMN}}}definitions", {"name": policy.name, "id": "definitions", "namespace": f"{OURS}:{policy.id}"},
        nsmap=NAMESPACES,
    )  # fmt: skip
    _store(_add(root, "extensionElements"), "policy", plain_policy(policy))
    used = _used(policy, registry)
    for number, name in enumerate(used):
        data = _add(root, "inputData", name=name, id=f"input{number}")
        kind = "date" if name == AS_OF else TYPES[registry[name].type]
        _add(data, "variable", name=name, id=f"input{number}v", typeRef=kind)
    inputs = [f"input{number}" for number in range(len(used))]
    decisions = _scores(root, policy, inputs)
    if policy.requires or policy.excludes:
        common = _decision(root, "common", COMMON, "boolean", inputs, decisions)
        _text(common, "literalExpression", common_text(policy), id="common_e")
        decisions = [*decisions, "common"]
    _main(root, policy, inputs, decisions)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def common_text(policy: Policy) -> str:
    """The common conditions as one FEEL expression."""
    parts = [f"({one.when})" for one in policy.requires] + [f"not({one.when})" for one in policy.excludes]
    return " and ".join(parts)


def _used(policy: Policy, registry: Registry) -> list[str]:
    """Indicators (and the as-of date) the texts mention."""
    from qiying.decision.feel.grammar import parse_expression, parse_unary_tests
    from qiying.decision.feel.syntax import Name, walk

    own = () if policy.score is None else (policy.score.name, *(part.name for part in policy.score.parts))
    names = (*registry.names, *own, AS_OF)
    found: set[str] = set()
    for text, is_cell in _texts(policy):
        near = [name for name in names if name in text]
        tree = parse_unary_tests(text, near) if is_cell else parse_expression(text, near)
        found |= {node.name for node in walk(tree) if isinstance(node, Name)}
    return [name for name in names if name in found and name not in own]


def _texts(policy: Policy) -> list[tuple[str, bool]]:
    parts: tuple[ScorePart, ...] = () if policy.score is None else policy.score.parts
    tables: list[Table | ScorePart] = [policy.table, *parts]
    found = [(one.when, False) for one in (*policy.requires, *policy.excludes)]
    for table in tables:
        found += [(column.expression, False) for column in table.inputs]
        for row in table.rows:
            found += [(cell, True) for cell in row.when] + [(text, False) for text in row.then]
    return found


def _decision(
    root: Element, key: str, name: str, kind: str, inputs: list[str], decisions: list[str]
) -> Element:
    found = _add(root, "decision", name=name, id=key)
    _add(found, "variable", name=name, id=f"{key}_v", typeRef=kind)
    for number, target in enumerate([*inputs, *decisions]):
        requirement = _add(found, "informationRequirement", id=f"{key}_r{number}")
        _add(requirement, "requiredInput" if number < len(inputs) else "requiredDecision", href=f"#{target}")
    return found


def _scores(root: Element, policy: Policy, inputs: list[str]) -> list[str]:
    """A table per part and their sum; a part without a fitting row counts 0."""
    if policy.score is None:
        return []
    keys = []
    for number, part in enumerate(policy.score.parts):
        key = f"part{number}"
        decision = _decision(root, key, part.name, "number", inputs, [])
        take = {"first": ("F", ""), "max": ("C", "max"), "sum": ("C", "sum")}[part.take]
        table = _table_head(decision, key, *take)
        _columns(table, key, part.inputs)
        _add(table, "output", id=f"{key}_o0", name=part.name, typeRef="number")
        _rows(table, key, part.rows, common=False)
        keys.append(key)
    total = _decision(root, "score", policy.score.name, "number", [], keys)
    parts = ", ".join(f"if {p.name} = null then 0 else {p.name}" for p in policy.score.parts)
    _text(total, "literalExpression", f"sum([{parts}])", id="score_e")
    return [*keys, "score"]


def _table_head(decision: Element, key: str, hit: str, aggregate: str) -> Element:
    table = _add(decision, "decisionTable", id=f"{key}_t", hitPolicy=HITS[hit])
    if aggregate:
        table.set("aggregation", AGGREGATES[aggregate])
    return table


def _columns(table: Element, key: str, columns: tuple[Column, ...]) -> None:
    for number, column in enumerate(columns):
        clause = _add(table, "input", id=f"{key}_i{number}")
        if column.label:
            clause.set("label", column.label)
        _text(clause, "inputExpression", column.expression, id=f"{key}_i{number}e")


def _main(root: Element, policy: Policy, inputs: list[str], decisions: list[str]) -> None:
    kind = TYPES[policy.table.outputs[0].type] if len(policy.table.outputs) == 1 else "Any"
    decision = _decision(root, "policy", policy.name, kind, inputs, decisions)
    table = _table_head(decision, "policy", policy.table.hit, policy.table.aggregate)
    common = "common" in decisions
    if common:
        clause = _add(table, "input", id="policy_c")
        _text(clause, "inputExpression", COMMON, id="policy_ce", typeRef="boolean")
    _columns(table, "policy", policy.table.inputs)
    for number, output in enumerate(policy.table.outputs):
        clause = _add(table, "output", id=f"policy_o{number}", name=output.name, typeRef=TYPES[output.type])
        if output.values:
            shown = (f'"{v}"' if output.type == "text" else v for v in output.values)
            _text(clause, "outputValues", ", ".join(shown), id=f"policy_o{number}v")
    _add(table, "annotation", name="来源")
    _rows(table, "policy", policy.table.rows, common)


def _rows(table: Element, key: str, rows: tuple[Row, ...], common: bool) -> None:
    for number, row in enumerate(rows):
        rule = _add(table, "rule", id=f"{key}_w{number}")
        if row.name:
            _add(rule, "description", row.name)
        for place, cell in enumerate((*(["true"] if common else []), *row.when)):
            _text(rule, "inputEntry", cell, id=f"{key}_w{number}i{place}")
        for place, text in enumerate(row.then):
            _text(rule, "outputEntry", text, id=f"{key}_w{number}o{place}")
        if key == "policy":
            _text(rule, "annotationEntry", row.source)


def _store(parent: Element, tag: str, value: Any) -> None:
    """Plain lists and mappings as elements of our own namespace."""
    child = etree.SubElement(parent, f"{{{OURS}}}{tag}")
    if isinstance(value, dict):
        child.set("kind", "map")
        for key, inner in value.items():
            _store(child, "entry", inner)
            child[-1].set("key", key)
    elif isinstance(value, list):
        child.set("kind", "list")
        for inner in value:
            _store(child, "item", inner)
    else:
        child.text = str(value)


def _stored(element: Element) -> Any:
    if element.get("kind") == "map":
        return {child.get("key"): _stored(child) for child in element}
    if element.get("kind") == "list":
        return [_stored(child) for child in element]
    return element.text or ""


def from_dmn(content: bytes, file: str = "policy.dmn") -> Policy:
    """The policy in a DMN document; tables edited elsewhere count, and a document of another maker gets defaults."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        problem = FileProblem(
            file, error.lineno or 1, error.offset or 1, f"XML 写法有误：{error.msg}", "请检查文件"
        )
        raise FileError([problem]) from None
    stored = root.find(f"{{{DMN}}}extensionElements/{{{OURS}}}policy")
    plain = _stored(stored) if stored is not None else _defaults(root)
    tables = {d.get("id"): d.find(f"{{{DMN}}}decisionTable") for d in root.iter(f"{{{DMN}}}decision")}
    main = (
        tables.get("policy")
        if stored is not None
        else next((t for t in tables.values() if t is not None), None)
    )
    if main is None:
        advice = "请在模型里画一张决策表"
        raise FileError([FileProblem(file, 1, 1, "没有找到决策表", advice)])
    plain["table"] = _read_table(main, plain.get("table", {}))
    parts = plain.get("score", {}).get("parts", [])
    for number, part in enumerate(parts):
        _read_part(tables.get(f"part{number}"), part)
    _read_common(root, plain)
    found = policy_of(plain, file)
    return with_places(found, root, main, [tables.get(f"part{n}") for n in range(len(parts))], content)


def _defaults(root: Element) -> dict[str, Any]:
    name = root.get("name") or "未命名政策"
    return {"id": root.get("id") or name, "name": name, "document": {"number": "未写"}, "department": "未写",
            "delivery": "申报"}  # fmt: skip


def _entry(element: Element, tag: str) -> str:
    found = element.find(f"{{{DMN}}}{tag}/{{{DMN}}}text")
    return (found.text or "").strip() if found is not None else ""


def _read_rows(table: Element, known: list[dict[str, Any]], skip: int) -> list[dict[str, Any]]:
    rows = []
    for number, rule in enumerate(table.findall(f"{{{DMN}}}rule")):
        row = dict(known[number]) if number < len(known) else {}
        row["when"] = [_own_text(e) or "-" for e in rule.findall(f"{{{DMN}}}inputEntry")][skip:]
        row["then"] = [_own_text(e) for e in rule.findall(f"{{{DMN}}}outputEntry")]
        if not row["when"]:
            del row["when"]
        rows.append(row)
    return rows


def _own_text(element: Element) -> str:
    return (element.findtext(f"{{{DMN}}}text") or "").strip()


def _read_inputs(table: Element, known: list[Any]) -> tuple[list[Any], int]:
    """Input columns, and how many in front belong to the common conditions."""
    texts = [_entry(clause, "inputExpression") for clause in table.findall(f"{{{DMN}}}input")]
    skip = 1 if texts[:1] == [COMMON] else 0
    labels = [clause.get("label", "") for clause in table.findall(f"{{{DMN}}}input")][skip:]
    pairs = zip(texts[skip:], labels, strict=True)
    return [{"expression": t, "label": label} if label else t for t, label in pairs], skip


def _read_table(table: Element, known: dict[str, Any]) -> dict[str, Any]:
    inputs, skip = _read_inputs(table, known.get("inputs", []))
    hit = {word: letter for letter, word in HITS.items()}[table.get("hitPolicy", "UNIQUE")]
    outputs = known.get("outputs") or [
        {"name": o.get("name") or "金额", "type": "text" if o.get("typeRef") == "string" else "money"}
        for o in table.findall(f"{{{DMN}}}output")
    ]
    found = {"hit": hit, "outputs": outputs, "rows": _read_rows(table, known.get("rows", []), skip)}
    if inputs:
        found["inputs"] = inputs
    if table.get("aggregation"):
        found["aggregate"] = table.get("aggregation").lower()
    return found


def _read_part(table: Element | None, part: dict[str, Any]) -> None:
    if table is not None:
        part["inputs"], _ = _read_inputs(table, part["inputs"])
        part["rows"] = _read_rows(table, part["rows"], 0)


def _read_common(root: Element, plain: dict[str, Any]) -> None:
    """Common conditions edited elsewhere become one condition."""
    element = root.find(f"{{{DMN}}}decision[@id='common']/{{{DMN}}}literalExpression")
    if element is None:
        return
    text = _own_text(element)
    parts = [f"({c['when']})" for c in plain.get("requires", [])]
    parts += [f"not({c['when']})" for c in plain.get("excludes", [])]
    if text != " and ".join(parts):
        plain["requires"] = [{"when": text, "source": "在 DMN 工具里改过"}]
        plain.pop("excludes", None)
