"""Tables of the case kernel."""

from qiying.kernel.cases.models.case import Case, CaseEvent, CaseIntake, CaseParty
from qiying.kernel.cases.models.intake import Channel, ImportBatch, Intake
from qiying.kernel.cases.models.parameters import CalendarOverride, CalendarYear, DatedParameter
from qiying.kernel.cases.models.rows import (
    Agreement,
    Answer,
    Approval,
    Assignment,
    Clock,
    ClockPause,
    Contact,
    Supervision,
    Verdict,
)
from qiying.kernel.cases.models.work import FormOpen, Job, WorkerBeat
