"""The cast of the centre's procedures: a centre, a branch, two departments, supervision, two partner regions."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image

from qiying.capabilities.handling.models import Partner
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.documents.certificates import CertificateKind, declare_certificate
from qiying.kernel.documents.services import document_store
from qiying.kernel.organisations.tests.factories import NOW

UNITS = {
    "centre": DESK,
    "branch": ("生物医药分中心", ["desk", "centre_branch"]),
    "market": ("市场监管局", ["handling"]),
    "health": ("卫生健康局", ["handling"]),
    "supervision": SUPERVISION,
    "shandong": ("山东省曲阜市政务服务中心", []),
    "guizhou": ("贵州省赤水市政务服务中心", []),
}
PEOPLE = {
    "desk": ("小受", "centre", "desk"),
    "desk2": ("老受", "centre", "desk"),
    "bio": ("小药", "branch", "desk"),
    "market": ("市监经办", "market", "handler"),
    "health": ("卫健经办", "health", "handler"),
    "supervisor": ("督查", "supervision", "supervisor"),
    "leader": ("局长", "market", "leader"),
    "qufu": ("曲阜窗口", "shandong", "partner"),
    "chishui": ("赤水窗口", "guizhou", "partner"),
}
TODAY = local_date(NOW)


class Hall(World):
    """A world in which cases are opened as their pages open them."""

    def open(self, who: str, procedure: str, **data: Any) -> Case:
        return case_start(procedure=procedure, actor=self.viewer(who), data=data, now=self.now)

    def file(self, who: str) -> int:
        """Return a file somebody uploaded and did not hand in yet."""
        picture = BytesIO()
        Image.new("RGB", (30, 30)).save(picture, "JPEG")
        viewer = self.viewer(who)
        return document_store(
            content=picture.getvalue(), name="授权书.jpg", kind="material", subject=f"draft:{viewer.person_id}:x",
            actor=viewer, district_id=self.district.pk, at=self.now,
        ).pk  # fmt: skip

    def browser(self, who: str | None) -> Client:
        client = Client()
        if who is not None:
            client.force_login(self.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def partner(self, unit: str, province: str, county: str) -> Partner:
        row: Partner = Partner.objects.create(
            district=self.district, province=province, county=county, desk=self.units[unit], valid_from=TODAY
        )
        return row

    def unaccepted(self, who: str = "clerk", **more: Any) -> Case:
        words = {
            "title": "仓库改细胞制备车间，没有窗口收",
            "text": "卫健说归药监，药监说归住建",
            "tried": "三个窗口都说不归它",
        }
        return self.open(who, "unaccepted_matter", **{**words, **more})

    def agency(self, **more: Any) -> Case:
        words = {
            "title": "食品经营许可延续", "scope": "提交材料\n补正材料\n领取证照", "until": str(TODAY + timedelta(days=30)),
            "signer": "陈雨", "is_remote": True, "documents": [self.file("clerk")],
        }  # fmt: skip
        return self.open("clerk", "agency", **{**words, **more})


@kept
def make_hall() -> Hall:
    return Hall(**cast("企服县", UNITS, PEOPLE))


def licence_kind() -> None:
    """Make the certificates of these tests known, the same words wherever they are used."""
    declare_certificate(CertificateKind("docs_licence", "许可", "食品经营许可证", "ZZ"))
