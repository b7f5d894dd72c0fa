"""How an asker comes to his one case: signed in, or by the link in an SMS."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from qiying.kernel.cases import faces
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.links import link_read
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

APP = "service_requests"


@dataclass(frozen=True)
class Door:
    """Who looks at which case, and under which address its pages lie."""

    viewer: Viewer
    number: str
    token: str = ""

    @property
    def url(self) -> str:
        return self._address("link", "request")

    @property
    def print_url(self) -> str:
        return self._address("link_print", "request_print")

    def act_url(self, code: str) -> str:
        return self._address("link_act", "request_act", code)

    def file_url(self, document_id: int) -> str:
        return self._address("link_file", "request_file", document_id)

    def _address(self, by_link: str, signed_in: str, *rest: object) -> str:
        name, key = (by_link, self.token) if self.token else (signed_in, self.number)
        return reverse(f"{APP}:{name}", args=[key, *rest])


def own_door(request: ViewerRequest, number: str) -> Door:
    """Return the door of who signed in."""
    return Door(request.viewer, number)


def link_door(token: str) -> Door | None:
    """Return the door of a link, or None when it is forged or ran out."""
    read = link_read(token)
    return Door(read[1], read[0], token) if read else None


def open_file(request: ViewerRequest, door: Door, *, page: int = 1) -> CaseFile:
    """Return the case behind a door; 404 when whoever holds it takes no part in it."""
    case = faces.case_visible(door.viewer, door.number)
    return faces.case_file(case, door.viewer, request.now, page=page)
