"""The unified social credit code (统一社会信用代码): GB 32100-2015 around GB 11714-1997.

Eighteen characters: authority, kind of body, division (6), organisation code (8 + check), check character.
A wrong final check is an error. A wrong inner check alone is a warning, because codes of the early pilots
break it; unknown authorities and divisions are warnings or nothing, because tables grow and divisions are
abolished.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["ok", "warning", "error"]

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_DROPPED: Final = frozenset(" \t\r\n\u3000-－–—‐‑﹣\u00a0\u200b\ufeff")
_LOOKALIKE: Final = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}

AUTHORITIES: Final = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管",
    "A": "军队",
    "N": "农业农村",
    "Y": "其他",
}
BODY_KINDS: Final = {
    ("1", "1"): "机关",
    ("1", "2"): "事业单位",
    ("1", "3"): "群团组织",
    ("1", "9"): "其他机构编制单位",
    ("5", "1"): "社会团体",
    ("5", "2"): "民办非企业单位",
    ("5", "3"): "基金会",
    ("5", "9"): "其他社会组织",
    ("9", "1"): "企业",
    ("9", "2"): "个体工商户",
    ("9", "3"): "农民专业合作社",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a code, and what to do about it."""

    code: str
    level: Level
    message_zh: str


@dataclass(frozen=True)
class CreditCodeResult:
    """What a check found; `ok` is False only for errors, so a warned code may be kept after a second look."""

    code: str
    level: Level
    findings: tuple[Finding, ...]
    authority_zh: str | None
    body_kind_zh: str | None
    division: str | None

    @property
    def ok(self) -> bool:
        """Return whether the code can be used, perhaps with a warning."""
        return self.level != "error"


def normalise(text: str) -> str:
    """Return the text in half width and upper case, without spaces and hyphens."""
    half = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in half if character not in _DROPPED)


def check_character(first17: str) -> str:
    """Return the 18th character (modulo 31); raises ValueError for characters outside the alphabet."""
    if len(first17) != 17 or any(character not in _VALUE for character in first17):
        raise ValueError(f"“{first17}”不是 17 位由数字和大写字母（不含 I、O、S、V、Z）组成的代码。")
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714): a digit or X."""
    if len(first8) != 8 or not first8.isascii() or not first8.isalnum() or first8 != first8.upper():
        raise ValueError(f"“{first8}”不是 8 位由数字和大写字母组成的组织机构代码。")
    total = sum(int(c, 36) * weight for c, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def make(prefix17: str) -> str:
    """Return the whole code for its first 17 characters."""
    return prefix17 + check_character(prefix17)


def with_checks(authority: str, kind: str, division: str, org8: str) -> str:
    """Return a valid code from its parts; for demo and test data."""
    return make(f"{authority}{kind}{division}{org8}{organisation_check(org8)}")


def check(text: str, *, normalised: bool = True) -> CreditCodeResult:
    """Check a code; it is normalised first unless `normalised` is False.

    Findings come in the order of the rules, so the first one is the reason to show.
    """
    code = normalise(text) if normalised else text
    findings = _shape(code)
    if not findings:
        findings = [*_division(code), *_check_sums(code), *_tables(code)]
    level: Level = "ok"
    if findings:
        level = "error" if any(finding.level == "error" for finding in findings) else "warning"
    whole = len(code) == 18
    return CreditCodeResult(
        code=code,
        level=level,
        findings=tuple(findings),
        authority_zh=AUTHORITIES.get(code[:1]),
        body_kind_zh=BODY_KINDS.get((code[0], code[1])) if whole else None,
        division=code[2:8] if whole and code[2:8].isascii() and code[2:8].isdigit() else None,
    )


def _shape(code: str) -> list[Finding]:
    if not code:
        return [_error("empty", "还没填统一社会信用代码。请照营业执照右上角的 18 位填写。")]
    if code == code.upper() and len(code) == 15 and code.isascii() and code.isdigit():
        return [_error("old_number", "这是 15 位的旧注册号。请换成营业执照上 18 位的统一社会信用代码。")]
    if len(code) != 18:
        gap = f"少 {18 - len(code)} 位" if len(code) < 18 else f"多 {len(code) - 18} 位"
        return [_error("length", f"现在是 {len(code)} 位，{gap}。统一社会信用代码是 18 位，请对照营业执照。")]
    for position, character in enumerate(code, 1):
        if character in _VALUE:
            continue
        if character.upper() in _VALUE or unicodedata.normalize("NFKC", character).upper() in _VALUE:
            return [
                _error("not_normalised", f"第 {position} 位“{character}”要用半角、大写。请改成半角大写再填。")
            ]
        likely = _LOOKALIKE.get(character.upper())
        where = f"第 {position} 位“{character}”不会出现在代码里"
        if likely:
            return [_error("alphabet", f"{where}，是不是“{likely}”？代码不用字母 I、O、S、V、Z。")]
        return [_error("alphabet", f"{where}。代码只有数字和大写字母，请重填这一位。")]
    return []


def _division(code: str) -> list[Finding]:
    if code[2:8].isdigit():
        return []
    return [_error("division", f"第 3 到 8 位“{code[2:8]}”应当是 6 位数字的行政区划。请对照营业执照。")]


def _check_sums(code: str) -> list[Finding]:
    findings = []
    expected = check_character(code[:17])
    if code[17] != expected:
        findings.append(
            _error(
                "check_character",
                f"最后一位是“{code[17]}”，照前 17 位算应是“{expected}”。多半有一位抄错，请逐位对照营业执照。",
            )
        )
    inner = organisation_check(code[8:16])
    if code[16] != inner:
        findings.append(
            Finding(
                "organisation_check",
                "warning",
                f"第 17 位是“{code[16]}”，照组织机构代码算应是“{inner}”。"
                "个别早年发的代码会这样，请对照营业执照，一致就可以用。",
            )
        )
    return findings


def _tables(code: str) -> list[Finding]:
    if code[0] not in AUTHORITIES:
        return [
            Finding("authority", "warning", f"第 1 位“{code[0]}”不是已知的登记管理部门。请对照证照原件。")
        ]
    kinds = [kind for authority, kind in BODY_KINDS if authority == code[0]]
    if kinds and code[1] not in kinds:
        return [Finding("body_kind", "warning", f"第 2 位“{code[1]}”不是已知的机构类别。请对照证照原件。")]
    return []


def _error(code: str, message: str) -> Finding:
    return Finding(code, "error", message)
