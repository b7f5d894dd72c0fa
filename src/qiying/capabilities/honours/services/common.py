"""What every act here shares: a note in the audit, a word to the firm."""

from __future__ import annotations

from qiying.kernel.audit.subjects import noting
from qiying.kernel.notices.services import tells_firms

noted = noting("honours", what=str)
told = tells_firms("honours")
