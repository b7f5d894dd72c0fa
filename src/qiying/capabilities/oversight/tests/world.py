"""The cast of the congress's oversight: congress, procuratorate, deputies, units, a firm one deputy owns."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.oversight.models import Article, Basis
from qiying.capabilities.oversight.services.keeping import row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.organisations.tests.factories import TODAY


class Oversight(World):
    """A district whose congress oversees."""

    def keep(self, model: Any, row: Any = None, who: str = "congress", **values: Any) -> Any:
        """Keep a row as its register does."""
        given: dict[str, Any] = {"values": values, "names": list(values), "now": self.now}
        return row_keep(actor=self.viewer(who), model=model, row=row, **given)

    def basis(self) -> Basis:
        found = Basis.objects.filter(district=self.district).first()
        since = TODAY.replace(year=2024)
        told: dict[str, Any] = {
            "name": "优化营商环境条例",
            "kind": "regulation",
            "issuer": "省人大常委会",
            "valid_from": since,
        }
        return found or self.keep(Basis, **told)

    def article(self, no: int = 36, **more: Any) -> Article:
        """Return an article of the regulation, made at first."""
        found = Article.objects.filter(district=self.district, no=no).select_related("basis").first()
        basis = self.basis()
        told: dict[str, Any] = {
            "basis": basis,
            "no": no,
            "text": "一次性告知需要补正的全部内容。",
            "duty": "一次性告知",
        }
        told |= {"unit": self.units["market"], "valid_from": basis.valid_from, **more}
        return found or self.keep(Article, **told)

    @property
    def today(self) -> Any:
        return local_date(self.now)


@kept
def make_world() -> Oversight:
    made = Oversight(
        **cast(
            "人大县",
            {
                "desk": DESK,
                "congress": ("区人大财经工委", ["oversight"]),
                "jiancha": ("区检察院", []),
                "market": ("区市场监管局", ["handling"]),
                "traffic": ("区交通局", ["handling"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
                "jiwei": ("区纪委", ["discipline"]),
            },
            {
                "congress": ("小人", "congress", "congress"),
                "congress2": ("老人", "congress", "congress"),
                "deputy": ("代表甲", "congress", "deputy"),
                "deputy2": ("代表乙", "congress", "deputy"),
                "procurator": ("检察官", "jiancha", "procurator"),
                "handler": ("经办", "market", "handler"),
                "leader": ("局长", "market", "leader"),
                "traffic": ("交通", "traffic", "handler"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "discipline": ("纪检", "jiwei", "discipline"),
                "desk": ("小受", "desk", "desk"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    return made
