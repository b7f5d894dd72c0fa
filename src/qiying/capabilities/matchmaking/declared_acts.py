"""Acts around matchmaking, as the audit page names them."""

from qiying.capabilities.matchmaking.rules.words import TOLD
from qiying.kernel.audit.acts import declare_act

for _code, _label in TOLD["acts"].items():
    declare_act(f"matchmaking.{_code}", _label, **TOLD["noted"])
