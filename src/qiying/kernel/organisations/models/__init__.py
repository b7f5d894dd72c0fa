"""Tables of the organisation register: districts, units, people, memberships, roster and sign-in."""

from qiying.kernel.organisations.models.people import (
    IDENTITY_LEVELS,
    IdentityLevel,
    MadeRow,
    Membership,
    Person,
    PersonManager,
)
from qiying.kernel.organisations.models.roster import RosterEntry
from qiying.kernel.organisations.models.sign_in import Attempt, Impersonation, PhoneCode
from qiying.kernel.organisations.models.units import OUTSIDE_KINDS, District, DistrictRow, Unit, UnitKind
