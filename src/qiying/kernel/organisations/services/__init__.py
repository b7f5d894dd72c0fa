"""Every write of the organisation register; each records who did it."""

from qiying.kernel.organisations.services.delegations import delegation_end, delegation_start
from qiying.kernel.organisations.services.memberships import membership_end, membership_start
from qiying.kernel.organisations.services.people import (
    identity_confirm,
    password_change,
    password_reset_by_admin,
    person_create,
    person_deactivate,
    person_reactivate,
    person_register,
    person_update,
)
from qiying.kernel.organisations.services.roster import roster_add, roster_remove
from qiying.kernel.organisations.services.units import (
    district_create,
    unit_close,
    unit_create,
    unit_move,
    unit_update,
)
