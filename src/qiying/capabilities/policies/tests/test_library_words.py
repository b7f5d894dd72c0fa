"""The library is found by an enterprise's own words."""

from pathlib import Path

from qiying.capabilities.policies.selectors.library import same_words

TEMPLATE = Path(__file__).parents[1] / "templates/policies/library/list.html"


def test_every_example_in_the_search_box_is_a_word_policies_are_known_by():
    examples = TEMPLATE.read_text().partition("两个字就行：")[2].partition("'")[0].split("、")
    texts = "\n".join(p.read_text() for p in Path(__file__).parents[5].joinpath("policies").rglob("*.yaml"))
    assert examples
    for word in examples:
        assert any(one in texts for one in same_words(word)), word
