"""A mediation from request to archive, by everybody who takes part; what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.mediation.models import Duty
from qiying.capabilities.mediation.tests.world import Mediations, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Document
from qiying.kernel.permissions.errors import GuardFailed


@pytest.fixture
def world(db: None) -> Mediations:
    return make_world()


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def test_a_matter_goes_from_request_to_archive(world: Mediations) -> None:
    case = world.settled()
    row = world.row(case)
    assert case.state == "performing" and [row.saved, row.fee, row.yuan] == [5300, 2650, 680_000]
    assert "减半" in row.saved_words
    names = [d.name for d in Document.objects.filter(subject=f"case:{case.pk}")]
    assert names == [f"调解协议 {case.number}.pdf"]
    case = world.act(case, "other", "perform", duty_no=1, on=world.today)
    assert case.state == "performing"
    case = world.act(case, "clerk", "perform", duty_no=2, on=world.today)
    assert (case.state, case.outcome) == ("filing", "performed")
    case = world.act(case, "staff", "archive", number="2026-商-001")
    assert case.state == "closed" and not Duty.objects.filter(done_on=None).exists()
    assert Case.objects.get(pk=case.pk).outcome == "performed"
