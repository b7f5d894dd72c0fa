"""Where guidance stands: navigation, the enterprise's home, beside its cases."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.prevention.services.guiding import GuidanceExtras, assessment_kept, sectors, sheets
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.sheets import SHEETS, Sheets
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

SEES = ("inspector", "law_watcher", "desk", "leader", "liaison", "supervisor", "district_leader")
offer_nav("compliance_experts", "合规专家", "prevention:experts", SEES, 64, group="enforcement")
offer_nav(
    "guidance_open", "约谈企业", "/open/guidance/", ("inspector", "law_watcher"), 54, group="enforcement"
)


def tile(request: ViewerRequest) -> Tile | None:
    """Offer guidance to enterprises; nobody is asked to take it."""
    return Tile("prevention/_tile.html", {}) if request.viewer.enterprise_ids else None


offer_tile("prevention", 67, tile)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return score, expert, advice and talk beside the case of a guidance."""
    if case.procedure != "guidance":
        return None
    known = GuidanceExtras.of(case)
    response = Response.objects.select_related("version").filter(pk=known.response).first()
    score = response.version.compiled.definition.score if response else None
    words = next((g["words"] for g in (score or {}).get("grades", ()) if g["grade"] == known.grade), "")
    told = {
        "known": known,
        "sector": sectors()[known.sector]["label"] if known.sector in sectors() else "",
        "words": words,
        "case": case,
        "is_own": case.enterprise_id in viewer.enterprise_ids,
    }
    return Tile("prevention/_case.html", told)


case_panel("prevention", panel)


def _back(case: Case, viewer: Viewer) -> str:
    own = case.enterprise_id in viewer.enterprise_ids
    return reverse("mine:case" if own else "cases:case", args=[case.number])


SHEETS["guidance"] = Sheets(sheets, assessment_kept, _back, submit="算分")
asker_face(
    "guidance",
    AskerFace(
        acts={
            "commit": AskerAct("约谈里说好的", "承诺照做", done="承诺记下了。"),
            "withdraw": AskerAct("不要指导了", "撤回", done="撤回了，什么时候要都可以再提。"),
        },
        turn_words={"advised": "照建议在改"},
    ),
)
