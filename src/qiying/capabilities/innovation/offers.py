"""Where scores stand: the enterprise's way in, the office's ranking, what is told to whom the enterprise agreed."""

from qiying.capabilities.innovation.procedures.score_correction import CORRECTION
from qiying.capabilities.innovation.services.correcting import CorrectionExtras
from qiying.kernel.cases.faces.asker import AskerFace, asker_face
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.organisations.offers import offer_nav, offer_way

SEES = ("policy", "handler", "liaison", "leader", "supervisor", "district_leader")
offer_nav("innovation", "创新积分", "innovation:ranking", SEES, 70, group="growth")
offer_way("innovation", "创新积分", "innovation:mine", "chart", 75)


def hint(file: CaseFile) -> str:
    """Return what is to be corrected, in one sentence."""
    known = CorrectionExtras.of(file.case)
    return f"{known.fact}：从 {known.before or '没有登记'} 更正为 {known.value}" if known.fact else ""


asker_face(CORRECTION.code, AskerFace(hint=hint))
