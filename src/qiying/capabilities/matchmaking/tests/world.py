"""The cast of matchmaking: two firms, an institute, an alliance, a bank, a department, the desk, an outsider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qiying.capabilities.matchmaking.models import ChainLink, Intent, Match, Posting
from qiying.capabilities.matchmaking.services import intents, matches, postings
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.enterprises.models import Tag
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit

NEED = {
    "side": "need", "field": "technology", "title": "求合成生物发酵中试线", "text": "缺一条发酵中试线，想找人喷涂罐体。",
    "wan": None, "link": None, "contact_name": "陈雨", "contact_phone": "13800001234",
}  # fmt: skip
PAPER = [("回单.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")]


class Room(World):
    """A district that matches needs with resources."""

    @property
    def today(self) -> Any:
        return local_date(self.now)

    def key(self, who: str) -> str:
        """Return the party somebody speaks for."""
        viewer = self.viewer(who)
        return next(k for k in viewer.keys if k[0] in "eu")

    def post(self, who: str = "clerk", **more: Any) -> Posting:
        ends = self.today + timedelta(days=60)
        values = {**NEED, "owner": self.key(who), "ends_on": ends, **more}
        return postings.posting_save(actor=self.viewer(who), posting=None, values=values, now=self.now)

    def shown(self, who: str = "clerk", **more: Any) -> Posting:
        row = self.post(who, **more)
        return postings.posting_review(
            actor=self.viewer("desk"), posting=row, passes=True, reason="", now=self.now
        )

    def ask(self, who: str, posting: Posting, asked: str = "", **more: Any) -> Match:
        contact = "" if posting.owner == self.key(who) else "李四 13900001111"
        told = {"words": "想看看现场", "contact": contact, "asker": self.key(who), **more}
        return matches.match_ask(
            actor=self.viewer(who), posting=posting, asked=asked or posting.owner, now=self.now, **told
        )

    def code(self, who: str) -> str:
        return intents.code_show(actor=self.viewer(who), party=self.key(who), now=self.now).code

    def intent(self, who: str = "clerk", other: str = "bank", key: str = "k", **more: Any) -> Intent:
        told = {"party": self.key(who), "title": "中试线贷款", "kind": "credit", "wan": 1000, "memo": ""}
        values = {**told, "code": self.code(other), **more}
        return intents.intent_make(actor=self.viewer(who), values=values, key=key, now=self.now)

    def agreed(self, who: str = "clerk", other: str = "bank", **more: Any) -> Intent:
        row = self.intent(who, other, **more)
        return intents.intent_confirm(actor=self.viewer(other), intent=row, now=self.now)


@kept
def make_room() -> Room:
    made = Room(
        **cast(
            "链链县",
            {
                "desk": DESK,
                "institute": ("市农科院", ["handling"]),
                "alliance": ("出海联盟", []),
                "bank": ("浙商银行", ["handling"]),
                "land": ("区规划资源局", ["handling"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "desk2": ("老受", "desk", "desk"),
                "institute": ("农科", "institute", "associate"),
                "alliance": ("联盟", "alliance", "associate"),
                "bank": ("客户经理", "bank", "bank"),
                "land": ("规划", "land", "handler"),
                "supervisor": ("督查", "desk", "supervisor"),
            },
        )
    )
    for code, kind in (("institute", "institute"), ("alliance", "association"), ("bank", "bank")):
        made.units[code].kind = kind
        made.units[code].save(update_fields=["kind"])
    town = make_unit(made.district, "云栖镇", "town")
    mine = made.enterprise
    mine.industry, mine.region_unit = "2761", town
    mine.save()
    other = make_enterprise(made.district, "元素喷涂发酵装备有限公司", industry="3521", region_unit=town)
    other.tags.add(Tag.objects.create(district=made.district, name="专精特新"))
    make_enterprise(made.district, "某某餐饮管理有限公司", industry="6210")
    made.people["clerk2"] = make_clerk(other, "李四")
    made.people["stranger"] = make_person("路人", district=made.district)
    made.people["foreigner"] = make_clerk(make_enterprise(make_district("别的县"), "外县有限公司"), "外县人")
    days = {"district": made.district, "source": "样例", "valid_from": made.today}
    for place, (name, codes) in enumerate((("装备", "35"), ("生产", "276、27"), ("应用", "28"))):
        ChainLink.objects.create(chain="合成生物", name=name, place=place, industries=codes, **days)
    return made
