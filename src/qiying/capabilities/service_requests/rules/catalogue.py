"""Seed data: the channels of INVENTORY and the matters its texts name, with the kind of unit that handles each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChannelSeed:
    code: str
    name: str
    group: str
    hand_in: str
    workdays: int
    reply_via: str
    silent_after: int = 30


@dataclass(frozen=True)
class CategorySeed:
    code: str
    name: str
    group: str
    unit_group: str
    keywords: tuple[str, ...]
    source: str


_ONLINE, _WINDOW, _MEET, _PEOPLE, _OTHER = "线上", "窗口热线", "会议走访", "队伍", "移交"
GROUPS = (_ONLINE, _WINDOW, _MEET, _PEOPLE, _OTHER)

CHANNELS = (
    ChannelSeed("platform", "平台网页", _ONLINE, "企业自己填", 0, "inbox"),
    ChannelSeed("phone", "手机页面", _ONLINE, "企业自己填", 0, "inbox"),
    ChannelSeed("qr", "二维码", _ONLINE, "扫码填写", 0, "sms"),
    ChannelSeed("window", "企服中心窗口", _WINDOW, "窗口登记表", 1, "oral"),
    ChannelSeed("no_window", "“进不了窗口”窗口", _WINDOW, "跨部门、无先例事项登记表", 1, "letter"),
    ChannelSeed("hard_matter", "难事帮办窗口", _WINDOW, "难事登记表", 1, "oral"),
    ChannelSeed("hotline_12345", "12345 热线", _WINDOW, "工单", 1, "webhook", 7),
    ChannelSeed("direct_call", "企业来电", _WINDOW, "来电登记", 1, "oral", 90),
    ChannelSeed("face_to_face", "政企面对面", _MEET, "当场接单清单", 1, "letter", 45),
    ChannelSeed("symposium", "企业座谈会", _MEET, "座谈会问题清单", 3, "letter", 90),
    ChannelSeed("afternoon_tea", "亲清下午茶", _MEET, "下午茶问题清单", 3, "oral", 60),
    ChannelSeed("visit", "走访", _MEET, "走访记录", 2, "oral"),
    ChannelSeed("resident_officer", "驻企服务员", _PEOPLE, "服务员记录", 1, "oral"),
    ChannelSeed("contact_point", "企业联系点", _PEOPLE, "联系点月报", 3, "letter", 60),
    ChannelSeed("liaison_station", "代表联络站", _PEOPLE, "进站接待记录", 3, "letter", 60),
    ChannelSeed("experience_officer", "营商环境体验官", _PEOPLE, "体验报告", 3, "letter", 60),
    ChannelSeed("enforcement_check", "执法检查", _OTHER, "检查发现清单", 3, "export", 180),
    ChannelSeed("survey", "问卷", _ONLINE, "问卷里的诉求", 3, "sms", 90),
    ChannelSeed("association", "行业协会", _PEOPLE, "协会征集表", 3, "letter", 60),
    ChannelSeed("discipline", "纪检监察", _OTHER, "移交函", 1, "letter", 90),
    ChannelSeed("deputy_proposal", "代表建议", _OTHER, "建议原文", 3, "letter", 120),
    ChannelSeed("city_cloud", "市级帮企云", _OTHER, "平台工单", 1, "webhook", 30),
    ChannelSeed("ledger", "台账导入", _OTHER, "台账表格", 2, "export"),
    ChannelSeed("api", "接口", _OTHER, "接口推送", 1, "webhook"),
)

_S0, _S0B, _S1, _S2, _S4 = (
    "INVENTORY S0-91",
    "INVENTORY S0-92",
    "INVENTORY S1-52",
    "INVENTORY S2-73",
    "INVENTORY S4-56",
)

CATEGORIES = (
    CategorySeed(
        "repeat_papers", "材料重复提交", "办事审批", "approval", ("重复提交", "又要材料", "再交一遍"), _S0
    ),
    CategorySeed("long_process", "流程繁琐", "办事审批", "approval", ("流程", "繁琐", "环节"), _S0),
    CategorySeed("redundant_approval", "审批流程冗余", "办事审批", "approval", ("审批", "冗余", "盖章"), _S0),
    CategorySeed(
        "slow_licence", "证照办理慢", "办事审批", "approval", ("执照", "许可证", "证照", "办证"), _S0
    ),
    CategorySeed(
        "many_departments", "多部门审批跑断腿", "办事审批", "approval", ("几个部门", "来回跑", "跑断腿"), _S0B
    ),
    CategorySeed(
        "administrative_approval", "行政审批", "办事审批", "approval", ("审批", "许可", "批文"), _S4
    ),
    CategorySeed("many_places", "多地点跑", "办事审批", "approval", ("两个地方", "多跑", "往返"), _S2),
    CategorySeed("eia_departments", "环评审批跑几个部门", "生态环保", "ecology", ("环评",), _S0),
    CategorySeed("environment_fix", "环保整改", "生态环保", "ecology", ("整改", "排污", "废气", "污水"), _S2),
    CategorySeed("environment", "环保", "生态环保", "ecology", ("环保", "排放", "噪声"), _S4),
    CategorySeed("nimby", "邻避效应", "生态环保", "ecology", ("邻避", "居民反对"), _S1),
    CategorySeed("vague_policy", "政策解读不精准", "政策兑现", "industry", ("政策解读", "看不懂政策"), _S0),
    CategorySeed("scattered_policy", "政策解读碎片化", "政策兑现", "industry", ("政策", "碎片"), _S0),
    CategorySeed("policy_landing", "政策落地难", "政策兑现", "industry", ("补贴", "兑现", "奖励没到"), _S0B),
    CategorySeed("policy_support", "政策支持", "政策兑现", "industry", ("政策支持", "扶持"), _S4),
    CategorySeed("financing", "企业融资难", "金融", "finance", ("融资", "贷款"), _S0),
    CategorySeed("small_financing", "小微企业融资难", "金融", "finance", ("小微", "贷不到"), _S1),
    CategorySeed("collateral", "抵押物不足", "金融", "finance", ("抵押", "担保"), _S2),
    CategorySeed("investment_financing", "投融资", "金融", "finance", ("投资", "上市", "融资"), _S4),
    CategorySeed(
        "arrears", "拖欠账款", "金融", "arrears", ("拖欠", "欠款", "账款", "工程款"), "国务院令第802号"
    ),
    CategorySeed("industrial_land", "增资扩产工业用地", "土地规划", "land", ("扩产", "用地", "地块"), _S1),
    CategorySeed("land_planning", "用地规划", "土地规划", "land", ("规划", "控规"), _S1),
    CategorySeed("plan_change", "规划调整", "土地规划", "land", ("规划调整", "调规"), _S4),
    CategorySeed("land", "土地", "土地规划", "land", ("土地", "产证", "不动产"), _S4),
    CategorySeed(
        "park_transport", "园区交通配套", "交通配套", "transport", ("公交", "道路", "路口", "限高"), _S1
    ),
    CategorySeed("parking", "厂区停车难", "交通配套", "transport", ("停车", "车位", "集卡"), _S2),
    CategorySeed("production_facilities", "公共生产配套", "交通配套", "construction", ("配套", "仓库"), _S1),
    CategorySeed("facilities", "设施配套", "交通配套", "construction", ("路灯", "供水", "管网", "网络"), _S1),
    CategorySeed("energy_quota", "能耗指标", "要素保障", "industry", ("能耗", "用电", "用能", "增容"), _S4),
    CategorySeed("technology", "技术创新", "科技人才", "science", ("技术", "研发", "专利"), _S4),
    CategorySeed("labour", "用工", "科技人才", "labour", ("招工", "用工", "社保", "技工"), _S4),
    CategorySeed("site_labour", "工地用工监管", "科技人才", "labour", ("工地", "农民工"), _S1),
    CategorySeed("embezzlement", "职务侵占", "法律服务", "justice", ("侵占", "挪用"), "INVENTORY S1-24"),
    CategorySeed("labour_dispute", "劳动纠纷", "法律服务", "labour", ("劳动纠纷", "仲裁"), "INVENTORY S1-24"),
    CategorySeed("contract", "合同履行", "法律服务", "justice", ("合同", "违约"), "INVENTORY S1-24"),
    CategorySeed("telecom_fraud", "电信诈骗", "法律服务", "justice", ("诈骗",), "INVENTORY S1-24"),
    CategorySeed("other", "其他", "其他", "desk", (), "兜底"),
)
