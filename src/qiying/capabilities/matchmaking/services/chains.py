"""Links of the district's industry chains: kept from a form, their industries checked against the classification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.matchmaking.models import ChainLink
from qiying.capabilities.matchmaking.services.common import noted
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled
from qiying.statutes.industries import split_code


@transaction.atomic
def link_keep(
    *,
    actor: Viewer,
    row: ChainLink | None,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    **_: Any,
) -> ChainLink:
    """Enter or change a link; raise `GuardFailed` with every reason by field."""
    require(actor, "matchmaking.chains")
    made = row_filled(row or ChainLink(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique="")
    wrong = [code for code in made.codes if not (code.isdigit() and split_code(code)[1])]
    if wrong or not made.codes:
        fields["industries"] = [f"不是行业代码：{'、'.join(wrong) or '没有写'}"]
    same = ChainLink.objects.filter(district_id=made.district_id, chain=made.chain, name=made.name)
    if same.exclude(pk=made.pk).exists():
        fields["name"] = [f"“{made.chain}”已经有“{made.name}”"]
    refuse(fields)
    made.save()
    noted(actor, "link", made, now, title=str(made))
    return made
