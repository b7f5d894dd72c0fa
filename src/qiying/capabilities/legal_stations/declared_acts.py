"""Acts around stations, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act

declare_act("legal_stations.keep", "登记法律服务室站", what="哪一条")
