"""What a proposal may be, and the shares of its codes."""

from qiying.capabilities.deputies.rules import code_shares, is_several, opening_faults


def test_shares_of_codes_as_published() -> None:
    assert code_shares({"A": 299, "B": 55, "C": 18}) == {"A": "80.4", "B": "14.8", "C": "4.8"}
    assert code_shares({"A": 0}) == {"A": "—"}


def test_one_matter_each_and_a_conflict_is_declared() -> None:
    assert is_several("（一）建停车场（二）降房租") and not is_several("建设集卡停车场、完善标线")
    named = [name for name, _ in opening_faults("建停车场；降房租", is_own_firm=True, conflict="")]
    assert named == ["title", "conflict"]
    assert list(opening_faults("建停车场", is_own_firm=True, conflict="我是股东，三十家都停不下")) == []
