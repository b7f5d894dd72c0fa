"""Tables of visits and resident officers; they were engagement's, whose names they keep (docs/decisions/0022)."""

from qiying.capabilities.visits.models.residents import OfficerOpinion, ResidentFirm, ResidentTerm
from qiying.capabilities.visits.models.visits import (
    Campaign,
    Visit,
    VisitKind,
    VisitPart,
    VisitProblem,
    VisitPromise,
    VisitWish,
)
