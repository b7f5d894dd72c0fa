"""What is asked first, and what each kind says to whoever asks."""

KINDS = {
    "embezzlement": "职务侵占",
    "labour": "劳动纠纷",
    "contract": "合同履行",
    "fraud": "电信诈骗",
    "other": "其他法律问题",
}
"""The four first kinds of “法律服务进室站 护航助企促发展”."""
FIRST_STEPS = {
    "embezzlement": "先固定账目和聊天记录，不要自己扣人扣物；要报案的，律师会告诉您材料怎么准备。",
    "labour": "先备好劳动合同、考勤和工资单；劳动争议可以人民调解，不收费。",
    "contract": "先备好合同、对账单和往来函件；可以转商事调解，双方自愿、不公开。",
    "fraud": "钱刚转走的，马上打 110 和 96110 止付，再找律师。",
    "other": "",
}
MATTERS = {"labour": "labour", "contract": "trade"}
"""As which dispute a kind is passed on to mediation, any other as `other`."""
