"""What units do for the office, beside their own work; capabilities may declare more."""

from collections.abc import Iterable

_FUNCTIONS: dict[str, str] = {}


def declare_function(code: str, label: str) -> None:
    """Declare a function a unit may have; raise `ValueError` when the code means something else already."""
    if _FUNCTIONS.setdefault(code, label) != label:
        raise ValueError(f"职能 {code} 声明了两次，而且叫法不同")


def function_choices() -> list[tuple[str, str]]:
    """Return (code, label) of every declared function."""
    return list(_FUNCTIONS.items())


def function_label(code: str) -> str:
    """Return a function's Chinese name, or the code itself for one that is no longer declared."""
    return _FUNCTIONS.get(code, code)


def unknown_functions(codes: Iterable[str]) -> list[str]:
    """Return the codes nobody declared."""
    return [c for c in codes if c not in _FUNCTIONS]


declare_function("desk", "受理台")
declare_function("supervision", "督查督办")
declare_function("callback", "回访核实")
declare_function("coordination", "争议协调")
declare_function("handling", "承办诉求")
declare_function("leadership", "区领导")
declare_function("policy", "政策兑现")
declare_function("treasury", "财政支付")
declare_function("approval", "行政审批")
declare_function("service_centre", "企业服务中心")
declare_function("mediation", "商事调解")
declare_function("financing", "金融服务")
declare_function("oversight", "人大监督")
declare_function("discipline", "作风监督")
declare_function("enforcement", "行政执法")
declare_function("region", "属地服务")
