"""What was granted before, by enterprise, brought into the row order of a batch."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from qiying.decision.scalar.amounts import History

Grants = Mapping[str, Mapping[str, History]]
"""By policy id and enterprise identifier."""


def by_row(grants: Grants, ids: pa.Array) -> dict[str, dict[int, History]]:
    """The grants of the enterprises in a batch, by policy id and row number; others are left out."""
    if not any(grants.values()):
        return {}
    place = {key: row for row, key in enumerate(ids.to_pylist())}
    return {
        policy: {place[key]: past for key, past in by_enterprise.items() if key in place}
        for policy, by_enterprise in grants.items()
    }
