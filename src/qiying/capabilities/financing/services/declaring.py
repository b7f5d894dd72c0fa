"""What financing declares when it is ready: the ledger of credit lines, and what a firm may let an institution see."""

from qiying.capabilities.financing.models import WORDS, Line, LineEntry, LinePosting
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


def declare() -> None:
    """Declare both; called once a process."""
    declare_ledger(LINES)
    declare_purpose(Purpose(PURPOSE, "融资申请", 90, tuple(WORDS["facts"])))
