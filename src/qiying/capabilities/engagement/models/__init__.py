"""Tables of engagement: how government and enterprises meet."""

from qiying.capabilities.engagement.models.sessions import (
    LeadingGroup,
    LeadingSeat,
    ServiceGroup,
    Session,
    SessionOutcome,
)

__all__ = ["LeadingGroup", "LeadingSeat", "ServiceGroup", "Session", "SessionOutcome"]
