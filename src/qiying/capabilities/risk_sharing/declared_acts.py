"""Acts on guarantors, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act(
    "risk.guarantor_keep", "登记担保机构", licence="许可证", net_assets="净资产", on="截至", owners="控股股东"
)
