"""Certificates: what the kit's page shows runs; genuine, ended and invented ones are told apart without sign-in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.certificates import issued
from qiying.kernel.documents import certificates as kit
from qiying.kernel.documents.certificates import (
    CertificateKind,
    certificate_by_number,
    certificate_pdf,
    certificates_of,
    declare_certificate,
    replace_certificate,
    revoke_certificate,
    standing,
)
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 18)
EXAMPLE = (Path(__file__).parents[5] / "docs" / "kits" / "certificates.md").read_text().split("```python")[1]


@pytest.fixture
def scene() -> Any:
    people = make_cast()
    space: dict[str, Any] = {}
    exec(EXAMPLE.split("```")[0], space)
    row = space["repaired"](people.enterprise, viewer(people.desk), NOW)
    return SimpleNamespace(people=people, row=row, issue=space["repaired"])


def verified(row: Certificate, **typed: str) -> Any:
    browser = client_of(None)
    if not typed:
        return browser.get(reverse("documents:verify_token", args=[row.token]))
    return browser.post(reverse("documents:verify"), typed)


def test_the_example_of_the_docs(scene: Any) -> None:
    row = scene.row
    assert (row.number, row.version, row.issuer) == ("XF-2026-00001", 1, "企业综合服务中心")
    page = verified(row)
    text = page.content.decode()
    assert (
        page.status_code == 200 and page["X-Robots-Tag"] == "noindex" and "no-store" in page["Cache-Control"]
    )
    for words in ("真实有效", row.number, "海盐宏达紧固件有限公司", "明市监罚〔2025〕8 号", "3＊"):
        assert words in text
    assert "330424199001011234" not in text
    second = scene.issue(scene.people.enterprise, viewer(scene.people.desk), NOW)
    assert second.number == "XF-2026-00002"
    assert AuditEntry.objects.filter(action="documents.certificate_issue").count() == 2


def test_the_pdf_says_what_it_is_even_after_it_ended(scene: Any) -> None:
    def text() -> str:
        with pypdfium2.PdfDocument(certificate_pdf(scene.row, TODAY)) as made:
            return "".join("".join(p.get_textpage().get_text_bounded().split()) for p in made)

    before = text()
    assert "海盐宏达紧固件有限公司的失信信息（明市监罚〔2025〕8号）已完成信用修复" in before
    assert scene.row.check_code[:4] in before and "已撤销" not in before
    scene.row = revoke_certificate(scene.row, reason="材料不实", by=viewer(scene.people.desk), now=NOW)
    assert "已撤销" in text()


def test_a_revoked_one_says_so_whatever_way_it_is_asked(scene: Any) -> None:
    row = scene.row
    revoke_certificate(row, reason="材料不实", by=viewer(scene.people.desk), now=NOW)
    for page in (verified(row), verified(row, number=row.number.lower(), check_code=row.check_code)):
        text = page.content.decode()
        assert "已撤销" in text and "材料不实" in text and "真实有效" not in text
    (told,) = Notice.objects.filter(template="certificate_revoked")
    assert told.to_key == f"e:{scene.people.enterprise.pk}"
    with pytest.raises(ActionNotAvailable, match="不能再换发"):
        replace_certificate(row, by=viewer(scene.people.desk), now=NOW, reason="改名")
    assert not certificates_of(scene.people.enterprise.pk, "docs_repair")


def test_a_replaced_one_points_to_its_next_version_and_cannot_be_ended_twice(scene: Any) -> None:
    desk = viewer(scene.people.desk)
    new = replace_certificate(scene.row, by=desk, now=NOW, reason="企业改名", holder="海盐宏远有限公司")
    assert (new.number, new.version, new.fields) == (scene.row.number, 2, scene.row.fields)
    assert "换发了第 2 版" in verified(scene.row).content.decode()
    assert "真实有效" in verified(new).content.decode()
    for again in (revoke_certificate, replace_certificate):
        with pytest.raises(ActionNotAvailable, match="已经换发"):
            again(scene.row, by=desk, now=NOW, reason="再来")
    assert list(certificates_of(scene.people.enterprise.pk)) == [new]
    # Either code still finds its own version: whoever holds the old paper learns that it is old.
    assert certificate_by_number(new.number, new.check_code) == new
    assert certificate_by_number(new.number, scene.row.check_code) == scene.row


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("{number}", "{wrong}"),
        ("XF-2026-99999", "{code}"),
        ("{number}", ""),
        ("", "{code}"),
        ("", ""),
        ("{number}' OR 1=1 --", "{code}"),
        ("\x00" * 10, "９" * 8),
        ("字" * 500, "1" * 500),
    ],
)
def test_what_was_never_issued_is_called_so(scene: Any, number: str, code: str) -> None:
    row = scene.row
    wrong = f"{(int(row.check_code) + 1) % 10**8:08d}"
    words = {"number": row.number, "code": row.check_code, "wrong": wrong}
    page = verified(row, number=number.format(**words), check_code=code.format(**words))
    assert page.status_code == 404
    assert "没有这张证" in page.content.decode() and row.holder not in page.content.decode()


def test_codes_may_be_typed_with_blanks_and_full_width_digits(scene: Any) -> None:
    wide = scene.row.check_code.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    for code in (f"{scene.row.check_code[:4]} {scene.row.check_code[4:]}", wide):
        assert verified(scene.row, number=f" {scene.row.number.lower()} ", check_code=code).status_code == 200


def test_an_invented_address_is_answered_and_guessing_is_slowed(scene: Any) -> None:
    browser = client_of(None)
    for token in ("abc", scene.row.token[:-1], "%00", "a" * 300, "../x"):
        assert browser.get(f"/verify/{token}/").status_code == 404
    typed = {"number": scene.row.number, "check_code": "00000000"}
    codes = [browser.post(reverse("documents:verify"), typed).status_code for _ in range(31)]
    assert codes.count(404) == 30 and codes[-1] == 429
    assert verified(scene.row).status_code == 200  # a scanned one is never made to wait


def test_it_expires_at_midnight_in_shanghai(scene: Any) -> None:
    row = scene.row
    row.valid_until = TODAY
    assert standing(row, TODAY).is_good
    assert standing(row, TODAY + timedelta(days=1)).code == "expired"
    with pytest.raises(GuardFailed, match="有效期不能早于"):
        kit.issue_certificate(
            "docs_repair", holder="甲", fields={}, by=viewer(scene.people.desk), now=NOW,
            valid_until=TODAY - timedelta(days=1),
        )  # fmt: skip
    # 16:30 UTC is the next day in Shanghai: the number's year and the day of issue follow the local date.
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert scene.issue(scene.people.enterprise, viewer(scene.people.desk), late).number == "XF-2027-00001"


def test_nothing_on_it_can_be_changed_in_the_database(scene: Any) -> None:
    changes: list[dict[str, Any]] = [
        {"holder": "乙"},
        {"fields": []},
        {"valid_until": TODAY},
        {"check_code": "0"},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.filter(pk=scene.row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=scene.row.pk).delete()


def test_what_cannot_stand_on_one_is_refused_with_every_reason(scene: Any) -> None:
    desk = viewer(scene.people.desk)
    with pytest.raises(GuardFailed) as refused:
        kit.issue_certificate("docs_repair", holder=" ", fields={"范围": "长" * 501}, by=desk, now=NOW)
    assert len(refused.value.reasons) == 2
    with pytest.raises(LookupError, match="certificate_kinds"):
        kit.issue_certificate("nothing", holder="甲", fields={}, by=desk, now=NOW)
    with pytest.raises(GuardFailed, match="理由"):
        revoke_certificate(scene.row, reason=" ", by=desk, now=NOW)
    with pytest.raises(ValueError, match="字头"):
        declare_certificate(CertificateKind("other", "别的", "别的证", "XF"))
    kit._kinds.pop("other")
    hostile = kit.issue_certificate(
        "docs_repair",
        holder="<script>{0}</script>",
        fields={"处罚文书号": "{holder.__class__}"},
        by=desk,
        now=NOW,
    )
    page = verified(hostile).content.decode()
    assert "<script>{0}" not in page and "{holder.__class__}" in page
    assert certificate_pdf(hostile, TODAY).startswith(b"%PDF")


def test_who_sees_downloads_and_revokes(scene: Any) -> None:
    people, row = scene.people, scene.row
    centre = Membership.objects.get(person=people.desk).unit
    leader = make_person("何主任", centre, "leader")
    pdf = reverse("documents:certificate_pdf", args=[row.pk])
    page = reverse("documents:certificates_row", args=[row.pk])
    revoke = reverse("documents:certificates_act", args=[row.pk, "revoke"])
    listed = reverse("documents:certificates")
    seen = {
        people.clerk: (200, 404, 404, 404),
        people.desk: (200, 200, 200, 404),
        leader: (200, 200, 200, 200),
        people.admin: (200, 200, 200, 404),
        people.handler: (404, 404, 200, 404),
        people.unverified: (404, 404, 404, 404),
        people.foreign_admin: (404, 404, 200, 404),
        None: (302, 302, 302, 302),
    }
    for person, codes in seen.items():
        browser = client_of(person)
        got = tuple(browser.get(url).status_code for url in (pdf, page, listed, revoke))
        assert got == codes, person
    assert row.number not in client_of(people.foreign_admin).get(listed).content.decode()
    assert client_of(people.desk).post(revoke, {"reason": "手滑"}).status_code == 404
    assert client_of(leader).post(revoke, {"reason": ""}).status_code == 422
    client_of(leader).post(revoke, {"reason": "发错了"})
    row.refresh_from_db()
    assert row.revoked_reason == "发错了"
    mine = client_of(people.clerk).get(reverse("documents:my_certificates")).content.decode()
    assert row.number in mine and "已撤销" in mine
    assert (
        "还没有证照"
        in client_of(people.unverified).get(reverse("documents:my_certificates")).content.decode()
    )


def test_a_case_that_ended_shows_what_it_was_answered_with(scene: Any) -> None:
    who = viewer(scene.people.desk)
    opened = SimpleNamespace(pk=7, district_id=scene.people.district.pk, is_open=True)
    made = kit.issue_certificate("docs_repair", holder="甲", case=opened, fields={}, by=who, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert issued(opened, who, TODAY) is None  # type: ignore[arg-type]
    assert len(asked) == 0
    tile = issued(SimpleNamespace(pk=7, is_open=False), who, TODAY)  # type: ignore[arg-type]
    assert tile is not None and tile.context["certificates"][0][0] == made


def test_a_scan_of_a_paper_costs_one_query(scene: Any) -> None:
    browser = client_of(None)
    url = reverse("documents:verify_token", args=[scene.row.token])
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    assert len(asked) <= 2, [q["sql"] for q in asked]
