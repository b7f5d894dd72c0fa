"""What an enterprise code is scanned for on a visit: the enterprise's visits, to write down the one of today."""

from urllib.parse import urlencode

from django.urls import reverse

from qiying.kernel.enterprises.codes import code_use

code_use(
    "visit",
    "走访",
    lambda enterprise: f"{reverse('visits:visits')}?{urlencode({'q': enterprise.name})}",
    needs=("engagement.visits", "engagement.visits_district"),
)
