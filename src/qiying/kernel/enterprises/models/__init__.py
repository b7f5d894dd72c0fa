"""Tables of the enterprise register: bodies, facts, contacts, clerks and their requests."""

from qiying.kernel.enterprises.models.clerks import BindingRequest, BindingState, BindingWay, Clerk
from qiying.kernel.enterprises.models.codes import CodeLook, EnterpriseCode
from qiying.kernel.enterprises.models.enterprise import (
    BodyKind,
    CodeLevel,
    Enterprise,
    EnterpriseContact,
    EnterpriseStatus,
    SizeClass,
    Tag,
)
from qiying.kernel.enterprises.models.facts import EnterpriseFact, FactSource
from qiying.kernel.enterprises.models.imports import EnterpriseImport, ImportState
from qiying.kernel.enterprises.models.profile import EnterpriseProfile, ProfileChange
