"""Uploads that come before what they belong to: drafts of a person, or of one browser without sign-in."""

import re
import secrets
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from qiying.kernel.documents.models import Audience, Document
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import wholes

SESSION_KEY = "draft_uploads"
MAX_DRAFTS = 20
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


def draft_session(request: HttpRequest) -> str | None:
    """Return the secret that ties drafts to this browser; unlike the session's key it outlives signing in."""
    value = request.session.get(SESSION_KEY)
    return value if isinstance(value, str) else None


def draft_session_make(request: HttpRequest) -> str:
    """Return the browser's secret, made now if there was none."""
    secret = draft_session(request)
    if secret is None:
        secret = request.session[SESSION_KEY] = secrets.token_urlsafe(24)
    return secret


def new_token() -> str:
    """Return a token for one unsent form; put it into the form, so that its drafts are found again."""
    return secrets.token_urlsafe(12)


def uploaded_ids(request: HttpRequest) -> list[int]:
    """Return the document ids a form sends in hidden fields; anything else in them is dropped."""
    return wholes(request.POST.getlist("documents"))


def draft_store(request: ViewerRequest, file: "UploadedFile[Any]", *, kind: str, token: str) -> Document:
    """Store one upload as a draft of this person or browser; raise `GuardFailed` with the reasons."""
    if not _TOKEN.fullmatch(token):
        raise GuardFailed(["页面放得太久了。请刷新页面再传，写的内容还在。"])
    secret = None if request.viewer.is_authenticated else draft_session_make(request)
    _throttle(request, secret)
    owner = draft_owner(request.viewer, secret)
    if owner is None:
        raise GuardFailed(["浏览器不让记住您是谁。请允许 Cookie 后再传。"])
    if len(own_drafts(request.viewer, token, secret)) >= MAX_DRAFTS:
        raise GuardFailed([f"一次最多传 {MAX_DRAFTS} 个文件。请先拿掉不要的。"])
    return document_store(
        content=file.read(),
        name=file.name or "",
        kind=kind,
        subject=f"{draft_prefix(owner)}{token}",
        audience=Audience.PARTIES,
        actor=request.viewer,
        district_id=request.viewer.district_id,
        at=request.now,
    )


def _throttle(request: ViewerRequest, secret: str | None) -> None:
    """Count one upload of this person, or of this browser and its address: a browser forgets its cookies."""
    hour = timedelta(hours=1)
    if secret is None:
        limits = [Limit("upload", f"p:{request.viewer.person_id}", 300, hour)]
    else:
        # Many enterprises share one address behind a town's gateway.
        limits = [Limit("upload", secret, 40, hour), Limit("upload_ip", client_ip(request), 300, hour)]
    if exceeded := attempt(limits, at=request.now):
        raise GuardFailed([f"传得太多了。请等 {exceeded.words}再传，写的内容还在。"])
