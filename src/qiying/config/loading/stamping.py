"""Filling a stencil's blanks for one copy: its own references, commitments and chain of hashes."""

from __future__ import annotations

import random
from functools import lru_cache

from qiying.config.loading.stencil import Blanks, Stencil
from qiying.kernel.audit.digest import link
from qiying.kernel.audit.personal import commit
from qiying.kernel.cases.numbers import ALPHABET
from qiying.kernel.search.tokens import STOP, index_tokens, reduced

BASE = len(ALPHABET)
STEP = 12_345_677
"""Shares no factor with `BASE` ** 5, so successive copies get different, scattered suffixes."""


def suffix_of(n: int) -> str:
    """Return the suffix of the n-th loaded case; different for 20 million cases on end."""
    left = n * STEP % BASE**5
    found = ""
    for _ in range(5):
        left, digit = divmod(left, BASE)
        found += ALPHABET[digit]
    return found


@lru_cache(4096)
def _tokens_of(phrase: str) -> frozenset[str]:
    """Return the tokens of one phrase: copies of a life say the same ones again and again."""
    return frozenset(index_tokens(phrase))


def stamp(
    stencil: Stencil,
    *,
    shared: Blanks,
    case_id: int,
    intake_id: int,
    search_id: int,
    suffix: str,
    draw: random.Random,
) -> Blanks:
    """Return one copy with references and salts of its own, chained by its own hashes."""
    blanks = {**shared, "case": str(case_id), "intake": str(intake_id), "suffix": suffix, "h0": ""}
    if stencil.is_sqlite:
        blanks |= {"case_a": blanks["case"], "intake_a": blanks["intake"], "suffix_a": suffix}
    for k, (value, at) in enumerate(stencil.personal):
        random_part = f"{draw.getrandbits(208):052x}"
        ref, salt = blanks[f"x{at}"] + random_part[:20], random_part[20:]
        blanks[f"r{k}"], blanks[f"s{k}"] = ref, salt
        blanks[f"c{k}"] = commit(salt, value % blanks)
    head = ""
    for text, name in stencil.events:
        head = blanks[name] = link(head, text % blanks)
    plain = reduced(stencil.search_text % blanks)
    tokens = sorted(frozenset().union(*(_tokens_of(phrase) for phrase in plain.split(STOP) if phrase)))
    words = " ".join(tokens if stencil.is_sqlite else [f"'{token}'" for token in tokens])
    return blanks | {"search_id": str(search_id), "search_plain": plain, "tokens": words}
