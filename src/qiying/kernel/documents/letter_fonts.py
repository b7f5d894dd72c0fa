"""Fonts of letters: the office's own licensed ones from `data_dir/fonts`, else Noto Serif and Noto Sans SC.

The standard names 仿宋 and 小标宋, which cannot be shipped; Noto SC (OFL) comes with `pylopdf-fonts-zh-cn`.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

_WANTED = {
    "fangsong": ("fangsong_gb2312", "仿宋_gb2312", "fangsong", "仿宋", "stfangsong", "华文仿宋"),
    "title": ("fzxiaobiaosong", "方正小标宋", "小标宋", "xiaobiaosong"),
    "heiti": ("simhei", "黑体", "stheiti", "fzhei", "方正黑体"),
    "kaiti": ("kaiti_gb2312", "楷体_gb2312", "kaiti", "楷体", "stkaiti", "fzkai", "方正楷体"),
}


class LetterFonts(NamedTuple):
    """A font file for each role; `title_is_bold` when a plain Song has to be thickened for 小标宋."""

    fangsong: Path
    title: Path
    heiti: Path
    kaiti: Path
    title_is_bold: bool

    def faces(self) -> dict[str, str]:
        """Return a family's name for each role, the same where the file is: a letter holds no font twice."""
        first: dict[Path, str] = {}
        return {role: first.setdefault(getattr(self, role), f"L-{role}") for role in _WANTED}


def letter_fonts(folder: Path) -> LetterFonts:
    """Return the fonts to use; files of `folder` are known by the names inside them."""
    stamp = tuple(sorted((str(p), p.stat().st_mtime_ns) for p in _font_files(folder)))
    return _letter_fonts(stamp)


@lru_cache(maxsize=4)
def _letter_fonts(stamp: tuple[tuple[str, int], ...]) -> LetterFonts:
    package = Path(str(files("pylopdf_fonts_zh_cn")))
    serif, sans = package / "NotoSerifSC-Regular.otf", package / "NotoSansSC-Regular.otf"
    own: dict[str, Path] = {}
    for name, _ in stamp:
        for role in _roles_of(Path(name)):
            own.setdefault(role, Path(name))
    return LetterFonts(
        fangsong=own.get("fangsong", serif),
        title=own.get("title", serif),
        heiti=own.get("heiti", sans),
        kaiti=own.get("kaiti", own.get("fangsong", serif)),
        title_is_bold="title" not in own,
    )


@lru_cache(maxsize=8)
def width_function(path: Path) -> Callable[[str], float]:
    """Return the advance width of a character in em, as the font file says."""
    font = TTFont(path, fontNumber=0, lazy=True)
    units, cmap, metrics = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"].metrics

    @lru_cache(maxsize=20000)
    def width_of(char: str) -> float:
        name = cmap.get(ord(char))
        return float(metrics[name][0] / units) if name in metrics else 1.0

    return width_of


def _font_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in folder.iterdir() if p.suffix.lower() in {".ttf", ".otf", ".ttc"})


def _roles_of(path: Path) -> set[str]:
    names = " ".join(_names_of(path)).lower()
    return {role for role, known in _WANTED.items() if any(k in names for k in known)}


def _names_of(path: Path) -> set[str]:
    """Return family and full names of the first face; an unreadable file has none and is passed over."""
    try:
        if path.suffix.lower() == ".ttc":
            with TTCollection(path, lazy=True) as collection:
                return _table_names(collection.fonts[0])
        with TTFont(path, lazy=True) as font:
            return _table_names(font)
    except (TTLibError, OSError, KeyError, AssertionError):
        return set()


def _table_names(font: TTFont) -> set[str]:
    return {
        record.toUnicode(errors="replace") for record in font["name"].names if record.nameID in {1, 4, 6, 16}
    }
