"""What forms of applications let one choose from."""

from qiying.capabilities.approvals.services.bundles import escort_people, visit_days
from qiying.kernel.cases.faces.registry import choice_source

choice_source("visit_days", visit_days)
choice_source("escort_people", escort_people, kind="person")
