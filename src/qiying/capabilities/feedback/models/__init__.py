from qiying.capabilities.feedback.models.cards import QrCard
from qiying.capabilities.feedback.models.ratings import LEVELS, RatingInvitation, ServicePlace, ServiceRating

__all__ = ["LEVELS", "QrCard", "RatingInvitation", "ServicePlace", "ServiceRating"]
