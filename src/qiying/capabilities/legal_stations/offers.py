"""Where legal service stands: the firm's way in, navigation, the words of its page."""

from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.organisations.offers import offer_nav, offer_way

offer_way("lawyers", "问律师", "legal_stations:home", "help", 56, for_all=True)
offer_nav("legal_stations", "法律服务室站", "legal_stations:stations", ("liaison", "leader", "congress", "law_watcher"),
          62, group="service")  # fmt: skip
offer_nav(
    "legal_advice", "记一次咨询", "/open/legal_advice/", ("lawyer",), 63, group="service", first=("lawyer",)
)
offer_nav("legal_hours", "我的值班时间", "legal_stations:lawyers", ("lawyer",), 64, group="service")
asker_face(
    "legal_advice",
    AskerFace(
        acts={
            "finish": AskerAct("问清楚了吗", "问清楚了", done="办结了，谢谢。"),
            "ask_more": AskerAct("还要问", "再问", done="律师会再答复。"),
            "to_mediation": AskerAct(
                "转调解",
                "申请调解",
                why="只带您在这里写的话，律师的建议不带过去。",
                done="申请了，等对方同意。",
            ),
            "to_pool": AskerAct(
                "请政府部门解决",
                "提成诉求",
                why="只带您在这里写的话，律师的建议不带过去。",
                done="提成诉求了。",
            ),
        },
        turn_words={"advised": "律师答复了"},
    ),
)
