"""What document and letter tests need: a district, a unit, people, and small real files."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from qiying.kernel.documents.letters import Letter
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.permissions.viewer import PersonViewer

AT = datetime(2026, 2, 13, 1, 0, tzinfo=UTC)


def make_district(code: str = "330199") -> District:
    return District.objects.get_or_create(code=code, defaults={"name": "明川区"})[0]


def make_unit(name: str = "区营商办") -> Unit:
    unit, _ = Unit.objects.get_or_create(district=make_district(), parent=None, name=name)
    if not unit.path:
        Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    return unit


def make_viewer(login: str = "wang") -> PersonViewer:
    district = make_district()
    person, _ = Person.objects.get_or_create(login=login, defaults={"name": "王敏", "created_at": AT})
    return PersonViewer(person_id=person.pk, name=person.name, district_id=district.pk)


def picture(size: tuple[int, int] = (40, 30), form: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, (20, 90, 80)).save(buffer, form, **options)
    return buffer.getvalue()


def sample_letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "issuer": "明川区营商环境建设办公室",
        "number": "营商交〔2026〕412 号",
        "title": "关于办理云拓智能装备有限公司新厂房通电延期问题的交办函",
        "addressee": "区经济和信息化局",
        "paragraphs": (
            "云拓智能装备有限公司于2026年11月13日反映：新厂房10千伏外线工程因3号路开挖许可未办，施工推迟，影响投产。",
            "一、办理要求",
            "请您单位在五个工作日内查清外线工程和开挖许可的进展情况并把答复和凭据录入系统后告知企业送电日期"
            * 3
            + "。",
        ),
        "signed_by": "明川区营商环境建设办公室",
        "signed_on": date(2026, 11, 13),
        "attachments": ("企业来件原文", "供用电方案答复单"),
        "copies_to": ("区供电公司", "区委督查室"),
        "printed_by": "明川区营商环境建设办公室",
        "case_number": "MC-2026-02096",
        "verify_url": "https://example.gov.cn/v/AbCd1234",
    }
    return Letter(**{**values, **changes})
