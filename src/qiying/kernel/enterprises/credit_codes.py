"""The register's view of a credit code: what may be stored, and what to say about it."""

from typing import NamedTuple

from qiying.kernel.enterprises.models import BodyKind, CodeLevel
from qiying.statutes import credit_code

_KINDS = {
    "企业": BodyKind.ENTERPRISE,
    "个体工商户": BodyKind.INDIVIDUAL,
    "农民专业合作社": BodyKind.COOPERATIVE,
    "社会团体": BodyKind.SOCIAL,
    "民办非企业单位": BodyKind.SOCIAL,
    "基金会": BodyKind.SOCIAL,
    "其他社会组织": BodyKind.SOCIAL,
    "机关": BodyKind.INSTITUTION,
    "事业单位": BodyKind.INSTITUTION,
    "群团组织": BodyKind.INSTITUTION,
}


class CheckedCode(NamedTuple):
    """A normalised code (`None` when there is none), its level, and every remark in words."""

    code: str | None
    level: str
    remarks: list[str]
    is_usable: bool
    body_kind: str | None


def checked_code(text: str) -> CheckedCode:
    """Check what somebody typed as a credit code; an empty one is usable and missing."""
    if not credit_code.normalise(text):
        return CheckedCode(None, CodeLevel.MISSING, [], True, None)
    result = credit_code.check(text)
    level = CodeLevel.VALID if result.level == "ok" else CodeLevel.WARNING
    remarks = [finding.message_zh for finding in result.findings]
    return CheckedCode(result.code, level, remarks, result.ok, _KINDS.get(result.body_kind_zh or ""))
