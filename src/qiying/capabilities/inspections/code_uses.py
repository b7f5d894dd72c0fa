"""What an enterprise code is scanned for at its door: the inspection that is approved for these days."""

from django.urls import reverse

from qiying.kernel.enterprises.codes import code_use

code_use(
    "inspection",
    "检查",
    lambda enterprise: f"{reverse('inspections:field')}?enterprise={enterprise.pk}",
    needs=("inspections.inspect",),
)
