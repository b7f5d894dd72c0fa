"""Tables of engagement: how government and enterprises meet."""

from qiying.capabilities.engagement.models.points import (
    DeputyNote,
    Point,
    PointActivity,
    PointKind,
    PointProblem,
    Visibility,
)
from qiying.capabilities.engagement.models.sessions import (
    LeadingGroup,
    LeadingSeat,
    ServiceGroup,
    Session,
    SessionOutcome,
)
