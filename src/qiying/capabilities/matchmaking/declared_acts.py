"""Acts around matchmaking, as the audit page names them."""

from qiying.capabilities.matchmaking.rules.words import TOLD
from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(posting="供需", match="对接", intent="合作意向", chainlink="产业链环节")
for _code, _label in TOLD["acts"].items():
    declare_act(f"matchmaking.{_code}", _label, **TOLD["noted"])
