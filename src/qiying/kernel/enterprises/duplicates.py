"""Is it in the register already? The same code is, a like name may be; a person decides."""

import re
import unicodedata
from typing import NamedTuple

from django.db.models import Q
from rapidfuzz import fuzz, process

from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.models import Enterprise

_LEGAL_FORM = re.compile(r"(股份)?有限(责任)?公司|公司$|集团|分公司|工作室|经营部|商行|厂$|店$|\(.*?\)")
LIKE = 86  # percent; 海盐县宏达紧固件有限公司 and 海盐宏达紧固件厂 are alike
CANDIDATES = 500
LONG_ENOUGH = 4  # characters; 宏达 stands in too many names


class MergeHint(NamedTuple):
    """One enterprise that may be the same, with the reason in words."""

    enterprise_id: int
    name: str
    credit_code: str | None
    likeness: int  # percent
    reason: str


def core_name(name: str) -> str:
    """Return a name without what nearly every name has: place suffix, brackets, legal form."""
    plain = unicodedata.normalize("NFKC", name).replace(" ", "")
    plain = _LEGAL_FORM.sub("", plain)
    return re.sub(r"^(.{2,3})[省市县区]", r"\1", plain) or name


def enterprise_merge_hint(*, district_id: int, name: str, credit_code: str = "") -> list[MergeHint]:
    """Return up to five enterprises of the district that may be the same body, likeliest first."""
    code = checked_code(credit_code).code if credit_code else None
    core = core_name(name)
    pairs = list(dict.fromkeys(core[i : i + 2] for i in range(len(core) - 1))) or [core]
    hints: dict[int, MergeHint] = {}
    if code:
        for row in Enterprise.objects.filter(district_id=district_id, credit_code=code):
            hints[row.pk] = MergeHint(row.pk, row.name, row.credit_code, 100, "代码相同")
    shares_a_pair = Q()
    for pair in sorted(pairs, key=_rarity, reverse=True)[:5]:
        shares_a_pair |= Q(name__contains=pair)
    rows = Enterprise.objects.filter(shares_a_pair, district_id=district_id).order_by("-pk")
    names = {pk: (n, c) for pk, n, c in rows.values_list("pk", "name", "credit_code")[:CANDIDATES]}
    cores = {pk: core_name(n) for pk, (n, _) in names.items()}
    for _, score, pk in process.extract(core, cores, scorer=likeness, score_cutoff=LIKE, limit=5):
        hints.setdefault(pk, MergeHint(pk, *names[pk], round(score), f"名称相近（{round(score)}%）"))
    return sorted(hints.values(), key=lambda h: -h.likeness)[:5]


def likeness(a: str, b: str, *, score_cutoff: float | None = None) -> float:
    """Return how alike two core names are, in percent; one inside the other counts when it is long enough."""
    whole = fuzz.ratio(a, b)
    if min(len(a), len(b)) >= LONG_ENOUGH:
        whole = max(whole, fuzz.partial_ratio(a, b) - 8)
    return whole if score_cutoff is None or whole >= score_cutoff else 0.0


_COMMON = frozenset("县市区镇海浙江科技实业工贸机械电子")


def _rarity(pair: str) -> int:
    """Rank a pair of characters by how seldom its characters stand in names."""
    return sum(c not in _COMMON for c in pair)
