"""Which files are taken for what: pure checks that collect every reason before refusing."""

from dataclasses import dataclass

from qiying.kernel.documents import sniffing as s
from qiying.kernel.documents.filenames import file_name_clean, file_name_split
from qiying.kernel.documents.models import DocumentKind

MB = 1024 * 1024
_IMAGES = frozenset({s.JPEG, s.PNG, s.WEBP})
_VOICE = frozenset({s.MP3, s.M4A, s.AMR})
_PAPERS = frozenset({s.PDF, s.OFD, s.DOCX, s.DOC, s.XLSX, s.XLS, s.PPTX, s.TXT})


@dataclass(frozen=True)
class Limit:
    """Formats taken for a kind and the largest size in MiB."""

    types: frozenset[s.FileType]
    max_mb: int

    @property
    def sentence(self) -> str:
        """Return what may be uploaded, as the page says it."""
        labels = "、".join(t.extensions[0] for t in s.ALL_TYPES if t in self.types)
        return f"可以传 {labels}，每个不超过 {self.max_mb} MB"


LIMITS: dict[str, Limit] = {
    DocumentKind.MATERIAL: Limit(_IMAGES | _VOICE | _PAPERS | {s.MP4, s.MOV}, 20),
    DocumentKind.EVIDENCE: Limit(_IMAGES | _VOICE | _PAPERS | {s.MP4, s.MOV}, 20),
    DocumentKind.PHOTO: Limit(_IMAGES, 20),
    DocumentKind.VOICE: Limit(_VOICE, 10),
    DocumentKind.AUTHORISATION: Limit(_IMAGES | {s.PDF, s.OFD}, 10),
    DocumentKind.LETTER: Limit(frozenset({s.PDF, s.OFD, s.DOCX, s.DOC}), 20),
    DocumentKind.CERTIFICATE: Limit(_IMAGES | {s.PDF, s.OFD}, 10),
    DocumentKind.EXPORT: Limit(_PAPERS, 500),
    DocumentKind.LEDGER: Limit(frozenset({s.XLSX, s.XLS}), 20),
}


@dataclass(frozen=True)
class Accepted:
    """A file that may be stored: its safe name and true format."""

    name: str
    type: s.FileType


def limit_for(kind: str, installation_mb: int) -> Limit:
    """Return the limit of a kind, never above that of the installation (MiB)."""
    limit = LIMITS[DocumentKind(kind)]
    return Limit(
        limit.types, limit.max_mb if kind == DocumentKind.EXPORT else min(limit.max_mb, installation_mb)
    )


def file_check(content: bytes, name: str, kind: str, installation_mb: int) -> Accepted | list[str]:
    """Return the accepted file, or every reason (Chinese, with what to do) why it is not taken."""
    limit = limit_for(kind, installation_mb)
    clean = file_name_clean(name)
    if not content:
        return [f"「{clean}」是空文件。请重新选一个。"]
    reasons = []
    if len(content) > limit.max_mb * MB:
        reasons.append(
            f"「{clean}」有 {len(content) / MB:.1f} MB，最大 {limit.max_mb} MB。"
            "可以用手机拍一张传上来，或分成几份。"
        )
    if kind == DocumentKind.LEDGER and not reasons:
        # Whatever the one reader of tables could read is a ledger, whatever it is called; it never stands in a page.
        return Accepted(clean, _table_type(content))
    try:
        found = s.sniff(content)
    except s.Unwanted as unwanted:
        return [*reasons, f"「{clean}」没收下：{unwanted}"]
    if found is None or found not in limit.types:
        what = found.label if found else "认不出的格式"
        return [*reasons, f"「{clean}」是{_spaced(what)}，这里收不了。{limit.sentence}。"]
    stem, extension = file_name_split(clean)
    if extension and extension not in found.extensions:
        reasons.append(
            f"「{clean}」的名字写的是 .{extension}，内容其实是{_spaced(found.label)}。"
            f"请把文件名改成 .{found.extensions[0]} 结尾再传。"
        )
    if reasons:
        return reasons
    return Accepted(clean if extension else f"{stem}.{found.extensions[0]}", found)


def _table_type(content: bytes) -> s.FileType:
    try:
        return s.sniff(content) or s.TXT
    except s.Unwanted:
        return s.TXT


def _spaced(label: str) -> str:
    """Return the label with the blank that stands between Chinese and a Latin word."""
    return f" {label}" if label[0].isascii() else label
