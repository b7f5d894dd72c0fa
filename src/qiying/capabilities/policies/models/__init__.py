"""Tables of support policies: the catalogue, what matches whom, applications, money, the calculator."""

from qiying.capabilities.policies.models.applying import (
    Application,
    BankAccount,
    Evaluation,
    GrantBatch,
    GrantItem,
    NegativeListing,
    Objection,
)
from qiying.capabilities.policies.models.calculating import CounterSession, SharedResult
from qiying.capabilities.policies.models.catalogue import (
    Catalogue,
    LifeStage,
    Policy,
    PolicyGrant,
    PolicyState,
    PolicyVersion,
    Subscription,
    Theme,
    VersionState,
)
from qiying.capabilities.policies.models.matching import (
    Match,
    MatchCount,
    MatchPlan,
    MatchRun,
    MatchState,
    PolicySeen,
)
from qiying.capabilities.policies.models.money import (
    Budget,
    Clawback,
    Delivery,
    LedgerEntry,
    LedgerPosting,
    MoneyWait,
    Payment,
    PaymentBatch,
)
from qiying.capabilities.policies.models.pushing import Push, PushChoice
