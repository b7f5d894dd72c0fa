"""The statutory calendar and every count of workdays; no clock is read here, dates are arguments."""

from qiying.statutes.errors import CalendarRangeError, YearFileError
from qiying.statutes.workdays.arithmetic import (
    due_with_pauses,
    first_workday_from,
    merge_pauses,
    nth_workday,
    nth_workday_before,
    pause_workdays,
    workdays_between,
    workdays_in,
)
from qiying.statutes.workdays.arrays import deadlines, workdays_between_array
from qiying.statutes.workdays.calendars import (
    Calendar,
    DayKind,
    Override,
    Status,
    default_calendar,
    load_calendar,
)
from qiying.statutes.workdays.clock_strip import StripCell, strip
from qiying.statutes.workdays.counting import (
    Deadline,
    add_days_rolled,
    add_months,
    add_workdays,
    receipt_day,
)
from qiying.statutes.workdays.hours import (
    OFFICE_HOURS,
    BusinessHours,
    HourPause,
    add_business_hours,
    add_business_time,
    business_minutes_between,
    business_time_between,
    business_time_given_back,
    end_after_pauses,
)
from qiying.statutes.workdays.wording import explain_deadline, full_date, short_date
from qiying.statutes.workdays.year_files import (
    DaysOff,
    Makeup,
    YearFile,
    load_year_file,
    packaged_years,
    parse_year_file,
)
from qiying.statutes.workdays.zone import SHANGHAI

__all__ = [
    "OFFICE_HOURS",
    "SHANGHAI",
    "BusinessHours",
    "Calendar",
    "CalendarRangeError",
    "DayKind",
    "DaysOff",
    "Deadline",
    "HourPause",
    "Makeup",
    "Override",
    "Status",
    "StripCell",
    "YearFile",
    "YearFileError",
    "add_business_hours",
    "add_business_time",
    "add_days_rolled",
    "add_months",
    "add_workdays",
    "business_minutes_between",
    "business_time_between",
    "business_time_given_back",
    "deadlines",
    "default_calendar",
    "due_with_pauses",
    "end_after_pauses",
    "explain_deadline",
    "first_workday_from",
    "full_date",
    "load_calendar",
    "load_year_file",
    "merge_pauses",
    "nth_workday",
    "nth_workday_before",
    "packaged_years",
    "parse_year_file",
    "pause_workdays",
    "receipt_day",
    "short_date",
    "strip",
    "workdays_between",
    "workdays_between_array",
    "workdays_in",
]
