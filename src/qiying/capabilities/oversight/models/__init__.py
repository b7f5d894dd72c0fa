"""Tables of the congress's oversight."""

from qiying.capabilities.oversight.models.basis import Article, Basis, Citation
from qiying.capabilities.oversight.models.checks import CheckGroup, Finding, LawCheck
from qiying.capabilities.oversight.models.joint import JointShare, JointSupervision
from qiying.capabilities.oversight.models.reports import ReportHeard
from qiying.capabilities.oversight.models.routes import RouteList
