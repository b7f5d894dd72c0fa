"""Pages: originals are attachments, previews are drawn anew, outsiders get 404, uploads say why not."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from qiying.kernel.documents import pdf_drawing
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.pdf_drawing import NotDrawn, pdf_page_picture
from qiying.kernel.documents.previews import NoPreview, preview_image
from qiying.kernel.documents.services import document_erase, document_store
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.organisations.models import Person

from .factories import AT, make_district, make_viewer, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _matter(tmp_path: Path, settings: Any) -> None:
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"data_dir": tmp_path})
    owner = make_viewer("wang").person_id
    register_subject("matter", lambda viewer, subject, audience: viewer.person_id == owner)


def client_of(login: str) -> Client:
    make_viewer(login)
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def stored(name: str = "现场.jpg", content: bytes | None = None, **details: Any) -> Document:
    values = {
        "kind": "material",
        "subject": "matter:1",
        "district_id": make_district().pk,
        "at": AT,
        **details,
    }
    return document_store(content=content or picture(), name=name, actor=make_viewer("wang"), **values)


def located_picture() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    return picture((400, 200), exif=exif)


def test_a_preview_is_upright_smaller_and_without_exif() -> None:
    source = located_picture()
    assert b"SecretPhone" in source
    shown = preview_image(source, 100)
    image = Image.open(BytesIO(shown.content))
    assert image.size == (50, 100)
    assert not image.getexif()
    assert b"SecretPhone" not in shown.content
    assert shown.media_type == "image/jpeg"


def test_transparency_is_kept() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(buffer, "PNG")
    shown = preview_image(buffer.getvalue())
    assert shown.media_type == "image/png"
    assert Image.open(BytesIO(shown.content)).getpixel((0, 0)) == (1, 2, 3, 0)


def test_a_decompression_bomb_and_a_broken_picture_are_not_drawn() -> None:
    buffer = BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    for content in (buffer.getvalue(), picture()[:60], b"GIF89a", b""):
        with pytest.raises(NoPreview):
            preview_image(content)


def test_the_original_is_an_attachment_that_can_run_nothing() -> None:
    document = stored()
    response = client_of("wang").get(f"/documents/{document.pk}/download/")
    assert response.status_code == 200
    assert response.content == picture()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%8E%B0")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("page", ["", "download/", "preview/"])
@pytest.mark.parametrize("login", ["outsider", None])
def test_an_outsider_gets_404(page: str, login: str | None) -> None:
    document = stored()
    client = client_of(login) if login else Client()
    assert client.get(f"/documents/{document.pk}/{page}").status_code == 404
    assert client.post(f"/documents/{document.pk}/remove/").status_code == 404
    assert client.get(f"/documents/{document.pk + 1}/{page}").status_code == 404


def test_the_preview_is_never_the_original_and_is_asked_for_again() -> None:
    document = stored(content=located_picture())
    client = client_of("wang")
    response = client.get(f"/documents/{document.pk}/preview/?size=thumb")
    assert response["Content-Type"] == "image/jpeg"
    assert b"SecretPhone" not in response.content
    again = client.get(
        f"/documents/{document.pk}/preview/?size=thumb", headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"/documents/{stored('a.txt', b'x').pk}/preview/").status_code == 404


def test_the_page_of_a_document_shows_what_it_is() -> None:
    client = client_of("wang")
    document = stored(audience="restricted")
    html = client.get(f"/documents/{document.pk}/").content.decode()
    assert "现场.jpg" in html
    assert "下载会留下记录" in html
    document_erase(document=document, actor=make_viewer("wang"), reason="本人申请", at=AT)
    erased = client.get(f"/documents/{document.pk}/").content.decode()
    assert "本人申请" in erased
    assert "download" not in erased
    assert client.get(f"/documents/{document.pk}/download/").status_code == 409


def test_downloading_a_restricted_document_leaves_an_audit_row() -> None:
    from qiying.kernel.audit.models import AuditEntry

    client = client_of("wang")
    client.get(f"/documents/{stored().pk}/download/")
    assert AuditEntry.objects.count() == 0
    client.get(f"/documents/{stored(audience='restricted').pk}/download/")
    assert AuditEntry.objects.get().action == "document_download"


def upload(client: Client, content: bytes, name: str = "a.jpg", **data: str) -> Any:
    return client.post(
        "/documents/upload/",
        {"file": SimpleUploadedFile(name, content), "kind": "material", "token": "t1", **data},
    )


def test_an_upload_becomes_a_draft_with_a_tile_and_can_be_taken_back() -> None:
    client = client_of("wang")
    response = upload(client, picture())
    assert response.status_code == 200
    document = Document.objects.get()
    assert f'name="documents" value="{document.pk}"' in response.content.decode()
    assert client.post(f"/documents/{document.pk}/remove/").content == b""
    assert Document.objects.count() == 0


def test_a_phone_without_sign_in_keeps_its_drafts_and_shows_them_to_nobody_else() -> None:
    phone, other = Client(), Client()
    assert upload(phone, picture()).status_code == 200
    document = Document.objects.get()
    assert document.uploaded_by_id is None
    assert phone.get(f"/documents/{document.pk}/preview/").status_code == 200
    assert other.get(f"/documents/{document.pk}/preview/").status_code == 404
    assert upload(other, picture()).status_code == 200
    assert phone.get(f"/documents/{Document.objects.latest('pk').pk}/preview/").status_code == 404


@pytest.mark.parametrize(
    ("content", "data", "words"),
    [
        (b"MZ" + bytes(30), {}, "程序文件"),
        (picture(form="PNG"), {}, ".png"),
        (picture(), {"token": "不合格"}, "刷新页面"),
        (b"", {}, "空文件"),
    ],
)
def test_a_refused_upload_says_why_in_place(content: bytes, data: dict[str, str], words: str) -> None:
    response = upload(client_of("wang"), content, **data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Document.objects.count() == 0


def test_an_unknown_kind_is_404_and_no_file_is_said_so() -> None:
    client = client_of("wang")
    assert upload(client, picture(), kind="nothing").status_code == 404
    response = client.post("/documents/upload/", {"kind": "material", "token": "t1"})
    assert "没有收到文件" in response.content.decode()


def test_one_form_takes_twenty_files_and_a_phone_forty_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    from qiying.kernel.documents import uploads

    monkeypatch.setattr(uploads, "MAX_DRAFTS", 2)
    phone = Client()
    statuses = [upload(phone, picture()).status_code for _ in range(3)]
    assert statuses == [200, 200, 422]


def test_uploads_are_limited_by_browser_by_real_address_and_by_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from qiying.kernel.documents import uploads

    counted: list[list[tuple[str, str]]] = []

    def attempt(limits: Any, *, at: Any) -> None:
        counted.append([(limit.scope, limit.key) for limit in limits])

    monkeypatch.setattr(uploads, "attempt", attempt)
    upload(Client(REMOTE_ADDR="203.0.113.9"), picture())
    upload(Client(HTTP_X_FORWARDED_FOR="198.51.100.7"), picture())
    upload(client_of("wang"), picture())
    assert [limits[-1][0] for limits in counted] == ["upload_ip", "upload_ip", "upload"]
    assert [limits[-1][1] for limits in counted[:2]] == ["203.0.113.9", "198.51.100.7"]
    assert counted[2][0][1].startswith("p:")


def test_upload_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert upload(client, picture()).status_code == 403


def test_nobody_sees_a_draft_without_owner() -> None:
    document = stored(subject="draft:999999:t")
    assert client_of("wang").get(f"/documents/{document.pk}/download/").status_code == 404


def test_the_register_of_letters_shows_the_own_units_numbers_only() -> None:
    from qiying.kernel.documents.letters import letter_number_take
    from qiying.kernel.organisations.tests.factories import make_district as new_district
    from qiying.kernel.organisations.tests.factories import make_person, make_unit

    district = new_district()
    mine, other = make_unit(district, "区营商办"), make_unit(district, "区经信局")
    letter_number_take(unit_id=mine.pk, word="营商交", year=2026, at=AT, title="交办函甲")
    letter_number_take(unit_id=other.pk, word="经信函", year=2026, at=AT, title="复函乙")

    def page_of(role: str, unit: Any) -> str:
        client = Client()
        person = make_person(unit=unit, role=role)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client.get("/letters/").content.decode()

    assert "营商交〔2026〕1 号" in page_of("desk", mine)
    assert "复函乙" not in page_of("desk", mine)
    assert "复函乙" in page_of("supervisor", mine)
    assert "交办函甲" not in page_of("supervisor", make_unit(new_district(), "别区"))
    assert client_of("outsider").get("/letters/").status_code == 404


def pdf(pages: int = 2, **options: Any) -> bytes:
    sheets = [Image.new("RGB", (210, 297), (255, 255, 250 - n)) for n in range(pages)]
    buffer = BytesIO()
    sheets[0].save(buffer, "PDF", save_all=True, append_images=sheets[1:], title="SecretAuthor", **options)
    return buffer.getvalue()


def locked_pdf() -> bytes:
    """Return a PDF that names an encryption nobody has the password of."""
    content = pdf(1)
    where = content.rindex(b"/Root")
    guard = (
        b"/Encrypt <</Filter/Standard/V 1/R 2/P -4/O<"
        + b"00" * 32
        + b">/U<"
        + b"11" * 32
        + b">>>/ID[<00><00>]\n"
    )
    return content[:where] + guard + content[where:]


def test_the_pages_of_a_pdf_are_shown_as_pictures_drawn_anew() -> None:
    client = client_of("wang")
    document = stored("意见书.pdf", pdf(3))
    html = client.get(f"/documents/{document.pk}/").content.decode()
    assert [f"?page={n}" in html for n in range(1, 5)] == [True, True, True, False]
    shown = client.get(f"/documents/{document.pk}/preview/?page=2")
    assert shown["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert b"SecretAuthor" not in shown.content
    assert Image.open(BytesIO(shown.content)).size == (990, 1400)
    again = client.get(f"/documents/{document.pk}/preview/?page=2", headers={"If-None-Match": shown["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/documents/{document.pk}/preview/?page=9").status_code == 404
    assert (
        client.get(f"/documents/{document.pk}/preview/?page=²").status_code == 200
    )  # not a number: the first


def test_a_long_pdf_says_how_much_of_it_is_shown() -> None:
    html = client_of("wang").get(f"/documents/{stored('长.pdf', pdf(33)).pk}/").content.decode()
    assert "前 30 页，共 33 页" in html
    assert "?page=31" not in html


@pytest.mark.parametrize(
    ("content", "words"), [(locked_pdf(), "加了密码"), (b"%PDF-1.7\nbroken", "可能已经损坏")]
)
def test_a_locked_or_broken_pdf_says_why_it_has_no_preview(content: bytes, words: str) -> None:
    client = client_of("wang")
    document = stored("坏.pdf", content)
    assert words in client.get(f"/documents/{document.pk}/").content.decode()
    assert client.get(f"/documents/{document.pk}/preview/").status_code == 404
    assert client.get(f"/documents/{document.pk}/download/").content == content


def test_a_page_of_absurd_size_is_drawn_within_the_bound() -> None:
    huge = pdf(1).replace(b"/MediaBox [ 0 0 210.0 297.0 ]", b"/MediaBox [ 0 0 9e6   2e9  ]")
    assert max(Image.open(BytesIO(pdf_page_picture(huge, 1))).size) <= pdf_drawing.LONGEST


@pytest.mark.parametrize(
    "ending", ["os.abort()", "sys.exit(0)", "time.sleep(60)", "print('no picture') or sys.exit(1)"]
)
def test_a_file_that_breaks_the_drawer_breaks_nothing_else(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = tmp_path / "drawer.py"
    drawer.write_text(f"import os, sys, time\n{ending}\n")
    monkeypatch.setattr(pdf_drawing, "__file__", str(drawer))
    monkeypatch.setattr(pdf_drawing, "_SECONDS", 1)
    with pytest.raises(NotDrawn):
        pdf_page_picture(pdf(1), 1)
