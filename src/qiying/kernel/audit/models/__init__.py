"""Tables of the audit: plain ids, no foreign keys out, almost all insert only."""

from qiying.kernel.audit.models.append_only import AppendOnlyError, AppendOnlyManager, AppendOnlyModel
from qiying.kernel.audit.models.entries import AuditEntry, AuditLink
from qiying.kernel.audit.models.personal import PersonalData
from qiying.kernel.audit.models.seals import AnchorRecord, Seal, SealLeaf, Watermark
