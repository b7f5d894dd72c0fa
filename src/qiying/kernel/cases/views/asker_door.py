"""How an asker comes to his one case: signed in, or by the link in an SMS; and his files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from qiying.kernel.cases.faces.file import CaseFile, case_file, case_visible
from qiying.kernel.cases.links import link_read
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.previews import LARGE, THUMBNAIL, NoPreview, preview_image
from qiying.kernel.documents.services import document_read
from qiying.kernel.documents.views import SANDBOX
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Door:
    """Who looks at which case, and under which address its pages lie."""

    viewer: Viewer
    number: str
    token: str = ""

    @property
    def url(self) -> str:
        return self._address("link", "case")

    @property
    def print_url(self) -> str:
        return self._address("link_print", "print")

    def act_url(self, code: str) -> str:
        return self._address("link_act", "act", code)

    def file_url(self, document_id: int) -> str:
        return self._address("link_file", "file", document_id)

    def _address(self, by_link: str, signed_in: str, *rest: object) -> str:
        name, key = (by_link, self.token) if self.token else (signed_in, self.number)
        return reverse(f"mine:{name}", args=[key, *rest])


def own_door(request: ViewerRequest, number: str) -> Door:
    """Return the door of who signed in."""
    return Door(request.viewer, number)


def link_door(token: str) -> Door | None:
    """Return the door of a link, or None when it is forged or ran out."""
    read = link_read(token)
    return Door(read[1], read[0], token) if read else None


def open_file(request: ViewerRequest, door: Door, *, page: int = 1) -> CaseFile:
    """Return the case behind a door; 404 when whoever holds it takes no part in it."""
    return case_file(case_visible(door.viewer, door.number), door.viewer, request.now, page=page)


def document_face(door: Door, document: Document) -> dict[str, Any]:
    """Return a file as a link behind the door."""
    url = door.file_url(document.pk)
    return {
        "name": document.name,
        "size": document.size,
        "url": url,
        "preview_url": f"{url}?size=thumb" if document.is_image else "",
        "erased": document.erased_at is not None,
    }


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
