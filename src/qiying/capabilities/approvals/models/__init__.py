"""Tables of approvals: the service catalogue, and what is applied for."""

from qiying.capabilities.approvals.models.applications import Application, Batch, BundleVersion
from qiying.capabilities.approvals.models.catalogue import (
    AwayCard,
    AwayCheckIn,
    Board,
    FreeService,
    Intermediary,
    IntermediaryRating,
    ItemKind,
    ItemUse,
    OneThing,
    Provider,
    ServiceItem,
    Stage,
    Tier,
    TimeUnit,
)

__all__ = [
    "Application",
    "AwayCard",
    "AwayCheckIn",
    "Batch",
    "Board",
    "BundleVersion",
    "FreeService",
    "Intermediary",
    "IntermediaryRating",
    "ItemKind",
    "ItemUse",
    "OneThing",
    "Provider",
    "ServiceItem",
    "Stage",
    "Tier",
    "TimeUnit",
]
