"""Tables of engagement: how government and enterprises meet."""

from qiying.capabilities.engagement.models.points import (
    DeputyNote,
    Point,
    PointActivity,
    PointKind,
    PointProblem,
    Visibility,
)
from qiying.capabilities.engagement.models.residents import OfficerOpinion, ResidentFirm, ResidentTerm
from qiying.capabilities.engagement.models.sessions import (
    LeadingGroup,
    LeadingSeat,
    ServiceGroup,
    Session,
    SessionOutcome,
)
from qiying.capabilities.engagement.models.visits import (
    Campaign,
    Visit,
    VisitKind,
    VisitPart,
    VisitProblem,
    VisitPromise,
    VisitWish,
)

__all__ = [
    "Campaign",
    "DeputyNote",
    "LeadingGroup",
    "LeadingSeat",
    "OfficerOpinion",
    "Point",
    "PointActivity",
    "PointKind",
    "PointProblem",
    "ResidentFirm",
    "ResidentTerm",
    "ServiceGroup",
    "Session",
    "SessionOutcome",
    "Visibility",
    "Visit",
    "VisitKind",
    "VisitPart",
    "VisitProblem",
    "VisitPromise",
    "VisitWish",
]
