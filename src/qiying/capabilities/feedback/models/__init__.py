from qiying.capabilities.feedback.models.cards import QrCard
from qiying.capabilities.feedback.models.ratings import LEVELS, RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyGuard,
    SurveyInvitation,
    SurveyRelease,
    SurveyState,
    SurveyWay,
)
