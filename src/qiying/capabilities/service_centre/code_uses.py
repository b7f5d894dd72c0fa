"""What an enterprise code is scanned for at the hall."""

from django.urls import reverse

from qiying.kernel.enterprises.codes import code_use

code_use(
    "hall_ticket",
    "取号",
    lambda enterprise: f"{reverse('service_centre:desk')}?enterprise={enterprise.pk}",
    needs=("service_centre.guide",),
)
code_use(
    "hall_window",
    "在我的窗口办",
    lambda enterprise: reverse("service_centre:serve", args=[enterprise.pk]),
    needs=("service_centre.window",),
)
