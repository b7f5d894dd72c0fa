"""Policy files in and out: upload with a dry run, download as YAML, DMN or plain Chinese to print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from qiying.capabilities.policies.models import PolicyVersion
from qiying.capabilities.policies.selectors.shelf import wording_of
from qiying.capabilities.policies.services.catalogue.loading import (
    CHANGED,
    NEW,
    Read,
    file_import,
    files_read,
)
from qiying.capabilities.policies.views.desk.common import the_policy
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.dmn_xml import to_dmn
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404

MOST_FILES = 50
MOST_BYTES = 1_000_000
SALT = "policies.import"


@visible_with("policies.edit")
def upload(request: ViewerRequest) -> HttpResponse:
    """Take files, say what each would do, and enter them when asked to."""
    if request.method != "POST":
        return page(request, "policies/desk/import.html", {})
    files = [(f.name or "", f.read(MOST_BYTES + 1)) for f in request.FILES.getlist("files")[:MOST_FILES]]
    kept = request.POST.get("kept", "")
    if not files and kept:
        try:
            files = [(name, text.encode()) for name, text in signing.loads(kept, salt=SALT, max_age=86_400)]
        except signing.BadSignature:
            return page(
                request, "policies/desk/import.html", {"refusal": "隔得太久，请重新选文件"}, status=422
            )
    if not files:
        return page(request, "policies/desk/import.html", {"refusal": "请先选文件"}, status=422)
    found = files_read(request.viewer.district_id or 0, files, request.today, request.viewer)
    if request.POST.get("op") == "enter":
        return _entered(request, found)
    good = [(one.file, one.text) for one in found if one.wording is not None]
    context = {
        "files": found,
        "kept": signing.dumps([(_as_yaml(name), text) for name, text in good], salt=SALT, compress=True),
        "to_enter": sum(1 for one in found if one.outcome in (NEW, CHANGED)),
    }
    return page(request, "policies/desk/import.html", context)


def _as_yaml(name: str) -> str:
    """The name under which a file's YAML text is kept for the second step."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.yaml" if dot and ending.lower() in ("dmn", "xml") else name


def _entered(request: ViewerRequest, found: list[Read]) -> HttpResponse:
    done, refused = 0, []
    for one in found:
        try:
            version = file_import(
                actor=request.viewer, district_id=request.viewer.district_id or 0, read=one, at=request.now
            )
            done += version is not None
        except (GuardFailed, ActionNotAvailable, NotPermitted) as error:
            refused.append(f"{one.file}：{error}")
    for words in refused:
        messages.warning(request, words)
    messages.success(request, f"记下 {done} 份草稿，检查后送审。")
    return HttpResponseRedirect(f"{reverse('policies:desk')}?tab=draft")


@visible_with("policies.edit", "policies.review", "policies.reach")
def download(request: ViewerRequest, code: str, no: int, kind: str) -> HttpResponse:
    """Return a version as a file: `yaml` or `dmn`."""
    policy = the_policy(request, code)
    version = fetch_or_404(policy.versions.all(), no=no)
    body, content_type = _file(version, kind)
    record_act(
        actor=request.viewer, action="list_export", subject=f"policy:{policy.pk}",
        data={"version": no, "as": kind}, at=request.now,
    )  # fmt: skip
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{code}-v{no}.{kind}") or "attachment"
    }
    return HttpResponse(body, content_type=content_type, headers=headers)


def _file(version: PolicyVersion, kind: str) -> tuple[Any, str]:
    if kind == "yaml":
        return version.text, "application/yaml; charset=utf-8"
    try:
        return to_dmn(wording_of(version), standard_registry()), "application/xml"
    except FileError as error:
        raise Http404("这一版还有错，写不成 DMN") from error
