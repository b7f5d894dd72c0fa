"""`python -m bench.text`: medians of processor time of what text costs, on messages this file makes up.

`QIYING_LABELLED=FILE` also says how often categories are found right (five folds), on labelled messages of your own.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")

PLACES = [
    f"{a}{b}" for a in "滨青白石南北东西" for b in ("江园区", "岚路", "沙镇", "桥社区", "湖大道", "山工业园")
]
MATTERS = {
    "路": [
        "限高杆太低货车进不来",
        "公交末班车太早下班没车坐",
        "路口红绿灯时间太短",
        "道路坑洼货车爆胎",
        "路灯几个月没亮",
    ],
    "钱": ["流动资金紧张银行不肯续贷", "技改补贴一年没有到账", "抵押物不够贷款批不下来", "退税材料交了三次"],
    "人": ["招不到焊工技校没人来", "员工宿舍不够住", "社保减员系统报错", "实习生的工伤保险怎么交"],
    "环境": ["隔壁工地夜里打桩噪声大", "雨水口堵了厂区积水", "排污口验收没人来看", "垃圾站气味很重"],
}
TAILS = [
    "请帮忙看看",
    "问过几次没有人管",
    "客户在催货损失很大",
    "能不能请人牵头协调",
    "希望早点有个说法",
    "已经拖了两个月",
]


def messages(n: int, seed: int = 1) -> list[tuple[str, str, str]]:
    """Return made-up messages: title, text, label."""
    draw = random.Random(seed)
    found = []
    for i in range(n):
        label = draw.choice(sorted(MATTERS))
        place, matter = draw.choice(PLACES), draw.choice(MATTERS[label])
        noise = "".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(80))
        tails = "，".join(draw.sample(TAILS, 4))
        found.append((f"{place}{matter}", f"我们在{place}，{matter}，{tails}。{noise}。编号{i}。", label))
    return found


def median(run: Callable[[int], object], times: int) -> float:
    """Return the median milliseconds of processor time of a run."""
    taken = []
    for i in range(times):
        start = time.process_time()
        run(i)
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    import django

    django.setup()
    from qiying.capabilities.service_requests.rules import duplicates
    from qiying.capabilities.service_requests.rules.text import training
    from qiying.capabilities.service_requests.rules.text.classifier import unpack
    from qiying.capabilities.service_requests.rules.text.clustering import Space

    print(
        f"{platform.processor() or platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}"
    )
    rows = messages(5000)
    start = time.process_time()
    packed = training.train([(f"{t}\n{x}", None) for t, x, _ in rows], [label for *_, label in rows]).pack()
    print(f"training of 5,000 messages: {time.process_time() - start:.1f} s, {len(packed) / 1e6:.1f} MB kept")
    found = unpack(packed)
    print(f"shares of one message: {median(lambda i: found.shares(rows[i][1]), 500):.2f} ms")
    said = [duplicates.Said(i, 0, t, x, date(2026, 1, 1)) for i, (t, x, _) in enumerate(rows)]
    against = duplicates.COMPARED + duplicates.FIRMS_OWN
    print(
        f"one message compared with {against}: "
        f"{median(lambda i: duplicates.likenesses(said[i], said[i + 1 : i + 1 + against]), 200):.1f} ms"
    )
    for n in (2500, 5000, 10_000):
        many = messages(n, seed=2)
        start = time.process_time()
        groups = Space([(t, x) for t, x, _ in many]).groups(range(n), 5)
        print(f"hot issues among {n:,} cases: {time.process_time() - start:.1f} s, {len(groups)} groups")
    if path := os.environ.get("QIYING_LABELLED"):
        from django.core.management import call_command

        call_command("suggest_eval", path, json=True)


if __name__ == "__main__":
    main()
