"""What an application keeps beside its row: how it came, who had which hand in it, what was proposed and found."""

from qiying.kernel.cases.entering import Extras


class ApplicationExtras(Extras):
    """Hands (`prepared_by`, `approved_by`, `objections_by`) are ids of people, by which the engine keeps them apart."""

    enterprise: int | None = None
    enterprise_name: str = ""
    way: str = ""
    why: str = ""
    token: str = ""
    batch: str = ""
    opened_under: int = 0
    prepared_by: list[int] = []
    approved_by: list[int] = []
    objections_by: list[int] = []
    disagreed: int = 0
    queued: bool = False
    proposal: str = "grant"
    proposed_fen: int | None = None
    review_words: str = ""
    refusal_kind: str = ""
    refusal_words: str = ""
    objections: int = 0
    objections_open: int = 0
    objections_aside: int = 0
    appealed_on: str = ""
    appeal_words: str = ""
    appeal_finding: str = ""
    appeal_decision: str = ""
    payment_failure: str = ""
    clawed_fen: int = 0
    clawed_because: str = ""
    rating: int | None = None
    rated_on: str = ""
    rating_comment: str = ""
