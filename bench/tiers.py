"""`python -m bench.tiers [enterprises]`: the ladder's nightly run over a district, whole and after one percent changed.

Enterprises are made in bulk with the facts the ladder reads, a tenth of each unknown, most of them small and far from
every tier; 2 % hold a title. SQLite in a temporary folder; `QIYING_DATABASE_URL` names another.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

NOW = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
FIRMS = 150_000
WAN = 1_000_000  # fen


def facts(draw: random.Random) -> dict[str, int]:
    """Return a firm's facts as profiles keep them; one in ten is a technology firm near the ladder."""
    is_near = draw.random() < 0.1
    revenue = int((draw.uniform(800, 9_000) if is_near else draw.lognormvariate(5, 1.4)) * WAN)
    research = int(revenue * (draw.uniform(0.02, 0.08) if is_near else draw.uniform(0, 0.015)))
    found = {
        "职工人数": draw.randint(1, 600), "营业收入": revenue, "上年度营业收入": int(revenue * draw.uniform(0.8, 1.1)),
        "前年度营业收入": int(revenue * draw.uniform(0.7, 1.1)), "资产总额": int(revenue * draw.uniform(0.5, 2)),
        "成本费用总额": int(revenue * 0.9), "研发费用": research, "上年度研发费用": int(research * draw.uniform(0.7, 1.1)),
        "主营业务收入占比": draw.randint(5_000, 10_000), "资产负债率": draw.randint(2_000, 10_500),
        "从事细分市场年数": draw.randint(10, 150), "科技人员占比": draw.randint(0, 4_000), "一类知识产权数": draw.randint(0, 2),
        "二类知识产权数": draw.randint(0, 8), "在用一类知识产权数": draw.randint(0, 5), "高价值一类知识产权数": 0,
        "自主研发一类知识产权数": draw.randint(0, 1), "近两年新增股权融资": 0, "近三年新增股权融资": 0,
        "细分市场占有率": draw.randint(0, 1_500), "细分市场全国排名": draw.randint(1, 40), "是高新技术企业": int(is_near),
        "上年发生重大事故或严重失信": 0, "近三年获省级科技奖励": 0, "有省级以上研发机构": 0, "属于六基或产业链关键环节": int(is_near),
        "主导产品属于战略性新兴产业": int(is_near), "近五年获国家级科技奖励前三名": 0, "近五年主导制定国际国家或行业标准": 0,
        "近三年获国家级科技奖励前三名": 0, "是科技型中小企业": int(is_near),
    }  # fmt: skip
    return {name: value for name, value in found.items() if draw.random() > 0.1}


def load(count: int) -> int:
    """Make the district and return its id."""
    from qiying.capabilities.cultivation.models import PlatformScore, Title
    from qiying.kernel.enterprises.models import Enterprise, EnterpriseProfile
    from qiying.kernel.enterprises.profiles import form
    from qiying.kernel.organisations.tests.factories import make_district

    draw, district = random.Random(7), make_district("计时县")
    rows = [
        Enterprise(district=district, name=f"第{n}号公司", created_at=NOW, size_class="small")
        for n in range(count)
    ]
    ids = [row.pk for row in Enterprise.objects.bulk_create(rows, batch_size=2_000)]
    for start in range(0, count, 10_000):
        EnterpriseProfile.objects.bulk_create(
            (
                EnterpriseProfile(
                    enterprise_id=pk, form=form(), values=json.dumps(facts(draw)), changed_at=NOW
                )
                for pk in ids[start : start + 10_000]
            ),
            batch_size=500,
        )
    common: dict[str, Any] = {"district": district, "made_at": NOW}
    Title.objects.bulk_create(
        Title(
            enterprise_id=pk, tier="innovative", number=str(pk), document="样例", granted_on=date(2024, 1, 1),
            valid_to=date(2026 + pk % 3, 12, 31), **common,
        )
        for pk in ids[::50]
    )  # fmt: skip
    PlatformScore.objects.bulk_create(
        PlatformScore(
            enterprise_id=pk, year=2026, score=draw.randint(3_000, 9_000) / 100, proof="样例", **common
        )
        for pk in ids[::50]
    )
    return district.pk


def change(district_id: int, share: float) -> int:
    """Give so many firms new facts."""
    from qiying.kernel.enterprises.models import EnterpriseProfile

    draw = random.Random(8)
    rows = [
        r
        for r in EnterpriseProfile.objects.filter(enterprise__district_id=district_id)
        if draw.random() < share
    ]
    for row in rows:
        row.values = json.dumps(facts(draw))
    EnterpriseProfile.objects.bulk_update(rows, ["values"], batch_size=500)
    return len(rows)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS
    with TemporaryDirectory() as folder:
        os.environ.setdefault("QIYING_DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db.models import Count

        call_command("migrate", verbosity=0)
        from qiying.capabilities.cultivation.models import Standing
        from qiying.capabilities.cultivation.services.tiering import run_steps

        started = perf_counter()
        district_id = load(count)
        print(f"loaded in {perf_counter() - started:.0f} s", flush=True)
        for label, days in (("first", 0), ("nightly, nothing changed", 1), ("nightly, 1 % changed", 2)):
            if days == 2:
                print(f"changed {change(district_id, 0.01)}", flush=True)
            longest, written = 0.0, 0
            cpu, wall = process_time(), perf_counter()
            last = wall
            for done in run_steps(district_id=district_id, at=NOW + timedelta(days=days)):
                written = done
                longest, last = max(longest, perf_counter() - last), perf_counter()
            cpu, wall = process_time() - cpu, perf_counter() - wall
            print(
                f"{label}: cpu {cpu:.1f} s  wall {wall:.1f} s  written {written}  longest step {longest:.2f} s"
            )
        counted = Standing.objects.values_list("purpose", "tier", "state").annotate(n=Count("pk")).order_by()
        for told in sorted(counted):
            print(*told)
        print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
