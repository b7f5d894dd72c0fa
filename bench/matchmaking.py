"""`python -m bench.matchmaking [postings] [firms]`: a night's suggestions for all postings, and those of one posting.

Firms and postings are made in bulk in a database of its own, half needs and half resources, over five industry chains
of four links. SQLite in a temporary folder; `QIYING_DATABASE_URL` names another. The promise is 30 s for 10,000 postings
and 150,000 firms, 200 ms for one posting.
"""

from __future__ import annotations

import os
import random
import resource
import sys
from datetime import UTC, datetime, timedelta
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

NOW = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
TIMES = 15
FIRST = "禾云青恒远佳汇星澜正鑫三启明博瑞天华宏新立东金泰盛嘉凯沃德永中优微智光海利万同安"
SECOND = "川拓岚越舟禾宁桥泊麒可赢航达丰成岳图宇讯升石和元森邦兴正创纳启源嘉信"
TRADES = {
    "精密机械": "3484", "智能装备": "3560", "生物科技": "2760", "新材料": "2653", "物流": "5431", "包装制品": "2231",
    "纺织": "1751", "软件": "6513", "家居": "2110", "食品": "1432", "建设工程": "4790", "贸易": "5179",
    "餐饮管理": "6210", "电子科技": "3983", "汽车零部件": "3670", "合成生物": "2710", "跨境电商": "5193", "模具": "3525",
    "喷涂": "3360", "数控机床": "3421",
}  # fmt: skip
GOODS = [
    "减速机",
    "轴承",
    "数控车床",
    "喷涂线",
    "模具钢",
    "注塑件",
    "铝型材",
    "发酵罐",
    "酶制剂",
    "培养基",
    "冷链仓",
    "海外仓",
    "报关",
    "认证",
    "标签",
    "面料",
    "印染",
    "工业软件",
    "传感器",
    "线束",
    "电池壳",
    "激光切割",
    "热处理",
    "无损检测",
    "电镀",
    "钣金",
    "机械手",
    "视觉检测",
    "洁净厂房",
    "标准厂房",
    "仓储用地",
    "研发场地",
    "流动资金",
    "设备贷",
    "股权融资",
    "订单贷",
    "工程师",
    "技术员",
    "博士",
    "实习生",
    "代工",
    "集采",
    "经销商",
    "展位",
    "样品",
    "中试",
    "专利许可",
    "联合开发",
    "技术咨询",
]
WAYS = ("需要", "寻找", "提供", "可以承接", "长期供应", "想合作开发", "有意向采购", "面向本区企业")


def texts(draw: random.Random) -> tuple[str, str]:
    """Return the title and text of a posting: goods, quantities, a trade."""
    goods = draw.sample(GOODS, 6)
    title = f"{draw.choice(WAYS)}{goods[0]}和{goods[1]}"
    told = "，".join(f"{draw.choice(WAYS)}{g}{draw.randint(1, 900)}台套" for g in goods)
    return (
        title,
        f"{draw.choice(list(TRADES))}企业，{told}，{draw.choice(list(TRADES))}行业优先，质量稳定，账期可谈。",
    )


def fill(postings: int, firms: int) -> Any:
    """Make a district with its chains, firms, tags and postings."""
    from qiying.capabilities.matchmaking.models import ChainLink, Posting
    from qiying.capabilities.matchmaking.rules.words import FIELDS
    from qiying.kernel.enterprises.models import Enterprise, Tag
    from qiying.kernel.organisations.tests.factories import make_district, make_unit

    draw = random.Random(7)
    district = make_district("计时县")
    towns = [make_unit(district, f"第{n}镇", "town") for n in range(12)]
    names, trades = list(TRADES), list(TRADES.items())
    ChainLink.objects.bulk_create(
        ChainLink(district=district, chain=f"链{n // 4}", name=name, place=n % 4, industries=TRADES[name], source="样例",
                  valid_from=NOW.date())
        for n, name in enumerate(names)
    )  # fmt: skip
    links = list(ChainLink.objects.order_by("pk"))

    def firm(n: int) -> Enterprise:
        trade, code = draw.choice(trades)
        word = draw.choice(FIRST) + draw.choice(SECOND) + (draw.choice(GOODS) if n % 5 == 0 else "")
        name = f"明川{word}{trade}有限公司"
        return Enterprise(
            district=district, name=name, industry=code, region_unit=draw.choice(towns), created_at=NOW
        )

    Enterprise.objects.bulk_create((firm(n) for n in range(firms)), batch_size=1000)
    ids = list(Enterprise.objects.order_by("pk").values_list("pk", flat=True))
    tag = Tag.objects.create(district=district, name="专精特新")
    through = Enterprise.tags.through
    through.objects.bulk_create(
        (through(enterprise_id=pk, tag_id=tag.pk) for pk in ids[::20]), batch_size=1000
    )

    def posting(n: int) -> Posting:
        title, text = texts(draw)
        field = list(FIELDS)[n // 2 % len(FIELDS)]
        side = ("need", "resource")[n % 2]
        return Posting(
            district=district, owner=f"e:{draw.choice(ids)}", owner_name="某公司", side=side, field=field, title=title,
            text=text, link=draw.choice(links), contact_name="甲", contact_phone="0", state="shown", made_at=NOW,
            ends_on=(NOW + timedelta(days=60)).date(),
        )  # fmt: skip

    Posting.objects.bulk_create((posting(n) for n in range(postings)), batch_size=500)
    return district


def main() -> None:
    postings = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    firms = int(sys.argv[2]) if len(sys.argv) > 2 else 150_000
    with TemporaryDirectory() as folder:
        os.environ.setdefault("QIYING_DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
        import django

        django.setup()
        from bench.pages.run import machine
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from qiying.capabilities.matchmaking.models import Posting
        from qiying.capabilities.matchmaking.services import suggesting

        district = fill(postings, firms)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{machine()}\n{postings:,} postings, {firms:,} firms, {before} MB before\n")
        for label in ("first night", "next night"):
            cpu, wall = process_time(), perf_counter()
            written = suggesting.suggest_all(district.pk, NOW)
            cpu, wall = process_time() - cpu, perf_counter() - wall
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(
                f"{label}: cpu {cpu:.1f} s  wall {wall:.1f} s  {written:,} written, at most {peak} MB\n"
            )
        rows = list(Posting.objects.order_by("pk")[:TIMES])
        suggesting.forget()
        for label, held in (("one posting, index not in memory", False), ("one posting", True)):
            spent, used = [], []
            for row in rows:
                if not held:
                    suggesting.forget()
                cpu, wall = process_time(), perf_counter()
                suggesting.suggest_one(row, NOW)
                used.append((process_time() - cpu) * 1000)
                spent.append((perf_counter() - wall) * 1000)
            told = f"wall median {median(spent):.0f} ms, most {max(spent):.0f} ms"
            sys.stdout.write(f"{label}: cpu median {median(used):.0f} ms, {told}\n")


if __name__ == "__main__":
    main()
