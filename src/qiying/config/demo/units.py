"""The units of the demo district and what kind of matter each usually handles."""

from typing import NamedTuple


class UnitSeed(NamedTuple):
    """One unit: `key` is used by the demo only, `matters` are category unit groups."""

    key: str
    name: str
    short: str
    kind: str
    functions: tuple[str, ...] = ("handling",)
    matters: tuple[str, ...] = ()
    parent: str = ""


_D, _T, _P = "department", "town", "public_service"

UNITS = (
    UnitSeed("desk", "区营商环境服务中心", "营商办", _D, ("desk", "service_centre"), ("desk",)),
    UnitSeed("supervision", "区委区政府督查室", "督查室", "office", ("supervision", "coordination")),
    UnitSeed("callback", "区企业回访中心", "回访中心", "office", ("callback",)),
    UnitSeed("leaders", "区领导办公室", "区领导", "office", ("leadership", "supervision")),
    UnitSeed("info", "区信息中心", "信息中心", "office", ()),
    UnitSeed("jingxin", "区经济和信息化局", "区经信局", _D, ("handling", "policy"), matters=("industry",)),
    UnitSeed("fagai", "区发展和改革局", "区发改局", _D, matters=()),
    UnitSeed("keji", "区科学技术局", "区科技局", _D, ("handling", "policy"), matters=("science",)),
    UnitSeed("renshe", "区人力资源和社会保障局", "区人社局", _D, ("handling", "policy"), matters=("labour",)),
    UnitSeed("ziran", "区自然资源和规划分局", "区自然资源分局", _D, matters=("land",)),
    UnitSeed("shengtai", "区生态环境分局", "区生态环境分局", _D, matters=("ecology",)),
    UnitSeed("zhujian", "区住房和城乡建设局", "区住建局", _D, matters=("construction",)),
    UnitSeed("jiaotong", "区交通运输局", "区交通局", _D, matters=("transport",)),
    UnitSeed("shichang", "区市场监督管理局", "区市场监管局", _D, ("handling", "policy")),
    UnitSeed("shenpi", "区行政审批局", "区行政审批局", _D, ("handling", "policy", "approval"), ("approval",)),
    UnitSeed(
        "jinrong", "区金融工作服务中心", "区金融中心", _D, ("handling", "policy", "financing"), ("finance",)
    ),
    UnitSeed("shuiwu", "区税务局", "区税务局", _D, ("handling", "policy")),
    UnitSeed("sifa", "区司法局", "区司法局", _D, matters=("justice",)),
    UnitSeed("chengguan", "区综合行政执法局", "区城管局", _D, ("handling", "enforcement")),
    UnitSeed("yingji", "区应急管理局", "区应急局", _D),
    UnitSeed("shangwu", "区商务局", "区商务局", _D, ("handling", "policy")),
    UnitSeed("nongye", "区农业农村局", "区农业农村局", _D),
    UnitSeed("shuili", "区水利局", "区水利局", _D),
    UnitSeed("wenlv", "区文化和广电旅游体育局", "区文旅局", _D),
    UnitSeed("weijian", "区卫生健康局", "区卫健局", _D),
    UnitSeed("jiaoyu", "区教育局", "区教育局", _D),
    UnitSeed("gongan", "公安分局", "公安分局", _D),
    UnitSeed("caizheng", "区财政局", "区财政局", _D, ("handling", "treasury"), ("arrears",)),
    UnitSeed("shenji", "区审计局", "区审计局", _D),
    UnitSeed("tongji", "区统计局", "区统计局", _D),
    UnitSeed("shuju", "区数据资源管理局", "区数据局", _D),
    UnitSeed("xiaofang", "区消防救援大队", "区消防大队", _D),
    UnitSeed("qixiang", "区气象局", "区气象局", _D),
    UnitSeed("yibao", "区医疗保障局", "区医保局", _D),
    UnitSeed("minzheng", "区民政局", "区民政局", _D),
    UnitSeed("tuiyi", "区退役军人事务局", "区退役军人局", _D),
    UnitSeed("gongshanglian", "区工商业联合会", "区工商联", "association", ("handling", "policy")),
    UnitSeed("gongdian", "明川供电公司", "供电公司", _P),
    UnitSeed("gongshui", "明川水务公司", "水务公司", _P),
    UnitSeed("ranqi", "明川燃气公司", "燃气公司", _P),
    UnitSeed("tongxin", "明川通信发展办", "通信办", _P),
    UnitSeed("yuanqu", "滨江园区管委会", "滨江园区", _T, ("handling", "region")),
    UnitSeed("gaoxin", "高新园区管委会", "高新园区", _T, ("handling", "region")),
    UnitSeed("chengnan", "城南街道办事处", "城南街道", _T, ("handling", "region")),
    UnitSeed("chengbei", "城北街道办事处", "城北街道", _T, ("handling", "region")),
    UnitSeed("hexi", "河西街道办事处", "河西街道", _T, ("handling", "region")),
    UnitSeed("dongshan", "东山镇人民政府", "东山镇", _T, ("handling", "region")),
    UnitSeed("qinglan", "青岚镇人民政府", "青岚镇", _T, ("handling", "region")),
    UnitSeed("baisha", "白沙镇人民政府", "白沙镇", _T, ("handling", "region")),
    UnitSeed("linjiang", "临江街道办事处", "临江街道", _T, ("handling", "region")),
    UnitSeed("meilin", "梅林镇人民政府", "梅林镇", _T, ("handling", "region")),
    UnitSeed("shiqiao", "石桥镇人民政府", "石桥镇", _T, ("handling", "region")),
    UnitSeed("zhengfu", "区人民政府办公室", "区府办", "government", ()),
    UnitSeed("renda", "区人大常委会财经工委", "区人大财经工委", "congress", ("oversight",)),
    UnitSeed(
        "renda_chengnan", "城南街道人大工委", "城南人大工委", "congress", ("oversight",), parent="renda"
    ),
    UnitSeed(
        "renda_chengbei", "城北街道人大工委", "城北人大工委", "congress", ("oversight",), parent="renda"
    ),
    UnitSeed("renda_hexi", "河西街道人大工委", "河西人大工委", "congress", ("oversight",), parent="renda"),
    UnitSeed("renda_dongshan", "东山镇人大主席团", "东山人大", "congress", ("oversight",), parent="renda"),
    UnitSeed("jiwei", "区纪委区监委", "区纪委监委", "discipline", ("discipline",)),
    UnitSeed("fayuan", "区人民法院", "区法院", "court", ()),
    UnitSeed("jiancha", "区人民检察院", "区检察院", "procuratorate", ()),
    UnitSeed("shanghui", "区商会", "区商会", "association", ()),
    UnitSeed("chuhai", "区企业出海联盟", "出海联盟", "association", ()),
    UnitSeed("jixie", "机械行业协会", "机械协会", "association", ()),
    UnitSeed("fangzhi", "纺织行业协会", "纺织协会", "association", ()),
    UnitSeed("nonghang", "明川农商银行", "农商银行", "bank", ("handling", "financing")),
    UnitSeed("jianhang", "建设银行明川支行", "建行支行", "bank", ("handling", "financing")),
    UnitSeed("tiaojie", "商事纠纷调解中心", "调解中心", "mediator", ("handling", "mediation")),
    UnitSeed("daili", "明川企业代办中心", "代办中心", "agency", ()),
)

CHANNEL_OWNERS = {
    "window": "desk", "no_window": "desk", "hard_matter": "renshe", "hotline_12345": "shuju",
    "face_to_face": "desk", "symposium": "gongshanglian", "afternoon_tea": "gongshanglian", "visit": "jingxin",
    "resident_officer": "jingxin", "contact_point": "renda", "liaison_station": "renda",
    "experience_officer": "desk", "enforcement_check": "renda", "survey": "desk", "association": "shanghui",
    "discipline": "jiwei", "deputy_proposal": "renda", "city_cloud": "desk", "ledger": "desk", "api": "shuju",
}  # fmt: skip

# Channels that bring cases in the demo, with their weights; the rest stay silent and are shown as such.
IN_USE = {
    "phone": 22, "platform": 14, "qr": 8, "hotline_12345": 16, "window": 9, "visit": 8, "face_to_face": 6,
    "no_window": 3, "hard_matter": 3, "resident_officer": 4, "association": 3, "liaison_station": 2,
    "experience_officer": 2, "discipline": 1, "afternoon_tea": 2, "deputy_proposal": 1,
}  # fmt: skip
