"""Finished history is loaded at its own times and never counts as verified."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qiying.capabilities.service_requests.services.history import messages_import, read_moment
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.figures.models import FigureDelta

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
ROWS = """id,user,title,received_at,text,reply,replied_at
1,甲,路灯不亮,2019/4/24 16:03:40,我家门口的路灯一直不亮,已经修好,2019/5/9 9:49:10
2,乙,停车难,2026/2/13 9:00:00,小区停车很难,划了车位,2026/2/25 9:00:00
3,丙,时间坏了,昨天,内容内容内容,答复,2019/5/9 9:49:10
4,丁,没有答复,2019/4/24 16:03:40,内容内容内容,,2019/5/9 9:49:10
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_rows_become_finished_cases_with_workdays_of_their_year(file: Path) -> None:
    done = messages_import(path=file, now=NOW)
    assert (done.rows, done.cases) == (4, 2)
    assert dict(done.skipped) == {"时间读不懂": 1, "没有答复": 1}
    # 24 April to 9 May 2019: 28 April and 5 May were make-up workdays, 1 to 4 May off
    assert done.days == [10, 3]
    case = Case.objects.get(title="停车难")
    assert (case.outcome, case.is_open, str(case.answered_on)) == ("imported", False, "2026-02-25")
    assert not FigureDelta.objects.filter(case_id=case.pk, measure__startswith="closed").exists()
    assert list(differences(case, {c.pk: c for c in Channel.objects.all()})) == []


def test_repeating_an_import_doubles_nothing(file: Path) -> None:
    messages_import(path=file, now=NOW)
    again = messages_import(path=file, now=NOW)
    assert again.cases == 0
    assert again.skipped["已经导入过"] == 2


def test_local_times_are_read_as_shanghai() -> None:
    assert read_moment("2019/4/24 16:03:40") == datetime(2019, 4, 24, 8, 3, 40, tzinfo=UTC)
