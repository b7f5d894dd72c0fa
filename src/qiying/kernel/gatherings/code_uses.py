"""What an enterprise code is scanned for at a gathering: its place on today's list, to check it in."""

from django.urls import reverse

from qiying.kernel.enterprises.codes import code_use
from qiying.kernel.gatherings.kinds import all_kinds

code_use(
    "gathering",
    "活动签到",
    lambda enterprise: reverse("gatherings:here", args=[enterprise.pk]),
    needs=tuple(sorted({kind.organises for kind in all_kinds()} | {"gatherings.organise"})),
)
