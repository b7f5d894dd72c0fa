"""What an asker types: the three fields of a new request, and the acts on one he has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from qiying.ui.fields import FieldSpec

KINDS = (
    ("problem", "问题", "办好了由您说了算"),
    ("suggestion", "金点子", "采纳不采纳都说理由"),
    ("question", "咨询", "问一件事"),
    ("clue", "线索", "看到了不对的事"),
)
NAMED, HIDDEN, ANONYMOUS = "named", "hidden", "anonymous"
SIGNING = (
    (NAMED, "写明我是谁", "办的人能直接找您问清楚，办得最快"),
    (HIDDEN, "不让承办单位知道", "只有受理台、回访台和督查部门看得到您是谁"),
    (ANONYMOUS, "谁都不知道", "企业名、姓名、电话一样都不存。交了以后给您一个链接，只有凭它看进展"),
)


def chosen(value: str, choices: Sequence[Sequence[str]]) -> str:
    """Return a posted choice, or the first when it is none of them."""
    return value if value in {c[0] for c in choices} else choices[0][0]


def submission(post: QueryDict, *, enterprise_id: int | None, documents: list[int]) -> dict[str, Any]:
    """Return a post as the opening's input; who signs `ANONYMOUS` leaves nothing of himself."""
    signing = chosen(post.get("signing", ""), SIGNING)
    data: dict[str, Any] = {
        "kind": chosen(post.get("kind", ""), [k[:1] for k in KINDS]),
        "text": post.get("text", ""),
        "place": post.get("place", "")[:100],
        "documents": documents,
    }
    if signing == ANONYMOUS:
        return data | {"is_anonymous": True}
    if enterprise_id is not None:
        data["enterprise_id"] = enterprise_id
    data |= {"contact_name": post.get("contact_name", ""), "contact_phone": post.get("contact_phone", "")}
    return data | {"hide_asker": signing == HIDDEN}


def say_fields(
    values: Mapping[str, Any], errors: Mapping[str, list[str]], *, known: bool
) -> dict[str, FieldSpec]:
    """Return the fields of a new request with what was typed and what is wrong."""
    specs: dict[str, FieldSpec] = {
        "text": {
            "name": "text", "label": "说什么事", "kind": "textarea", "required": True, "rows": 6, "max_length": 5000,
            "placeholder": "什么事、在哪里、影响了什么。想到哪儿说到哪儿。",
        },
        "enterprise_name": {
            "name": "enterprise_name", "label": "哪家企业", "kind": "text", "max_length": 100,
            "placeholder": "营业执照上的名字", "autocomplete": "organization",
        },
        "contact_name": {
            "name": "contact_name", "label": "怎么称呼您", "kind": "text", "max_length": 40, "autocomplete": "name",
        },
        "contact_phone": {
            "name": "contact_phone", "label": "怎么联系您", "kind": "tel", "max_length": 30, "autocomplete": "tel",
            "help": "" if known else "留手机号，进展和答复会发短信给您；不留，就凭交了以后的链接看。",
        },
    }  # fmt: skip
    for name, spec in specs.items():
        spec["value"] = values.get(name, "")
        spec["errors"] = errors.get(name, [])
    return specs
