"""Programmes over HTTP: a tree with where every task stands; lists, giving tasks and acts go by registers and cases."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from qiying.capabilities.programmes.selectors import edition_of, programmes_visible_to, tree_of
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["任务清单"])


class NodeOut(Schema):
    """A branch or a leaf; of a branch, how many of its leaves are written off."""

    code: str
    title: str
    depth: int
    is_leaf: bool
    unit: str
    person: str
    due_on: date | None
    progress: int = Field(description="百分之几；分支是下面任务的平均")
    status: str = Field(description="一句话：在办、等核销、已核销、超期几个工作日")
    late_workdays: int
    case_number: str
    waits_for: list[str]
    holds_up: list[str] = Field(description="因为它办不下去的任务编号")
    done: int
    leaves: int


class TreeOut(Schema):
    title: str
    meaning: str
    edition: int
    sentence: str
    nodes: list[NodeOut]


@router.get("/programmes/{programme_id}/tree", response={200: TreeOut, **ERRORS}, summary="方案的进度")
def tree_get(request: HttpRequest, programme_id: int) -> dict[str, Any]:
    """Return the edition in force with where every task stands today."""
    calling = cast(ApiRequest, request)
    programme = fetch_or_404(programmes_visible_to(calling.viewer), pk=programme_id)
    edition = edition_of(programme)
    if edition is None:
        raise Http404("这份方案还没有发布的版本")
    tree = tree_of(edition, calling.today)
    nodes = [
        {
            **{name: getattr(row.node, name) for name in ("code", "title", "depth", "is_leaf")},
            **{name: getattr(row, name) for name in ("unit", "person", "due_on", "progress", "done")},
            "status": row.words,
            "late_workdays": row.late,
            "case_number": row.task.number if row.task else "",
            "waits_for": row.node.waits,
            "holds_up": [one.node.code for one in row.holds],
            "leaves": len(row.leaves),
        }
        for row in tree.rows
    ]
    told = {"title": programme.title, "meaning": programme.meaning, "edition": edition.no}
    return {**told, "sentence": tree.sentence, "nodes": nodes}
