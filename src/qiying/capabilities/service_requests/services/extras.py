"""What a service request keeps beside the case's own columns."""

from typing import Any

from qiying.kernel.cases.vocabulary import Extras


class RequestExtras(Extras):
    """Days are ISO text; `intake` is what the channel said of the sender, `speaker` who may speak for its numbers."""

    person_id: int | None = None
    speaker: str = ""
    intake: dict[str, Any] = {}
    unit_name: str = ""
    on_spot: bool = False
    jurisdiction_decided: str = ""
    lead_official_id: int | None = None
    level_asked: str = ""
    suspended_until: str = ""
    unsolvable_reason: str = ""
    obstacle: str = ""
    petition_number: str = ""
    external_system: str = ""
    external_number: str = ""
    external_state: str = ""
    conclusion: str = ""
    withdrawn_because: str = ""
    voided_because: str = ""
