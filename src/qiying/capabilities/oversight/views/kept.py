"""A register of oversight: the congress keeps it, everybody with oversight reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.registers.register import Register, declare_register

VIEW, KEEP = "oversight.view", "oversight.keep"


def kept_register(
    name: str,
    title: str,
    model: Any,
    columns: Sequence[Column[Any]],
    *,
    service: Callable[..., Any] | None = None,
    related: Sequence[str] = (),
    listing: Mapping[str, Any],
    **more: Any,
) -> Register[Any]:
    """Declare a register of the viewer's district at `oversight:<name>`; `more` is the kit's."""
    told: dict[str, Any] = {
        "rows": lambda viewer, today: model.objects.filter(
            district_id=viewer.district_id or 0
        ).select_related(*related),
        "sees": (VIEW,),
        "opens": (VIEW,),
        "edits": (KEEP,),
        "subject": lambda row: row.subject,
        "noun": title,
        "new_label": f"登记{title}",
    }
    if service is not None:
        told["save"] = lambda actor, row, values, now: service(actor=actor, row=row, values=values, now=now)
    shown = Listing(name=f"oversight_{name}", caption=title, columns=columns, **listing)
    return declare_register(
        Register(
            name=f"oversight_{name}",
            title=title,
            listing=shown,
            url=f"oversight:{name}",
            **{**told, **more},
        )
    )
