"""Which reader a file needs, by its first bytes: the name lies as often as it helps."""

from __future__ import annotations

from qiying.kernel.tables.files.ole import MAGIC
from qiying.kernel.tables.files.texts import decoded, read_html, read_text, read_xml
from qiying.kernel.tables.files.xls import read_xls
from qiying.kernel.tables.files.xlsx import read_xlsx
from qiying.kernel.tables.grid import MAX_BYTES, MAX_MARKUP, Sheet, UnreadableSheet


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of a file; raise `UnreadableSheet` with the exact cause and what to do."""
    if len(content) > MAX_BYTES:
        raise UnreadableSheet(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请分成几份传。")
    if not content.strip(b"\0\r\n\t "):
        raise UnreadableSheet("这份表格是空的。请换一份，或另存为 xlsx 再传。")
    if content.startswith(b"PK"):
        return read_xlsx(content)
    if content.startswith(MAGIC):
        return read_xls(content)
    if content[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        raise UnreadableSheet("这是 Excel 4 以前的格式，读不了。请用 Excel 或 WPS 打开，另存为 xlsx 再传。")
    if content.startswith((b"%PDF", b"{\\rtf", b"\xff\xd8", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")):
        raise UnreadableSheet("这是 PDF、图片或压缩包，不是表格。请另存为 xlsx 再传。")
    if content[:400].lstrip().lower().startswith(b"mime-version"):
        raise UnreadableSheet("这是网页归档（mht），不是表格。请用 Excel 或 WPS 打开，另存为 xlsx 再传。")
    text = decoded(content)
    head = text.lstrip("\ufeff \r\n\t")[:3000].lower()
    if head.startswith("<") and len(content) > MAX_MARKUP:
        raise UnreadableSheet(
            f"网页或 XML 格式的表格最多 {MAX_MARKUP // 1024 // 1024} MB，请另存为 xlsx 再传。"
        )
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<html" not in head:
        return read_xml(content.lstrip(b"\xef\xbb\xbf \r\n\t"))
    if head.startswith("<") and ("<html" in head or "<table" in head or "<!doctype html" in head):
        return read_html(text)
    return read_text(text)
