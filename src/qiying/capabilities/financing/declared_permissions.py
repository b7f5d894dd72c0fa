"""Who sees institutions, products, lines and figures of financing; rows decide by unit."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare_function("financing_desk", "融资协调")
declare("financing.view", "看融资台账", "看金融机构和产品；授信只看本机构的，融资协调单位看全区的。")
declare("financing.keep", "管融资台账", "融资协调单位管机构和无感授信；机构管自己的产品、报送和授信。")
declare("financing.figures", "看融资成效", "看全区的授信和融资成效，看不到企业同意给机构看的资料。")
for _role in ("bank", "handler", "liaison", "leader"):
    grant(_role, "financing.view", "financing.keep")
grant("bank", "consents.look")
for _role in ("supervisor", "district_leader"):
    grant(_role, "financing.view", "financing.figures")
