"""Every write of the enterprise register; each records who did it."""

from qiying.kernel.enterprises.services.bindings import (
    binding_decide,
    binding_end,
    binding_request,
    binding_withdraw,
)
from qiying.kernel.enterprises.services.contacts import contact_add, contact_end, contact_reveal
from qiying.kernel.enterprises.services.enterprises import (
    enterprise_create,
    enterprise_propose,
    enterprise_update,
)
from qiying.kernel.enterprises.services.facts import fact_record, facts_record, facts_reveal
from qiying.kernel.enterprises.services.founding import enterprise_found, founding_problems
from qiying.kernel.enterprises.services.imports import (
    enterprises_import,
    import_drop,
    import_map,
    import_read,
    import_step,
)
