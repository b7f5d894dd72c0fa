"""Chinese names of recorded acts; an act without one is shown by its code."""

_LABELS: dict[str, str] = {}


def declare_act(code: str, label: str) -> None:
    """Name an act for the audit page; raise `ValueError` on two different names."""
    if not label or _LABELS.setdefault(code, label) != label:
        raise ValueError(f"操作 {code!r} 的名称为空，或声明了两次而写法不同")


def act_label(code: str) -> str:
    """Return an act's Chinese name, or its code."""
    return _LABELS.get(code, code)


def act_labels() -> dict[str, str]:
    """Return every declared act with its name."""
    return dict(_LABELS)


declare_act("field_revealed", "查看了隐藏的内容")
declare_act("personal_erased", "删除了个人信息")
declare_act("chains_verified", "做了留痕验证")
declare_act("audit_exported", "导出了审计记录")
