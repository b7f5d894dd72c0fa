"""Acts around scores, as the audit page names them."""

from qiying.capabilities.innovation.models import SCHEMES
from qiying.kernel.audit.acts import declare_act, declare_values

declare_act(
    "innovation.weights_set",
    "定积分权重",
    scheme="积分还是指数",
    stage="阶段",
    valid_from="从哪天起",
    source="依据",
)
declare_values("innovation.weights_set", lambda code: dict(SCHEMES).get(code, code))
