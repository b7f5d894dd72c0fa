"""Facts beside a panel: none that the panel or the title says, all that they do not."""

from qiying.kernel.registers.said import unsaid

PANEL = """<section><h2>意向</h2><dl><dt>意向金额（元）</dt><dd><b>280 万元</b></dd><dt>备忘</dt><dd> </dd></dl>
<p>成形设备老化，<br><img src="x">想做智能化技术改造。</p><table><tr><th>单位</th><td>区应急局</td></tr></table><img src="x"></section>"""


def test_a_fact_is_left_out_where_a_panel_describes_it_the_title_is_it_or_it_stands_there_as_a_text():
    facts = [
        ("题目", "智能化技术改造"),
        ("意向金额（元）", "2,800,000"),
        ("说明", "成形设备老化，想做智能化技术改造。"),
        ("备忘", "面向全镇"),
        ("单位", "区应急局"),
        ("甲方", "佳禾包装"),
    ]
    assert unsaid(facts, "智能化技术改造", [PANEL]) == facts[3:]
    assert unsaid(facts, "", []) == facts
