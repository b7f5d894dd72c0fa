"""Files of a case for its asker: only those the page shows him, pictures drawn anew, originals as attachments."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from qiying.capabilities.service_requests.views.enterprise.doors import Door, open_file
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.previews import LARGE, THUMBNAIL, NoPreview, preview_image
from qiying.kernel.documents.services import document_read
from qiying.kernel.documents.views import SANDBOX
from qiying.kernel.organisations.requests import ViewerRequest


def hand_out(request: ViewerRequest, door: Door, document_id: int) -> HttpResponse:
    """Return the original, or with `?size=thumb` or `large` its picture; 404 for what the page does not show."""
    document = _readable(request, door, document_id)
    size = request.GET.get("size")
    if size:
        return _picture(document, THUMBNAIL if size == "thumb" else LARGE)
    response = HttpResponse(document_read(document), content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    return _guarded(response)


def _readable(request: ViewerRequest, door: Door, document_id: int) -> Document:
    found = open_file(request, door)
    for document in found.reading.documents(most=1000):
        if document.pk == document_id:
            return document
    raise Http404("没有找到这份文件，或者您看不到它")


def _picture(document: Document, longest: int) -> HttpResponse:
    if not document.is_image:
        raise Http404("这份文件没有预览")
    try:
        picture = preview_image(document_read(document), longest)
    except NoPreview:
        raise Http404("这张图打不开，不能预览") from None
    response = HttpResponse(picture.content, content_type=picture.media_type)
    response["Content-Disposition"] = "inline"
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-cache"
    return response
