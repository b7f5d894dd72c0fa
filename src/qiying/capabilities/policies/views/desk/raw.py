"""The draft as its file: written by hand, every mistake with line and column."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qiying.capabilities.policies.models import PolicyVersion
from qiying.capabilities.policies.selectors.catalogue import open_version
from qiying.capabilities.policies.services.catalogue.lifecycle import draft_save
from qiying.capabilities.policies.views.desk.common import EDITABLE, led_policy
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.load import read_policy
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.ui.given import whole

MOST = 200_000


@visible_with("policies.edit")
def yaml(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the draft's file; on POST save it, or only say what is wrong (`live`)."""
    policy = led_policy(request, code)
    version = open_version(policy)
    if version is None or version.state not in EDITABLE:
        return HttpResponseRedirect(reverse("policies:desk_policy", args=[code]))
    if request.method != "POST":
        return _shown(request, version, version.text, version.revision)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")[:MOST]
    if request.POST.get("live"):
        return render(request, "policies/desk/_yaml_told.html", {"problems": problems_of(request, text)})
    revision = request.POST.get("revision", "")
    try:
        draft_save(
            actor=request.viewer, version=version, text=text, at=request.now, effective_from=version.effective_from,
            revision=-1 if (seen := whole(revision)) is None else seen,
        )  # fmt: skip
    except (GuardFailed, ActionNotAvailable) as error:
        return _shown(
            request, version, text, revision, str(error) if not problems_of(request, text) else "有错，没存"
        )
    messages.success(request, "文件存好了。")
    target = "policies:desk_edit" if request.POST.get("op") == "table" else "policies:desk_yaml"
    return HttpResponseRedirect(reverse(target, args=[code]))


def problems_of(request: ViewerRequest, text: str) -> list[FileProblem]:
    """Return what is wrong with a policy file, errors first; notes of gaps and overlaps last."""
    try:
        wording = read_policy(text, "政策.yaml")
    except FileError as error:
        return list(error.problems)
    found = check_policy(wording, standard_registry(), wording.valid_from or request.today)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda p: (order.get(p.severity, 3), p.line, p.column))


def _shown(
    request: ViewerRequest, version: PolicyVersion, text: str, revision: Any, refusal: str = ""
) -> HttpResponse:
    context = {
        "policy": version.policy,
        "version": version,
        "text": text,
        "revision": revision,
        "problems": problems_of(request, text),
        "refusal": refusal,
    }
    return page(request, "policies/desk/yaml.html", context, status=422 if refusal else None)
