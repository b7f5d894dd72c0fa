"""What the demo's enterprises are known by, beyond staff and turnover: enough to be met, nearly met and not yet known."""

from __future__ import annotations

import random
from datetime import datetime

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import World
from qiying.kernel.enterprises.decision_facts import facts_declare, known_facts
from qiying.kernel.enterprises.models import Enterprise, FactSource

MAKING = {"3484", "3560", "2760", "2653", "2231", "1751", "2110", "1432", "3983", "3670"}
TECH = {"3484", "3560", "2760", "2653", "6513", "3983", "3670"}
FORGOTTEN = 0.12
"""Share of facts nobody told yet."""
ALWAYS = frozenset({"被列入严重失信名单", "上年发生重大事故或严重失信"})


def facts_add(world: World, draw: random.Random, at: datetime) -> None:
    """Record what departments and the enterprises themselves would have handed in."""
    for i, firm in enumerate(world.enterprises):
        _firm(world, firm, draw, i, at)


def _firm(world: World, firm: Enterprise, draw: random.Random, i: int, at: datetime) -> None:
    known = known_facts(firm)
    staff = int(known["职工人数"].stored)
    revenue = int(known["营业收入"].stored) / 100
    is_tech = firm.industry in TECH and draw.random() < 0.6
    official = {**_tax(draw, staff, revenue), **_jobs(draw, staff), **_names(draw, is_tech)}
    official |= _standing(draw, staff, revenue, i)
    declared = _research(draw, revenue, is_tech) | _projects(draw, revenue, firm.industry in MAKING)
    told: tuple[tuple[dict[str, str], str], ...] = (
        (official, FactSource.SHARED),
        (declared, FactSource.DECLARED),
    )
    if firm.pk not in world.clerks:  # nobody speaks for it yet: what is known came from offices
        told = ((official | declared, FactSource.SHARED),)
    for facts, source in told:
        kept = {
            name: value
            for name, value in facts.items()
            if value and (name in ALWAYS or i == 0 or draw.random() > FORGOTTEN)
        }
        facts_declare(
            actor=world.maker, enterprise=firm, values=kept, at=at, on=local_date(world.now), source=source
        )


def _yes(draw: random.Random, share: float) -> str:
    return "是" if draw.random() < share else "否"


def _money(value: float) -> str:
    return f"{max(value, 0):.2f}"


def _tax(draw: random.Random, staff: int, revenue: float) -> dict[str, str]:
    profit = revenue * draw.uniform(-0.02, 0.09)
    is_small = staff <= 300 and profit <= 3_000_000
    is_tiny = revenue < 5_000_000
    return {
        "应纳税所得额": f"{profit:.2f}",
        "是小型微利企业": "是" if is_small else "否",
        "是增值税小规模纳税人": "是" if is_tiny else "否",
        "月销售额": _money(revenue / 12) if is_tiny else "",
        "六税两费应纳税额": _money(revenue * draw.uniform(0.001, 0.004)),
        "是查账征收居民企业": _yes(draw, 0.93),
        "当年应纳税费": _money(revenue * draw.uniform(0.01, 0.05)),
        "从事国家限制或禁止行业": _yes(draw, 0.01),
        "当期可抵扣进项税额": _money(revenue * 0.06) if not is_tiny else "",
        "在先进制造业加计抵减名单内": _yes(draw, 0.15),
    }


def _jobs(draw: random.Random, staff: int) -> dict[str, str]:
    wage = draw.uniform(62_000, 128_000)
    return {
        "残疾职工人数": str(int(staff * draw.choice([0, 0, 0, 0.005, 0.012, 0.02]))),
        "应安置残疾职工人数": f"{staff * 0.015:.2f}",
        "职工年平均工资": _money(wage),
        "当地社会平均工资": "98500",
        "失业保险足额缴费月数": str(draw.choice([12, 12, 12, 12, 9, 6])),
        "上年度平均参保人数": str(max(1, int(staff * draw.uniform(0.8, 1)))),
        "上年度裁员人数": str(int(staff * draw.choice([0, 0, 0.02, 0.04, 0.08]))),
        "上年度失业保险费": _money(staff * wage * 0.01),
        "招用重点群体人数": str(draw.choice([0, 0, 0, 1, 2])),
        "招用退役士兵人数": str(draw.choice([0, 0, 0, 0, 1])),
        "招用毕业生和失业青年人数": str(draw.choice([0, 0, 1, 2, 4])),
        "属于制造业或生活服务业": _yes(draw, 0.7),
    }


