"""The tokens keep WCAG AA: 4.5 for text, 3.0 for shapes, on the ground each is used on."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[1] / "static/ui/tokens.css").read_text()
TEXT, SHAPE = 4.5, 3.0

# (colour, ground, least ratio)
PAIRS = [
    *[
        (ink, ground, TEXT)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in ("card", "paper", "sunken", "unknown-soft")
    ],
    ("brand", "card", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "brand-soft", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-hover", TEXT),
    *[
        (one, ground, TEXT)
        for one in ("ontime", "duesoon", "overdue", "unknown")
        for ground in (f"{one}-soft", "card", "paper")
    ],
    ("ink-3", "rest-a", TEXT),
    ("ink-3", "rest-b", TEXT),
    ("ink", "brand-soft", TEXT),
    ("ink", "duesoon-soft", TEXT),
    ("ink", "overdue-soft", TEXT),
    *[("ink", f"mark-{kind}", TEXT) for kind in ("want", "place", "time", "who")],
    ("card", "ontime", TEXT),
    ("card", "overdue", TEXT),
    ("card", "ink", TEXT),
    ("duesoon-shape", "card", SHAPE),
    ("control", "card", SHAPE),
    ("chart-1", "card", SHAPE),
    ("chart-2", "card", SHAPE),
    ("chart-2-text", "card", TEXT),
]


def tokens_of(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\n\}", TOKENS, re.DOTALL)
    assert block is not None, selector
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))


PLAIN = tokens_of(":root")
MORE = PLAIN | tokens_of('[data-contrast="more"]')


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_the_one_of_wcag():
    assert ratio("#ffffff", "#000000") == pytest.approx(21)
    assert ratio("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
@pytest.mark.parametrize("tokens", [PLAIN, MORE], ids=["plain", "more-contrast"])
def test_every_colour_can_be_read_on_its_ground(tokens, colour, ground, least):
    found = ratio(tokens[colour], tokens[ground])
    assert found >= least, (
        f"--{colour} on --{ground} is {found:.2f}, needs {least}: darken one or lighten the other"
    )


def test_more_contrast_never_lowers_a_ratio():
    for colour, ground, _ in PAIRS:
        assert ratio(MORE[colour], MORE[ground]) >= ratio(PLAIN[colour], PLAIN[ground]) - 0.01, (
            colour,
            ground,
        )
