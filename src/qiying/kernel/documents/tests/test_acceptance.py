"""What a file is comes from its bytes; every refusal says what to do."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.documents import sniffing as s
from qiying.kernel.documents.acceptance import LIMITS, Accepted, file_check
from qiying.kernel.documents.filenames import MAX_LENGTH, file_name_clean, file_name_split
from qiying.kernel.documents.letters import letter_docx
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

from .factories import picture, sample_letter


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        for name in names:
            z.writestr(name, "x")
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(40)


def ftyp(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(12) + bytes(20)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n%...", s.PDF),
        (b"\n\n%PDF-1.4", s.PDF),
        (picture(form="PNG"), s.PNG),
        (picture(form="JPEG"), s.JPEG),
        (picture(form="WEBP"), s.WEBP),
        (workbook_bytes([Sheet("a", [Column("b")], [["c"]])]), s.XLSX),
        (letter_docx(sample_letter()), s.DOCX),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), s.PPTX),
        (archive("OFD.xml", "Doc_0/Document.xml"), s.OFD),
        (ole("WordDocument"), s.DOC),
        (ole("Workbook"), s.XLS),
        ("企业诉求\n第二行".encode(), s.TXT),
        ("企业诉求".encode("gb18030"), s.TXT),
        (b"BM\xe8\xaf\xb4\xe6\x98\x8e", s.TXT),
        (b"ID3\x04" + bytes(30), s.MP3),
        (b"\xff\xfb\x90\x00" + bytes(30), s.MP3),
        (b"#!AMR\n" + bytes(30), s.AMR),
        (ftyp(b"M4A "), s.M4A),
        (ftyp(b"isom"), s.MP4),
        (ftyp(b"qt  "), s.MOV),
        (b"\x00\x01\x02\x03" * 10, None),
        (b"", None),
    ],
)
def test_formats_are_told_from_their_bytes(content: bytes, expected: s.FileType | None) -> None:
    assert s.sniff(content) == expected


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (ftyp(b"heic"), "兼容性最佳"),
        (archive("a.txt"), "解压"),
        (b"PK\x03\x04 broken", "重新保存"),
        (b"Rar!\x1a\x07\x01", "解压"),
        (b"MZ" + bytes(60), "程序"),
        (b"#!/bin/sh\nrm", "程序"),
        (b"<!DOCTYPE html><script>", "PDF"),
        (b'\xef\xbb\xbf <svg xmlns="">', "PDF"),
        (archive("[Content_Types].xml", "word/vbaProject.bin"), "宏"),
        (ole("EncryptedPackage"), "密码"),
        (ole("Unknown"), "另存为"),
        (b"II*\x00" + bytes(20), "TIFF"),
        (b"BM" + bytes(60), "BMP"),
    ],
)
def test_formats_not_taken_say_what_to_do(content: bytes, advice: str) -> None:
    with pytest.raises(s.Unwanted, match=advice):
        s.sniff(content)


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    result = file_check(content, "a", "material", 20)
    assert isinstance(result, Accepted) or all(len(reason) > 5 for reason in result)


def test_a_file_with_the_wrong_extension_is_refused_with_the_right_one() -> None:
    reasons = file_check(picture(), "现场.png", "photo", 20)
    assert isinstance(reasons, list)
    assert ".jpg" in reasons[0]
    assert "JPEG" in reasons[0]


def test_a_file_without_extension_gets_the_right_one() -> None:
    assert file_check(picture(), "mmexport123", "photo", 20) == Accepted("mmexport123.jpg", s.JPEG)


def test_kinds_take_their_formats_only() -> None:
    assert isinstance(file_check(picture(), "a.jpg", "photo", 20), Accepted)
    refused = file_check(b"%PDF-1.7", "a.pdf", "photo", 20)
    assert isinstance(refused, list)
    assert "png" in refused[0]


def test_size_is_limited_by_kind_and_installation() -> None:
    big = picture() + bytes(2 * 1024 * 1024)
    assert isinstance(file_check(big, "a.jpg", "photo", 20), Accepted)
    refused = file_check(big, "a.jpg", "photo", 1)
    assert isinstance(refused, list)
    assert "最大 1 MB" in refused[0]
    assert isinstance(file_check(b"", "a.txt", "material", 20), list)


def test_every_kind_says_what_it_takes() -> None:
    assert all("MB" in limit.sentence for limit in LIMITS.values())
    assert LIMITS["photo"].sentence == "可以传 png、jpg、webp，每个不超过 20 MB"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("现场照片.JPG", "现场照片.jpg"),
        ("C:\\桌面\\合同.pdf", "合同.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("发票\u202egpj.exe", "发票gpj.exe"),
        ("a\x00\nb.txt", "ab.txt"),
        ("CON.txt", "文件_CON.txt"),
        ("", "文件"),
        (".pdf", "文件.pdf"),
        ("第1.2节 说明", "第1.2节 说明"),
        ("  两端 空格 .docx ", "两端 空格.docx"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert file_name_clean(name) == clean


@given(st.text(max_size=300))
def test_a_safe_name_is_short_stays_safe_and_has_no_path(name: str) -> None:
    clean = file_name_clean(name)
    assert 0 < len(clean) <= MAX_LENGTH
    assert not set(clean) & set('/\\<>:"|?*\n\r\t\x00')
    assert file_name_clean(clean) == clean
    assert file_name_split(clean)[0]
