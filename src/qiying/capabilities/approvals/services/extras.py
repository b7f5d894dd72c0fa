"""What belongs to applications' cases alone, told by their events."""

from __future__ import annotations

from typing import Any

from qiying.kernel.cases.entering import Extras


class ItemExtras(Extras):
    """Of one item: `plan` is the item as it was when somebody applied, whatever the catalogue says later.

    `proposal` is what one person found and a second decides; `opinions` are other units' by party key; `paper_since`
    is the day the department's own system went down; `founded` is the enterprise that was registered by it.
    """

    plan: dict[str, Any] = {}
    is_committed: bool = False
    check_by: str = ""
    proposal: dict[str, Any] = {}
    opinions: dict[str, Any] = {}
    paper_since: str = ""
    late_because: str = ""
    final_was: str = ""
    founded: int = 0


class BundleExtras(Extras):
    """Of a bundle: its plan with the parts needed here, what was opened and lost, the joint visit, the escort."""

    plan: dict[str, Any] = {}
    opened: list[str] = []
    lost: list[str] = []
    visit: dict[str, Any] = {}
    escort: dict[str, Any] = {}
