"""File names as people send them, made safe to store, show and download."""

import re
import unicodedata

MAX_LENGTH = 120
# Names Windows refuses whatever their extension.
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


def file_name_clean(name: str, default_stem: str = "文件") -> str:
    """Return the last path part without control, direction-changing and reserved characters.

    At most 120 characters, extension kept; an empty name becomes `default_stem`.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cf holds the marks that turn "cod.exe" around on screen; Cs cannot be stored.
    name = "".join(
        c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    name = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", name)).strip().rstrip(" .")
    stem, extension = file_name_split(name)
    stem = stem.strip(" .")
    if not stem or _RESERVED.match(stem):
        stem = f"{default_stem}{'_' + stem if stem else ''}"
    room = MAX_LENGTH - (len(extension) + 1 if extension else 0)
    return f"{stem[:room].rstrip(' .')}.{extension}" if extension else stem[:room].rstrip(" .")


def file_name_split(name: str) -> tuple[str, str]:
    """Return stem and extension (lower case, without dot); a tail that is no extension stays in the stem."""
    stem, dot, tail = name.rpartition(".")
    if dot and re.fullmatch(r"[A-Za-z0-9]{1,8}", tail):
        return stem.rstrip(" ."), tail.lower()
    return name, ""
