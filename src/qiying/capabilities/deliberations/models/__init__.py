"""Tables of the congress's deliberations."""

from qiying.capabilities.deliberations.models.items import Hearing, Judgement, Opinion, OpinionItem
from qiying.capabilities.deliberations.models.motions import QuestionMotion
from qiying.capabilities.deliberations.models.sittings import LocalVoteRule, SatisfactionVote, Sitting
from qiying.capabilities.deliberations.models.themes import Theme, ThemeResult, ThemeStep
