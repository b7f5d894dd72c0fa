"""Uploading, showing and handing out documents: originals as attachments, only re-drawn pictures inline."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.acceptance import LIMITS
from qiying.kernel.documents.models import Audience
from qiying.kernel.documents.previews import LARGE, THUMBNAIL, NoPreview, preview_image
from qiying.kernel.documents.selectors import document_for
from qiying.kernel.documents.services import document_read, draft_remove
from qiying.kernel.documents.uploads import draft_session, draft_store
from qiying.kernel.organisations.pages import shell
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed

# Should a browser render it all the same: no scripts, no forms, no origin.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_POST
def upload(request: ViewerRequest) -> HttpResponse:
    """Store one file as a draft and answer with its tile, or with the reason in its place."""
    kind = request.POST.get("kind", "")
    if kind not in LIMITS:
        raise Http404("没有这类文件")
    file = request.FILES.get("file")
    try:
        if file is None:
            raise GuardFailed(["没有收到文件。请重新选一个。"])
        limit = settings.QIYING_ENV.upload_limit_mb
        if (file.size or 0) > limit * 1024 * 1024:
            raise GuardFailed([f"文件太大，最大 {limit} MB。可以用手机拍一张传上来。"])
        document = draft_store(request, file, kind=kind, token=request.POST.get("token", ""))
    except GuardFailed as refused:
        return render(request, "documents/_refused.html", {"reasons": refused.reasons}, status=422)
    return render(request, "documents/_draft.html", {"document": document})


@require_POST
def remove(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Take back a draft; the tile's place becomes empty."""
    document = document_for(request.viewer, document_id, draft_session(request))
    draft_remove(document=document)
    return HttpResponse("")


@require_GET
@never_cache
def download(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Hand out the original as an attachment; a restricted one leaves an audit row."""
    document = document_for(request.viewer, document_id, draft_session(request))
    content = document_read(document)
    if document.audience == Audience.RESTRICTED:
        record_act(
            actor=request.viewer,
            action="document_download",
            subject=document.subject,
            data={"document": document.pk, "commitment": document.commitment},
            at=request.now,
            district_id=document.district_id,
        )
    response = HttpResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


@require_GET
def preview(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Show a picture drawn anew, without EXIF: `?size=thumb` or large."""
    document = document_for(request.viewer, document_id, draft_session(request))
    longest = THUMBNAIL if request.GET.get("size") == "thumb" else LARGE
    tag = f'"{document.blob_name[:16]}-{longest}"'
    if not document.is_image:
        raise Http404("这份文件没有预览")
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    try:
        picture = preview_image(document_read(document), longest)
    except NoPreview:
        raise Http404("这张图打不开，不能预览") from None
    response = HttpResponse(picture.content, content_type=picture.media_type)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    # Private: who may see it can change, so the browser asks again each time and is told 304.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response


@require_GET
def detail(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Show what a document is, who gave it, and its picture if it has one."""
    document = document_for(request.viewer, document_id, draft_session(request))
    return render(request, "documents/detail.html", {**shell(request), "document": document})
