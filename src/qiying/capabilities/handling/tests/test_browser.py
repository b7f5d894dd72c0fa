"""Pages of codes, certificates and matters in a real browser: nothing serious from axe, never wider than the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from qiying.capabilities.handling.models import Licence
from qiying.capabilities.handling.tests.handling_world import TODAY, Hall, licence_kind, make_hall
from qiying.kernel.cases.tests.walking import both_ways
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.enterprises.codes import show_code
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = make_hall()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@both_ways
def test_pages_are_accessible_and_fit_the_screen(opened: Any, hall: Hall, every: bool) -> None:
    licence_kind()
    row = issue_certificate(
        "docs_licence", holder=hall.enterprise.name, enterprise=hall.enterprise, by=hall.viewer("desk"), now=hall.now,
        fields={"经营场所": "城南路 8 号", "经营项目": "热食类制售"}, valid_until=TODAY + timedelta(days=900),
    )  # fmt: skip
    Licence.objects.create(
        district=hall.district, enterprise=hall.enterprise, name="卫生许可证", number="W1", issuer="卫生健康局",
        valid_until=TODAY + timedelta(days=20), how="到期前 30 日到窗口延续",
    )  # fmt: skip
    partner = hall.partner("shandong", "山东省", "曲阜市")
    hall.open(
        "qufu",
        "remote_handling",
        partner_id=partner.pk,
        way="in",
        title="注销",
        text="店在这里",
        applicant="孔先生",
    )
    case = hall.act(hall.agency(), "desk", "take")
    pages = {
        "": [f"/verify/{row.token}/", "/verify/"],
        "clerk": ["/my/code/", "/my/certificates/", "/my/licences/", f"/my/{case.number}/", "/open/agency/"],
        "desk": [
            "/code/",
            "/certificates/",
            "/remote/",
            "/remote/partners/",
            "/licences/",
            f"/cases/{case.number}/",
        ],
        "qufu": ["/remote/", "/open/remote_handling/"],
    }
    for who, addresses in pages.items():
        page = opened(hall.people.get(who), 390 if who == "clerk" else 1366)
        browsing.look(page, addresses, every=every)


def test_a_code_typed_by_a_scanner_is_answered_in_place_and_the_phone_shows_the_next(
    opened: Any, hall: Hall
) -> None:
    desk = opened(hall.people["desk"])
    desk.goto(reverse("enterprises:scan"))
    for text, words in (
        (show_code(hall.viewer("clerk"), hall.enterprise, hall.now), hall.enterprise.name),
        ("12345", "不是系统发的企业码"),
    ):
        desk.fill("[name=c]", text)
        desk.press("[name=c]", "Enter")
        desk.wait_for_selector(f"#scanned >> text={words}")
    desk.complaints.clear()  # the browser notes the 422
    phone = opened(hall.people["clerk"], 390)
    phone.goto(reverse("enterprises:my_code"))
    first = phone.text_content(".q-code-text")
    phone.evaluate("htmx.trigger('#code', 'fresh')")
    phone.wait_for_function(
        "first => document.querySelector('.q-code-text').textContent !== first", arg=first
    )
    assert phone.text_content("text=企业服务中心") and desk.complaints == phone.complaints == []
