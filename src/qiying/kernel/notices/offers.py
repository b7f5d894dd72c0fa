"""Sending for apps below this one: they ask for `tell` by name and send nothing where no notices are installed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.kernel.notices.services import Done, NoticeSpec, notices_queue
from qiying.kernel.organisations.offers import provide


def tell(
    told: list[tuple[str, str, str, dict[str, Any]]],
    *,
    subject: str,
    key: str,
    district_id: int,
    at: datetime,
    done: tuple[str, ...] | None = None,
) -> None:
    """Queue (template, to, url, context) about one subject; `done` are parties of whom nothing is asked any more."""
    specs = [
        NoticeSpec(template, to, subject, f"{subject}:{key}:{template}:{to}", context, url)
        for template, to, url, context in told
    ]
    settled = Done(subject, done, f"{subject}:{key}") if done is not None else None
    notices_queue(specs, district_id=district_id, at=at, done=settled)


provide("tell", tell)
