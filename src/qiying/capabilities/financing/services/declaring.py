"""What financing declares when it is ready: the ledger of credit lines, and what a firm may let an institution see."""

from qiying.capabilities.financing.models import Line, LineEntry, LinePosting
from qiying.kernel.consents.purposes import Purpose, declare_purpose
from qiying.kernel.ledger.declaring import Ledger, declare_ledger
from qiying.ui.humanize import money_words

KINDS = {"grant": "给额度", "draw": "放款", "repay": "还款"}
PURPOSE = "financing.request"
LINES = Ledger(
    code="financing_lines",
    title="授信",
    book=Line,
    entry=LineEntry,
    posting=LinePosting,
    outside=("bank",),
    balances={"available": "available_fen", "used": "used_fen"},
    labels={"bank": "机构", "available": "可用", "used": "在用"},
    words=money_words,
    book_name="line",
)

FACTS = (
    "营业收入", "上年度营业收入", "资产总额", "资产负债率", "职工人数", "研发费用", "研发人员占比", "纳税信用等级",
    "创新积分", "科创指数", "innovation.score", "是高新技术企业", "是科技型中小企业", "是省级专精特新中小企业",
    "一类知识产权数", "二类知识产权数", "政府采购合同金额", "设备投资额", "技改项目已备案", "海水养殖碳汇年收益",
    "民宿客房数", "近一年处罚与欠薪次数",
)  # fmt: skip


def declare() -> None:
    """Declare both; called once a process."""
    declare_ledger(LINES)
    declare_purpose(Purpose(PURPOSE, "融资申请", 90, FACTS))
