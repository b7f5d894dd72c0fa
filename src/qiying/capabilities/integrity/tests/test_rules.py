"""Locks open for who holds the key and for nobody else."""

import itertools
from importlib.util import find_spec, module_from_spec

import pytest

from qiying.capabilities.integrity.rules import sealing as rules

PASS = "滨江 的 灯 亮 到 三 点"


@pytest.fixture(scope="module")
def made() -> rules.KeyMade:
    return rules.key_make(PASS, needed=3, shares=5)


def test_only_the_private_half_opens_what_the_public_half_sealed(made: rules.KeyMade) -> None:
    box = rules.seal("吃拿卡要".encode(), made.public)
    private = rules.unlock(made.locked, PASS)
    assert rules.unseal(box, private).decode() == "吃拿卡要"
    assert rules.seal(b"x", made.public) != rules.seal(
        b"x", made.public
    )  # equal reports cannot be told to be equal
    with pytest.raises(rules.CannotOpen):
        rules.unseal(box, rules.unlock(rules.key_make(PASS, needed=2, shares=2).locked, PASS))
    with pytest.raises(rules.CannotOpen):
        rules.unseal(box[:-1], private)


def test_another_passphrase_opens_nothing(made: rules.KeyMade) -> None:
    for wrong in ("", PASS + " ", PASS.upper() + "x"):
        with pytest.raises(rules.CannotOpen):
            rules.unlock(made.locked, wrong)


def test_any_three_of_five_shares_recover_and_two_do_not(made: rules.KeyMade) -> None:
    private = rules.unlock(made.locked, PASS)
    for three in itertools.combinations(made.shares, 3):
        assert rules.recover(made.recovery, three) == private
    for few in itertools.combinations(made.shares, 2):
        with pytest.raises(rules.CannotOpen):
            rules.recover(made.recovery, few)


@pytest.mark.parametrize("text", ["", "1", "x-ABC", "1-00", "²-" + "0" * 64])
def test_a_share_that_was_copied_wrongly_says_so(made: rules.KeyMade, text: str) -> None:
    with pytest.raises(rules.CannotOpen, match=r"照原样抄|凑不成"):
        rules.recover(made.recovery, [text, *made.shares[:2]])


def test_a_share_is_read_as_people_copy_it(made: rules.KeyMade) -> None:
    copied = [s.lower().replace("-", " - ") for s in made.shares[:3]]
    assert rules.recover(made.recovery, copied) == rules.unlock(made.locked, PASS)


def test_a_code_finds_and_opens_and_its_digest_tells_nothing() -> None:
    code = rules.claim_make()
    assert len(rules.claim_plain(code)) == rules.CLAIM_LENGTH
    typed = code.lower().replace("-", " ")
    assert rules.claim_digest(typed) == rules.claim_digest(code)
    assert rules.unseal(rules.seal(b"ja", rules.claim_public(code)), rules.claim_key(typed)) == b"ja"
    assert rules.claim_plain(code) not in rules.claim_digest(code)
    assert rules.claim_digest(code) != rules.claim_public(code).hex()


def test_browser_and_session_open_only_together() -> None:
    half, box = rules.wrap(b"private")
    assert rules.unwrap(box, half) == b"private"
    other, _ = rules.wrap(b"private")
    for wrong in (other, b"", b"short"):
        with pytest.raises(rules.CannotOpen):
            rules.unwrap(box, wrong)


def test_a_guess_at_a_passphrase_is_dear_outside_of_tests() -> None:
    spec = find_spec(rules.__name__)
    assert spec is not None and spec.loader is not None
    shipped = module_from_spec(spec)
    spec.loader.exec_module(shipped)
    assert shipped.MEMORY >= 64 * 1024 * 1024
    assert shipped.OPERATIONS >= 2
