"""What hit policies make of rows that can hold together."""

from __future__ import annotations

from qiying.decision.logic.formula import FALSE, Formula, conj, disj, neg

from .model import Policy


def decides(hit: str, matches: list[Formula], ranks: list[int]) -> list[Formula]:
    """When each row decides, by hit policy."""
    if hit not in ("F", "P"):
        return matches
    order = sorted(range(len(matches)), key=lambda i: (ranks[i], i)) if hit == "P" else range(len(matches))
    found, earlier = list(matches), FALSE
    for index in order:
        found[index] = conj(matches[index], neg(earlier))
        earlier = disj(earlier, matches[index])
    return found


def ranks(policy: Policy) -> list[int]:
    """For hit policy P: each row's place in the order of output values; unlisted ones come last."""
    order = {value: rank for rank, value in enumerate(policy.table.outputs[0].values)}
    return [order.get(row.then[0].strip('"'), len(order)) for row in policy.table.rows]
