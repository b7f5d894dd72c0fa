"""Contents lie encrypted under their own key; drafts belong to who uploaded them; erasure is for good."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.documents import sealing
from qiying.kernel.documents.blobs import DirectoryStore, blob_store, register_blob_store
from qiying.kernel.documents.checks import blob_store_is_there
from qiying.kernel.documents.models import Document, DocumentKey
from qiying.kernel.documents.selectors import (
    document_for,
    enterprise_documents,
    own_drafts,
)
from qiying.kernel.documents.services import (
    blobs_sweep,
    document_erase,
    document_read,
    document_store,
    documents_attach,
    draft_remove,
    drafts_expire,
)
from qiying.kernel.documents.subjects import draft_owner, draft_prefix, register_subject
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import ANONYMOUS, PersonViewer, Viewer, system_viewer

from .factories import AT, make_district, make_viewer, picture


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings: object) -> Path:
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"data_dir": tmp_path})  # type: ignore[attr-defined]
    return tmp_path / "blobs"


def put(
    actor: Viewer, subject: str, *, content: bytes = b"", name: str = "a.jpg", **details: object
) -> Document:
    values: dict[str, object] = {"kind": "material", "district_id": make_district().pk, "at": AT, **details}
    return document_store(content=content or picture(), name=name, subject=subject, actor=actor, **values)  # type: ignore[arg-type]


def draft_of(viewer: Viewer, token: str = "t1", session: str | None = None) -> str:
    owner = draft_owner(viewer, session)
    assert owner is not None
    return f"{draft_prefix(owner)}{token}"


@given(st.binary(max_size=200), st.sampled_from([sealing.AES, sealing.default_algorithm()]))
def test_what_is_sealed_is_unsealed_and_nothing_else(content: bytes, algorithm: str) -> None:
    sealed = sealing.seal(content, "n1", algorithm)
    assert sealing.unseal(sealed.blob, "n1", algorithm, sealed.key) == content
    broken = bytearray(sealed.blob)
    broken[-1] ^= 1
    for blob, name in ((bytes(broken), "n1"), (sealed.blob, "n2"), (sealed.blob[:10], "n1")):
        with pytest.raises(sealing.BrokenBlob):
            sealing.unseal(blob, name, algorithm, sealed.key)


@pytest.mark.django_db
class TestStoring:
    def test_the_blob_is_encrypted_and_the_same_bytes_twice_are_two_blobs(self, blobs: Path) -> None:
        viewer = make_viewer()
        content = "很长的同一份内容".encode() * 50
        one = put(viewer, "case:1", content=content, name="a.txt")
        two = put(viewer, "case:1", content=content, name="a.txt")
        files = [p.read_bytes() for p in blobs.rglob("*") if p.is_file()]
        assert len(files) == 2
        assert files[0][12:] != files[1][12:]
        assert all("同一份".encode() not in f for f in files)
        assert one.commitment != two.commitment
        assert document_read(one) == document_read(two) == content
        assert all(p.stat().st_mode & 0o077 == 0 for p in blobs.rglob("*") if p.is_file())

    def test_a_refused_file_leaves_neither_row_nor_blob(self, blobs: Path) -> None:
        with pytest.raises(GuardFailed, match="PDF"):
            put(make_viewer(), "case:1", content=b"<html>", name="a.txt")
        assert Document.objects.count() == 0
        assert not blobs.exists()

    def test_a_changed_blob_is_noticed(self, blobs: Path) -> None:
        document = put(make_viewer(), "case:1")
        (path,) = [p for p in blobs.rglob("*") if p.is_file()]
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(sealing.BrokenBlob):
            document_read(document)

    def test_erasure_destroys_key_and_content_and_keeps_the_commitment(
        self, blobs: Path, django_capture_on_commit_callbacks: object
    ) -> None:
        document = put(make_viewer(), "case:1")
        before = document.commitment
        with pytest.raises(GuardFailed):
            document_erase(document=document, actor=make_viewer(), reason="", at=AT)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            document_erase(document=document, actor=make_viewer(), reason="个人信息删除申请", at=AT)
        assert DocumentKey.objects.count() == 0
        assert [p for p in blobs.rglob("*") if p.is_file()] == []
        document.refresh_from_db()
        assert (document.commitment, document.erased_at) == (before, AT)
        with pytest.raises(ActionNotAvailable, match="按规定删除"):
            document_read(document)
        document_erase(document=document, actor=make_viewer(), reason="再来一次", at=AT)
        assert document.erased_reason == "个人信息删除申请"

    def test_what_an_enterprise_gave_once_is_found_again(self) -> None:
        viewer = make_viewer()
        licence = put(viewer, "case:1", enterprise_id=99, kind="certificate")
        put(viewer, "case:1", enterprise_id=98)
        put(viewer, "case:1", enterprise_id=99, kind="letter", content=b"%PDF-1.7", name="a.pdf")
        paper = put(viewer, "case:2", enterprise_id=99)
        assert list(enterprise_documents(99)) == [paper, licence]


@pytest.mark.django_db
class TestDrafts:
    def test_a_draft_is_attached_by_its_owner_in_the_given_order(self) -> None:
        viewer = make_viewer()
        one, two = put(viewer, draft_of(viewer)), put(viewer, draft_of(viewer))
        assert own_drafts(viewer, "t1") == [one, two]
        moved = documents_attach(
            ids=[two.pk, one.pk, two.pk], subject="case:7", actor=viewer, at=AT, enterprise_id=99
        )
        assert [d.pk for d in moved] == [two.pk, one.pk]
        one.refresh_from_db()
        assert (one.subject, one.attached_at, one.enterprise_id, one.is_draft) == ("case:7", AT, 99, False)
        assert own_drafts(viewer, "t1") == []

    def test_another_persons_draft_is_neither_seen_nor_attached(self) -> None:
        owner, outsider = make_viewer("wang"), make_viewer("li")
        draft = put(owner, draft_of(owner))
        with pytest.raises(Http404):
            document_for(outsider, draft.pk)
        with pytest.raises(GuardFailed, match="1 个附件"):
            documents_attach(ids=[draft.pk], subject="case:7", actor=outsider, at=AT)
        with pytest.raises(GuardFailed):
            documents_attach(ids=[draft.pk], subject="case:7", actor=ANONYMOUS, at=AT, session_key="x")
        assert document_for(owner, draft.pk) == draft

    def test_an_attached_document_cannot_be_moved_by_attaching_it_again(self) -> None:
        viewer = make_viewer()
        document = put(viewer, draft_of(viewer))
        documents_attach(ids=[document.pk], subject="case:7", actor=viewer, at=AT)
        with pytest.raises(GuardFailed):
            documents_attach(ids=[document.pk], subject="case:8", actor=viewer, at=AT)
        with pytest.raises(ActionNotAvailable, match="已经交了"):
            draft_remove(document=Document.objects.get(pk=document.pk))

    def test_a_draft_from_before_signing_in_is_attached_after(self) -> None:
        draft = put(ANONYMOUS, draft_of(ANONYMOUS, session="secret"))
        assert document_for(ANONYMOUS, draft.pk, "secret") == draft
        with pytest.raises(Http404):
            document_for(ANONYMOUS, draft.pk, "other")
        viewer = make_viewer()
        documents_attach(ids=[draft.pk], subject="case:7", actor=viewer, at=AT, session_key="secret")

    def test_a_program_attaches_anybodys_draft_and_nothing_is_nothing(self) -> None:
        viewer = make_viewer()
        draft = put(viewer, draft_of(viewer))
        assert documents_attach(ids=[], subject="case:7", actor=viewer, at=AT) == []
        moved = documents_attach(
            ids=[draft.pk],
            subject="case:7",
            actor=system_viewer("import_service"),
            at=AT,
            audience="internal",
        )
        assert moved[0].audience == "internal"

    def test_drafts_nobody_hands_in_go_after_a_week(
        self, blobs: Path, django_capture_on_commit_callbacks: object
    ) -> None:
        viewer = make_viewer()
        put(viewer, draft_of(viewer))
        kept = put(viewer, draft_of(viewer), at=AT + timedelta(days=2))
        attached = put(viewer, "case:1")
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert drafts_expire(AT + timedelta(days=8)) == 1
        assert set(Document.objects.all()) == {kept, attached}
        assert len([p for p in blobs.rglob("*") if p.is_file()]) == 2

    def test_contents_without_a_row_are_swept_after_a_day(self, blobs: Path) -> None:
        kept = put(make_viewer(), "case:1")
        store = DirectoryStore(blobs)
        store.put("ab12", b"left over")
        for path in blobs.rglob("*"):
            if path.is_file():
                os.utime(path, (time.time() - 90_000,) * 2)
        store.put("cd34", b"being written")
        assert blobs_sweep() == 1
        assert document_read(kept)
        assert store.get("cd34") == b"being written"


@pytest.mark.django_db
def test_the_owner_of_a_subject_says_who_sees_which_audience() -> None:
    def can_view(viewer: Viewer, subject: str, audience: str) -> bool:
        return subject == "matter:1" and (audience == "all" or bool(viewer.unit_ids))

    register_subject("matter", can_view)
    viewer = make_viewer()
    shown = put(viewer, "matter:1")
    hidden = put(viewer, "matter:1", audience="internal")
    assert document_for(viewer, shown.pk) == shown
    assert document_for(system_viewer("worker"), hidden.pk) == hidden
    with pytest.raises(Http404):
        document_for(viewer, hidden.pk)
    with pytest.raises(Http404):
        document_for(PersonViewer(), put(viewer, "nobody-registered:1").pk)
    for bad in ("", "draft", "a:b"):
        with pytest.raises(ValueError, match="prefix"):
            register_subject(bad, can_view)


def test_another_blob_store_serves_its_own_scheme(settings: object, tmp_path: Path) -> None:
    env = settings.QIYING_ENV  # type: ignore[attr-defined]
    settings.QIYING_ENV = env.model_copy(update={"blob_url": "nowhere://bucket"})  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="QIYING_BLOB_URL"):
        blob_store()
    assert [e.id for e in blob_store_is_there(None)] == ["documents.E001"]
    register_blob_store("folder", lambda url: DirectoryStore(tmp_path / url.partition("//")[2]))
    settings.QIYING_ENV = env.model_copy(update={"blob_url": "folder://x"})  # type: ignore[attr-defined]
    blob_store().put("ab", b"1")
    assert (tmp_path / "x" / "ab" / "ab").read_bytes() == b"1"
    assert blob_store_is_there(None) == []


@pytest.mark.parametrize("name", ["../x", "a/b", "..", ""])
def test_a_blob_name_is_never_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="blob name"):
        DirectoryStore(tmp_path).get(name)
