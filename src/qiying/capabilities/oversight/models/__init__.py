"""Tables of the congress's oversight."""

from qiying.capabilities.oversight.models.basis import Article, Basis, Citation
from qiying.capabilities.oversight.models.checks import CheckGroup, CheckTool, Finding, LawCheck
from qiying.capabilities.oversight.models.joint import JointLook, JointShare, JointSupervision
from qiying.capabilities.oversight.models.reports import ReportHeard
from qiying.capabilities.oversight.models.routes import RouteList

__all__ = [
    "Article",
    "Basis",
    "CheckGroup",
    "CheckTool",
    "Citation",
    "Finding",
    "JointLook",
    "JointShare",
    "JointSupervision",
    "LawCheck",
    "ReportHeard",
    "RouteList",
]
