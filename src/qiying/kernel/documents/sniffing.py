"""What a file is, told from its bytes, never from its name or what the browser claims."""

import io
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """A format Qiying takes, with the extensions it may carry (the first is the usual one)."""

    code: str
    media_type: str
    label: str
    extensions: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument."
PDF = FileType("pdf", "application/pdf", "PDF", ("pdf",))
OFD = FileType("ofd", "application/ofd", "OFD 版式文件", ("ofd",))
PNG = FileType("png", "image/png", "PNG 图片", ("png",))
JPEG = FileType("jpeg", "image/jpeg", "JPEG 图片", ("jpg", "jpeg", "jpe", "jfif"))
WEBP = FileType("webp", "image/webp", "WebP 图片", ("webp",))
DOCX = FileType("docx", f"{_OOXML}wordprocessingml.document", "Word 文档", ("docx",))
XLSX = FileType("xlsx", f"{_OOXML}spreadsheetml.sheet", "Excel 表格", ("xlsx",))
PPTX = FileType("pptx", f"{_OOXML}presentationml.presentation", "演示文稿", ("pptx",))
DOC = FileType("doc", "application/msword", "Word 文档（97-2003）", ("doc", "wps"))
XLS = FileType("xls", "application/vnd.ms-excel", "Excel 表格（97-2003）", ("xls", "et"))
TXT = FileType("txt", "text/plain", "文本", ("txt", "csv", "log", "md"))
MP3 = FileType("mp3", "audio/mpeg", "MP3 录音", ("mp3",))
M4A = FileType("m4a", "audio/mp4", "M4A 录音", ("m4a", "mp4", "aac"))
AMR = FileType("amr", "audio/amr", "AMR 录音", ("amr",))
MP4 = FileType("mp4", "video/mp4", "MP4 视频", ("mp4", "m4v"))
MOV = FileType("mov", "video/quicktime", "MOV 视频", ("mov",))

ALL_TYPES = (PDF, OFD, PNG, JPEG, WEBP, DOCX, XLSX, PPTX, DOC, XLS, TXT, MP3, M4A, AMR, MP4, MOV)


class Unwanted(Exception):
    """The bytes are a known format that is not taken; the message says what to do instead."""


_ZIP_ADVICE = "压缩包打不开预览，也查不了内容。请解压后把里面的文件一个个传上来。"
_HEIC_ADVICE = (
    "这是苹果手机的 HEIC 照片，很多电脑打不开。"
    "请在手机「设置→相机→格式」选「兼容性最佳」再拍，或把照片截图后传。"
)
_SIGNATURES: tuple[tuple[bytes, FileType | str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"#!AMR", AMR),
    (b"ID3", MP3),
    (b"Rar!\x1a\x07", _ZIP_ADVICE),
    (b"7z\xbc\xaf\x27\x1c", _ZIP_ADVICE),
    (b"\x1f\x8b", _ZIP_ADVICE),
    (b"MZ", "这是程序文件，不能上传。"),
    (b"\x7fELF", "这是程序文件，不能上传。"),
    (b"GIF8", "GIF 动图不能上传。请截图存成 PNG 或 JPG 再传。"),
    (b"BM", "BMP 图片太大，不能上传。请另存为 JPG 再传。"),
    (b"II*\x00", "TIFF 图片很多电脑打不开。请另存为 JPG 或 PDF 再传。"),
    (b"MM\x00*", "TIFF 图片很多电脑打不开。请另存为 JPG 或 PDF 再传。"),
    (b"{\\rtf", "RTF 文档不能上传。请另存为 docx 或 PDF 再传。"),
)


def sniff(content: bytes) -> FileType | None:
    """Return the format, None when it is none we know; raise `Unwanted` with advice for formats not taken."""
    head = content[:32]
    for magic, found in _SIGNATURES:
        if head.startswith(magic) and not (magic == b"BM" and _is_text(content)):
            if isinstance(found, str):
                raise Unwanted(found)
            return found
    if b"%PDF-" in content[:1024]:
        return PDF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _iso_media(content)
    if head.startswith(b"PK"):
        return _zip_based(content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(content)
    if len(head) > 1 and head[0] == 0xFF and head[1] in {0xFB, 0xF3, 0xF2, 0xFA}:
        return MP3
    return _text(content)


def _iso_media(content: bytes) -> FileType | None:
    brands = content[8 : max(16, min(int.from_bytes(content[:4], "big"), 128))]
    major = brands[:4]
    if major in {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}:
        raise Unwanted(_HEIC_ADVICE)
    if major in {b"M4A ", b"M4B "}:
        return M4A
    if major == b"qt  ":
        return MOV
    if major.startswith(b"3g"):
        raise Unwanted("3GP 文件很多电脑打不开。请换成 MP4 视频或 M4A、AMR 录音再传。")
    return MP4


def _zip_based(content: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unwanted("文件不完整，打不开。请重新保存一份再传。") from None
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise Unwanted("文件里带宏。请另存为不带宏的 docx 或 xlsx 再传。")
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        for folder, found in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(n.startswith(folder) for n in names):
                return found
    raise Unwanted(_ZIP_ADVICE)


def _ole(content: bytes) -> FileType:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise Unwanted("文件设了打开密码。请去掉密码另存一份再传。")
    if holds("WordDocument"):
        return DOC
    if holds("Workbook") or holds("Book"):
        return XLS
    raise Unwanted("旧版 Office 文件认不出来。请另存为 docx、xlsx 或 PDF 再传。")


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    if any(b < 9 or 13 < b < 32 for b in content[:4096] if b != 27):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _text(content: bytes) -> FileType | None:
    if not content or not _is_text(content):
        return None
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"#!", b"<?php")):
        raise Unwanted("网页和程序文件不能上传。请把页面存成 PDF 或截图再传。")
    return TXT