def _names(draw: random.Random, is_tech: bool) -> dict[str, str]:
    first = is_tech and draw.random() < 0.25
    again = is_tech and not first and draw.random() < 0.25
    return {
        "是高新技术企业": "是" if is_tech else "否",
        "高企申报已受理": _yes(draw, 0.03 if not is_tech else 0.5),
        "首次认定高新技术企业": "是" if first else "否",
        "重新认定高新技术企业": "是" if again else "否",
        "是科技型中小企业": _yes(draw, 0.8 if is_tech else 0.05),
        "是省级专精特新中小企业": _yes(draw, 0.3 if is_tech else 0.02),
        "有省级以上研发机构": _yes(draw, 0.1 if is_tech else 0.01),
        "创新积分排名百分位": f"{draw.uniform(0.02, 1):.2f}" if is_tech else "",
    }


def _standing(draw: random.Random, staff: int, revenue: float, i: int) -> dict[str, str]:
    grown = 20_000_000 <= revenue < 60_000_000 and draw.random() < 0.3
    return {
        "被列入严重失信名单": "是" if i and draw.random() < 0.015 else "否",
        "近两年有行贿犯罪记录": "否",
        "上年发生重大事故或严重失信": "是" if i and draw.random() < 0.01 else "否",
        "首次升为规模以上": "是" if grown else "否",
        "上规次年营业收入增长率": f"{draw.uniform(-0.05, 0.3):.3f}" if grown else "",
        "新设立小微企业": "是" if staff < 20 and draw.random() < 0.25 else "否",
        "注册资本": _money(draw.choice([500_000, 1_000_000, 3_000_000, 5_000_000, 10_000_000, 50_000_000])),
        "纳税信用等级": draw.choice(["A", "A", "B", "B", "M", "C"]),
        "近一年处罚与欠薪次数": str(draw.choice([0, 0, 0, 0, 1, 2])),
        "完成股份制改造": _yes(draw, 0.04),
        "上市申请已受理": _yes(draw, 0.01),
        "已上市": _yes(draw, 0.007),
        "新三板已挂牌": _yes(draw, 0.015),
    }


def _research(draw: random.Random, revenue: float, is_tech: bool) -> dict[str, str]:
    if not is_tech and draw.random() < 0.6:
        return {"拥有核心知识产权": "否"}
    share = draw.uniform(0.02, 0.08) if is_tech else draw.uniform(0, 0.03)
    spent = revenue * share
    return {
        "研发费用": _money(spent),
        "上年度研发费用": _money(spent * draw.uniform(0.7, 1.05)),
        "上年度营业收入": _money(revenue * draw.uniform(0.8, 1.05)),
        "近三年研发费用合计": _money(spent * draw.uniform(2.4, 3)),
        "近三年营业收入合计": _money(revenue * draw.uniform(2.5, 3)),
        "境内研发费用占比": f"{draw.uniform(0.7, 1):.3f}",
        "科技人员占比": f"{draw.uniform(0.06, 0.4):.3f}",
        "研发人员占比": f"{draw.uniform(0.04, 0.3):.3f}",
        "高新技术产品收入占比": f"{draw.uniform(0.4, 0.95):.3f}",
        "创新能力评分": f"{draw.uniform(58, 92):.1f}",
        "拥有核心知识产权": "是" if is_tech else _yes(draw, 0.4),
        "核心技术属于重点领域": "是" if is_tech else _yes(draw, 0.3),
        "一类知识产权数": str(draw.choice([0, 0, 1, 2, 5])),
        "二类知识产权数": str(draw.randint(0, 12)),
        "研发费用增速": f"{draw.uniform(-0.1, 0.5):.3f}",
        "当年发明专利申请数": str(draw.choice([0, 1, 2, 4, 6])),
        "发展阶段": draw.choice(["初创期", "成长期", "稳定期"]),
        "从事细分市场年数": str(draw.randint(1, 12)),
    }


def _projects(draw: random.Random, revenue: float, makes: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if makes and draw.random() < 0.4:
        found |= {"设备投资额": _money(revenue * draw.uniform(0.05, 0.5)), "技改项目已备案": _yes(draw, 0.6)}
        found |= {
            "新购设备器具单位价值": _money(draw.uniform(200_000, 6_500_000)),
            "设备购置日期": "2026-03-20",
        }
    if draw.random() < 0.15:
        found |= {"知识产权质押贷款利息": _money(draw.uniform(20_000, 400_000))}
    if draw.random() < 0.2:
        booths = draw.choice([1, 1, 2, 3])
        found |= {"境外展位数": str(booths), "境外展位费": _money(booths * draw.uniform(28_000, 70_000))}
    if revenue < 10_000_000 and draw.random() < 0.4:
        found |= {
            "实际月租金单价": _money(draw.uniform(20, 75)),
            "租用面积": f"{draw.uniform(60, 900):.1f}",
            "租用月数": str(draw.choice([6, 9, 12, 12])),
            "代理记账费": _money(draw.choice([2400, 3000, 3600])),
        }
    return found
