"""The same case for the rivals: Polars, DuckDB, zen-engine, OpenFisca-Core; each as its own users would write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import decision_shape as shape
import numpy as np
import pyarrow as pa


def fen(condition: shape.Condition) -> int:
    """A threshold of money in fen, of a count as it is."""
    return int(condition.value) * (100 if condition.column in shape.MONEY else 1)


def polars_run(case: shape.Shape, table: pa.Table) -> Callable[[], Any]:
    """Lazy, with common subexpressions shared, exact int64 and Kleene nulls; a divisor not above 0 is null."""
    import polars as pl

    frame = pl.from_arrow(table.cast(pa.schema([pa.field(f.name, f.type) for f in table.schema])))

    def expression(one: shape.Condition) -> Any:
        column = pl.col(one.column)
        if one.over:
            share = Fraction(one.value)
            over = pl.col(one.over)
            held = column * share.denominator >= over * share.numerator
            return pl.when(over > 0).then(held)
        if one.op == "in":
            return (
                column.cast(pl.String).is_in(list(one.value))
                if column is None
                else column.is_in(list(one.value))
            )
        if one.op == "is":
            return column
        return {">=": column.__ge__, "<=": column.__le__, "<": column.__lt__}[one.op](fen(one))

    conditions = [expression(one) for one in case.conditions]
    outputs = []
    for number, clauses in enumerate(case.policies):
        joined = None
        for clause in clauses:
            part = conditions[clause[0]]
            for index in clause[1:]:
                part = part | conditions[index]
            joined = part if joined is None else joined & part
        outputs.append(joined.alias(f"p{number}"))
    lazy = frame.lazy().select(outputs)
    return lambda: lazy.collect()


def duckdb_run(case: shape.Shape, table: pa.Table) -> Callable[[], Any]:
    """Conditions lifted to a subquery, 200 result columns to Arrow."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    plain = table.cast(pa.schema([
        pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema
    ]))  # fmt: skip
    connection.register("source", plain)
    connection.execute("CREATE TABLE enterprises AS SELECT * FROM source")

    def text(one: shape.Condition) -> str:
        if one.over:
            share = Fraction(one.value)
            held = f'"{one.column}" * {share.denominator} >= "{one.over}" * {share.numerator}'
            return f'CASE WHEN "{one.over}" > 0 THEN {held} END'
        if one.op == "in":
            return f'"{one.column}" IN ({", ".join(repr(v) for v in one.value)})'
        return f'"{one.column}"' if one.op == "is" else f'"{one.column}" {one.op} {fen(one)}'

    inner = ", ".join(f"{text(one)} AS c{number}" for number, one in enumerate(case.conditions))
    outer = ", ".join(
        " AND ".join("(" + " OR ".join(f"c{i}" for i in clause) + ")" for clause in clauses)
        + f" AS p{number}"
        for number, clauses in enumerate(case.policies)
    )
    query = f"SELECT {outer} FROM (SELECT {inner} FROM enterprises)"
    return lambda: connection.sql(query).to_arrow_table()


ZEN_NAMES = {
    name: f"x{number}"
    for number, name in enumerate((*shape.MONEY, *shape.COUNTS, *shape.TEXTS, *shape.BOOLEANS))
}


def zen_run(case: shape.Shape, table: pa.Table, rows: int) -> Callable[[], Any]:
    """The static loader and evaluate_batch, one graph with an expression per policy; gaps filled, as gaps raise."""
    import zen

    def text(one: shape.Condition) -> str:
        name = ZEN_NAMES[one.column]
        if one.over:
            share = Fraction(one.value)
            return f"{name} * {share.denominator} >= {ZEN_NAMES[one.over]} * {share.numerator}"
        if one.op == "in":
            return f"{name} in {json.dumps(list(one.value), ensure_ascii=False)}"
        return f"{name} == true" if one.op == "is" else f"{name} {one.op} {fen(one)}"

    expressions = [
        {
            "id": f"e{number}", "key": f"p{number}",
            "value": " and ".join(
                "(" + " or ".join(text(case.conditions[i]) for i in clause) + ")" for clause in clauses
            ),
        }
        for number, clauses in enumerate(case.policies)
    ]  # fmt: skip
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {"id": "ex", "type": "expressionNode", "name": "ex", "position": {"x": 1, "y": 0},
             "content": {"expressions": expressions}},
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "ex", "type": "edge"},
            {"id": "2", "sourceId": "ex", "targetId": "out", "type": "edge"},
        ],
    }  # fmt: skip
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"policies": graph}}})
    requests = []
    for row in table.slice(0, rows).to_pylist():
        context = {
            ZEN_NAMES[k]: (v if v is not None else "" if k in shape.TEXTS else 0) for k, v in row.items()
        }
        requests.append({"key": "policies", "context": context})

    def run() -> Any:
        found = engine.evaluate_batch(requests)
        assert found[0]["success"], found[0]
        return found

    return run


def openfisca_run(case: shape.Shape, table: pa.Table) -> Callable[[], Any]:
    """Conditions as cached variables, missing as 0 (its own semantics: it has no unknown)."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    enterprise = build_entity("enterprise", "enterprises", "", is_person=True)
    system = TaxBenefitSystem([enterprise])
    names = {name: f"x{number}" for number, name in enumerate(table.column_names)}

    def variable(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": enterprise, "definition_period": DateUnit.YEAR, "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    arrays = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if name in shape.TEXTS:
            arrays[name] = column.indices.fill_null(127).to_numpy(zero_copy_only=False).astype(np.int32)
            variable(names[name], int)
        elif name in shape.BOOLEANS:
            arrays[name] = column.fill_null(False).to_numpy(zero_copy_only=False)
            variable(names[name], bool)
        else:
            arrays[name] = column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.float32)
            variable(names[name], float)
    for number, one in enumerate(case.conditions):
        variable(f"c{number}", bool, _condition_formula(one, names))
    for number, clauses in enumerate(case.policies):
        variable(f"p{number}", bool, _policy_formula(clauses))

    def run() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, table.num_rows)
        for name, values in arrays.items():
            simulation.set_input(names[name], "2025", values)
        return [simulation.calculate(f"p{number}", "2025") for number in range(len(case.policies))]

    return run


def _condition_formula(one: shape.Condition, names: dict[str, str]) -> Any:
    def formula(enterprise, period):  # type: ignore[no-untyped-def]
        value = enterprise(names[one.column], period)
        if one.over:
            share = Fraction(one.value)
            over = enterprise(names[one.over], period)
            return (over > 0) & (value * share.denominator >= over * share.numerator)
        if one.op == "in":
            return np.isin(value, [shape.TEXTS[one.column].index(v) for v in one.value])
        if one.op == "is":
            return value
        return {">=": np.greater_equal, "<=": np.less_equal, "<": np.less}[one.op](value, fen(one))

    return formula


def _policy_formula(clauses: tuple[tuple[int, ...], ...]) -> Any:
    def formula(enterprise, period):  # type: ignore[no-untyped-def]
        joined = None
        for clause in clauses:
            part = enterprise(f"c{clause[0]}", period)
            for index in clause[1:]:
                part = part | enterprise(f"c{index}", period)
            joined = part if joined is None else joined & part
        return joined

    return formula
