"""What the desk's pages share: the policy of an address, its versions as readings, words for amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Value

from qiying.capabilities.policies.models import Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.rules.table_edit import sheet_of_yaml
from qiying.capabilities.policies.rules.table_words import Reading, read_sheet
from qiying.capabilities.policies.selectors.catalogue import must_lead, others_waiting, policies_visible_to
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import first_row
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer

STATUS = {
    PolicyState.DRAFT: "unknown", PolicyState.PUBLISHED: "done", PolicyState.EXPIRED: "paused",
    PolicyState.REPLACED: "paused", PolicyState.WITHDRAWN: "paused",
}  # fmt: skip
VERSION_STATUS = {
    VersionState.DRAFT: "unknown", VersionState.IN_REVIEW: "turn", VersionState.APPROVED: "duesoon",
    VersionState.PUBLISHED: "done", VersionState.SUPERSEDED: "paused", VersionState.RETURNED: "duesoon",
    VersionState.DROPPED: "paused",
}  # fmt: skip
EDITABLE = (VersionState.DRAFT, VersionState.RETURNED)


def the_policy(request: ViewerRequest, code: str) -> Policy:
    """Return a policy of the officer's district; 404 for everybody else."""
    return fetch_or_404(policies_visible_to(request.viewer), code=code)


def led_policy(request: ViewerRequest, code: str, permission: str = "policies.edit") -> Policy:
    """Return a policy the officer's unit leads; 404 outside the district, `NotPermitted` for another department."""
    policy = the_policy(request, code)
    must_lead(request.viewer, permission, policy)
    return policy


def to_review(request: ViewerRequest) -> int | None:
    """Return how many versions wait for this person's review, for the navigation."""
    if not request.viewer.has("policies.review"):
        return None
    return int(first_row(_in_review, request.viewer, request.today).get("n", 0))


def _in_review(viewer: Viewer, _today: date) -> QuerySet[Any]:
    rows = others_waiting(viewer).order_by().annotate(one=Value(1)).values("one")
    return rows.annotate(n=Count("pk")).values("n")


def reading_of(version: PolicyVersion, on: date) -> Reading | None:
    """Return a version as the engine reads it; None when the file itself cannot be read."""
    try:
        return read_sheet(sheet_of_yaml(version.text), standard_registry(), on)
    except FileError:
        return None


def version_row(version: PolicyVersion) -> dict[str, Any]:
    """Return a version for a list."""
    return {
        "version": version,
        "status": VERSION_STATUS[VersionState(version.state)],
        "label": VersionState(version.state).label,
        "author": version.author.name if version.author else "系统导入",
        "reviewer": version.reviewer.name if version.reviewer else "",
    }


def wan(fen: int) -> str:
    """Return fen in 万元 with at most two decimals, for columns of figures.

    >>> wan(123_456_789_00), wan(5_000_00), wan(0)
    ('12,345.68', '0.5', '0')
    """
    text = f"{fen / 1_000_000:,.2f}"
    return text.rstrip("0").rstrip(".")


def signed(number: int, words: str) -> str:
    """Return a change with its sign; a true minus, so that it is not read as a dash."""
    return f"+{words}" if number > 0 else f"−{words}" if number < 0 else "0"
