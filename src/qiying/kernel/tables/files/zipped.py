"""The parts of a zipped workbook, unpacked as they are parsed and never beyond the bound."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.parsers import expat

from qiying.kernel.tables.grid import MAX_ELEMENTS, MAX_UNPACKED, UnreadableSheet

_CHUNK = 256 * 1024
BROKEN = "打不开这份表格，文件可能没传完。请在 Excel 或 WPS 里打开，另存为 xlsx 再传。"

Start = Callable[[str, dict[str, str]], None]


class Parts:
    """The parts of a zip, read with one budget for all of them together."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError):
            raise UnreadableSheet(BROKEN) from None
        self.names = set(self._zip.namelist())
        self._left, self._elements = MAX_UNPACKED, MAX_ELEMENTS

    def parse(
        self,
        name: str,
        start: Start,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Parse a part of XML with handlers that get names without their prefix."""
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def opened(tag: str, attributes: dict[str, str]) -> None:
            self._elements -= 1
            if self._elements < 0:
                raise UnreadableSheet(
                    f"这份表格的单元格（连空白带格式的）超过 {MAX_ELEMENTS // 10_000} 万个，没有读。"
                    "请新建一份，只粘贴有内容的部分。"
                )
            start(tag.rpartition(":")[2], attributes)

        def refuse(*_: Any) -> None:
            raise UnreadableSheet("这份表格里有不该有的定义（DOCTYPE），没有读。请另存为 xlsx 再传。")

        parser.StartElementHandler = opened
        parser.StartDoctypeDeclHandler = refuse
        if end is not None:
            closing = end
            parser.EndElementHandler = lambda tag: closing(tag.rpartition(":")[2])
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise UnreadableSheet(
                            f"这份表格解开后超过 {MAX_UNPACKED // 1024 // 1024} MB，没有读。请分成几份传。"
                        )
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except RuntimeError:  # zipfile's word for a part locked with a password
            raise UnreadableSheet("这份表格有密码。请去掉密码再传。") from None
        except (expat.ExpatError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, KeyError):
            raise UnreadableSheet(BROKEN) from None
        except zipfile.LargeZipFile:
            raise UnreadableSheet(BROKEN) from None
