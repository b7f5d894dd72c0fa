"""Fair competition read from a text: sentences that the law forbids or asks a reason for, each with its article.

公平竞争审查条例（国务院令第783号，2024-08-01 起）and its 实施办法（市场监管总局令第99号，2025-04-20 起）. Pure: what is
flagged is a clue for whoever reviews, nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RULES = "《公平竞争审查条例》"
DETAILS = "《公平竞争审查条例实施办法》"
HERE = r"(?:本|我|当)?(?:地|区|县|市)(?:域|内|里)?"
REWARD = r"(?:奖励|奖补|补助|补贴|资助|扶持|返还|优惠|减免|奖金)"
ONE_FIRM = r"(?:一企一策|一事一议|“一企|特定(?:企业|经营者)|指定(?:企业|经营者)|乙方|该公司|该企业|贵公司)"
CONTRIBUTION = r"(?:经济|财政|税收|地方|区级|综合)贡献|地方财力"
SPEND, HERE_SPEND = r"(?:投资|投入|投向|用于|使用)", rf"(?:在|于){HERE}\S{{0,6}}(?:投资|投入|使用)"
OUTSIDER = r"(?:外地|区外|县外|市外|外来|异地)\S{0,8}(?:企业|公司|经营者|供应商|单位)?"
BARRIER = r"(?:须|应|必须|应当|需要?)\S{0,8}(?:备案|设立|分公司|子公司|分支机构|保证金)"
NAMED = r"(?:指定|限定)\S{0,4}(?:的)?(?:供应商|中介|机构|企业|品牌|公司|单位|产品)"
OFFICIAL_PRICE = r"政府(?:定价|指导价)目录|最高投标限价|招标控制价"
TAX = r"(?:税收|税费|税款|纳税|缴税|入库税|增值税|所得税)"

EXCEPTIONS = {
    "security": "维护国家安全和发展利益",
    "science": "促进科学技术进步、增强国家自主创新能力",
    "public": "节约能源、保护环境、救灾救助等社会公共利益",
    "law": "法律、行政法规规定的其他情形",
}
"""The four grounds on which what is forbidden may be issued all the same (第十二条)."""


@dataclass(frozen=True)
class Flag:
    """A sentence that needs looking at; `block` may not be issued without an exception, `look` needs a reason."""

    code: str
    label: str
    level: Literal["block", "look"]
    article: str
    words: str

    @property
    def is_block(self) -> bool:
        return self.level == "block"


@dataclass(frozen=True)
class Rule:
    """What flags a sentence: every pattern is found in it and `unless` is not."""

    code: str
    label: str
    level: Literal["block", "look"]
    article: str
    patterns: tuple[str, ...]
    unless: str = ""

    def finds(self, sentence: str) -> bool:
        found = all(re.search(p, sentence) for p in self.patterns)
        return found and not (self.unless and re.search(self.unless, sentence))


FLAGS: tuple[Rule, ...] = (
    Rule(
        "move_in", "以外地企业迁入为条件给奖励", "block", f"{RULES}第十条；{DETAILS}",
        (r"迁入|迁移至|迁址|整体搬迁|(?:注册地|登记地|税务登记)\S{0,8}(?:迁|变更|转移?)(?:入|至|到|为)|落户", REWARD),
        r"人才|户口|户籍|家属",
    ),
    Rule(
        "local_tax", "以在本地纳税或者税收贡献为条件给奖励", "block", f"{RULES}第十条；{DETAILS}",
        (
            rf"(?:{CONTRIBUTION}|{TAX}\S{{0,10}}(?:达|超过|不低于|满|首次突破|在\d|地方留成)|{HERE}\S{{0,4}}{TAX})",
            REWARD,
        ),
        r"依法纳税|无欠税|不欠税|纳税信用",
    ),
    Rule(
        "tax_refund", "没有依据给特定企业税收返还、减免", "block", f"{RULES}第十条",
        (rf"(?:返还|退还|先征后返|先征后退|减免|留成)\S{{0,12}}{TAX}|{TAX}\S{{0,14}}(?:返还|退还|先征后|减免|留成|优惠|奖励)",),
        r"依法(?:减免|享受)|依照税法|按照国家|国务院批准|法律、行政法规|研发费用加计",
    ),
    Rule(
        "local_statistics", "以纳入本地统计为条件给奖励", "block", f"{RULES}第十条；{DETAILS}",
        (rf"入统|纳统|(?:纳入|进入|列入|计入){HERE}?\S{{0,6}}统计|统计(?:关系|库)\S{{0,6}}(?:迁|转|在|纳)", REWARD),
    ),
    Rule(
        "local_investment", "要求把筹到的钱投在本地", "look", f"{RULES}第十条",
        (r"(?:募集|融资|上市|筹集)", rf"{SPEND}\S{{0,6}}{HERE}|{HERE_SPEND}"),
        r"区内外|不限|无论",
    ),
    Rule(
        "local_score", "把本地的奖项、纳税、社保当投标加分", "block", f"{RULES}第九条；{DETAILS}",
        (
            rf"(?:本地|本区|我区|本县|本市|当地|区级|县级|市级|区内)\S{{0,10}}(?:奖|业绩|{TAX}|社保|社会保险|注册|分公司)",
            r"加\s?\d*\s?分|评分|得分|计分|加分",
        ),
    ),
    Rule(
        "local_first", "限定或者优先用本地的产品和企业", "block", f"{RULES}第九条",
        (r"(?:优先|必须|应当|只能|限)\S{0,8}(?:采购|购买|使用|选用|委托|聘用|发包)\S{0,10}(?:本地|本区|我区|区内|本县|当地)",),
        r"农产品产地|就近",
    ),
    Rule(
        "outsiders", "要求外地企业备案、设分支机构才能做", "block", f"{RULES}第九条",
        (OUTSIDER, BARRIER),
    ),
    Rule(
        "no_leaving", "不许企业迁出", "block", f"{RULES}第九条",
        (r"(?:不得|不能|不|禁止)(?:擅自|随意|主动)?(?:迁出|迁离|外迁|搬离|迁移|变更注册地)|迁出\S{0,10}(?:退还|退回|追回)",),
    ),
    Rule(
        "named_supplier", "限定买谁的、找谁办", "block", f"{RULES}第八条",
        (NAMED, r"购买|采购|使用|委托|出具|提供|办理"),
        r"不得|不指定|禁止|严禁",
    ),
    Rule(
        "named_firm", "给特定企业的优惠", "block", f"{RULES}第十条",
        (ONE_FIRM, rf"{REWARD}|免租|零地价|低于\S{{0,6}}价"),
        r"不得|不再|严禁|取消",
    ),
    Rule(
        "price", "政府定了该由市场定的价", "look", f"{RULES}第十一条",
        (r"(?:统一|规定|限定|不得低于|不得高于|最低|最高)\S{0,6}(?:收费标准|销售价|价格|报价|租金)",),
        OFFICIAL_PRICE,
    ),
    Rule(
        "first_above", "首次上规、升规的奖励", "look", f"{DETAILS}：是不是以纳入本地统计为条件，要核对",
        (r"首次(?:上规|升规|纳规)|小升规|个转企", REWARD),
    ),
)  # fmt: skip


def flags_of(text: str) -> list[Flag]:
    """Return what a text says that needs looking at, in its order, each kind once a sentence.

    >>> [f.code for f in flags_of("对区内国家级专精特新企业，不分所有制，奖励20万元。")]
    []
    >>> [f.code for f in flags_of("从区外迁入的企业，一次性奖励100万元。")]
    ['move_in']
    """
    sentences = [s.strip() for s in re.split(r"[。；;！？\n]+", text) if s.strip()]
    return [
        Flag(rule.code, rule.label, rule.level, rule.article, sentence[:200])
        for sentence in sentences
        for rule in FLAGS
        if rule.finds(re.sub(r"\s+", "", sentence))
    ]


def exception_faults(given: Mapping[str, str]) -> dict[str, str]:
    """Say what an exception lacks: a ground, that nothing milder would do, and a term or an end condition (第十二条).

    >>> sorted(exception_faults({"exception": "science", "no_milder": "没有别的办法"}))
    ['ends']
    """
    if not given.get("exception"):
        return {}
    found = {}
    if given["exception"] not in EXCEPTIONS:
        found["exception"] = "没有这种例外，请重选"
    if len(given.get("no_milder", "")) < 4:
        found["no_milder"] = f"写明为什么没有对竞争影响更小的办法（{RULES}第十二条）"
    if len(given.get("ends", "")) < 2:
        found["ends"] = f"写明到哪天止，或者什么条件下终止（{RULES}第十二条）；没有写的不算完整"
    return found
