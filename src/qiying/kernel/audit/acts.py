"""Chinese names of recorded acts and of what they note; without one the page shows the code.

Each app names its acts in a file `declared_acts.py`, found at start.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache

from django.apps import apps

Namer = Callable[[Collection[int]], Mapping[int, str]]
_LABELS: dict[str, str] = {}
_WORDS: dict[str, str] = {}
_PROGRAMS: dict[str, str] = {}
_SUBJECTS: dict[str, str] = {}
_VALUES: dict[str, Callable[[str], str]] = {}
_ROWS: dict[str, Namer | None] = {}


def declare_act(code: str, label: str, /, **words: str) -> None:
    """Name an act for the audit page, the keys of its data and the codes among their values.

    Raises `ValueError` on two different names.
    """
    if not label or _LABELS.setdefault(code, label) != label:
        raise ValueError(f"操作 {code!r} 的名称为空，或声明了两次而写法不同")
    declare_words(code, **words)


def declare_words(code: str = "", /, **words: str) -> None:
    """Name more keys and values of an act; without a code, of any act that has no word of its own."""
    _WORDS.update({f"{code}.{key}": word for key, word in words.items()})


def declare_values(code: str, words: Callable[[str], str], /) -> None:
    """Name the codes among an act's values by asking their register; it returns what it does not know as it is."""
    _VALUES[code] = words


def declare_rows(**names: Namer | None) -> None:
    """Say under which keys acts note the number of a row, and what such rows are called; None where by nothing.

    A history tells the name for the number, and nothing of what has none; the audit page and its table keep numbers.
    """
    _ROWS.update(names)


def is_row(key: str, value: object) -> bool:
    """Tell whether a noted value is the number of a row."""
    return key in _ROWS and isinstance(value, int) and not isinstance(value, bool)


def rows_named(key: str, ids: Collection[int]) -> Mapping[int, str]:
    """Return what the rows noted under a key are called, as far as they are called anything."""
    namer = _ROWS[key]
    return namer(ids) if namer is not None else {}


def declare_subjects(**words: str) -> None:
    """Name kinds of things that acts are done to otherwise than their model is named, as `person` in `person:8`."""
    _SUBJECTS.update(words)


def subject_label(subject: str) -> str:
    """Return what an act was done to: its kind in Chinese and its number; a case's number speaks for itself."""
    kind, _, key = subject.partition(":")
    word = _SUBJECTS.get(kind) or _models().get(kind)
    return f"{word} {key}" if word else key or subject


@cache
def _models() -> dict[str, str]:
    from qiying.kernel.audit.subjects import (
        HasSubject,  # models, which are there later than programs are named
    )

    found = [m for m in apps.get_models() if issubclass(m, HasSubject)]
    return {m.SUBJECT or str(m._meta.model_name): str(m._meta.verbose_name) for m in found}


def declare_program(code: str, label: str) -> None:
    """Name a program that acts, as the audit page calls it."""
    _PROGRAMS[code] = label


def actor_label(name: str) -> str:
    """Return the Chinese name of a program, or the name of a person as it was recorded."""
    return _PROGRAMS.get(name, name)


def act_label(code: str) -> str:
    """Return an act's Chinese name, or its code."""
    return _LABELS.get(code, code)


def act_labels() -> dict[str, str]:
    """Return every declared act with its name."""
    return dict(_LABELS)


def word_of(code: str, key: str) -> str:
    """Return the Chinese name of a key or a code in an act's data, or itself."""
    found = _WORDS.get(f"{code}.{key}") or _WORDS.get(f".{key}")
    return found or (_VALUES[code](key) if code in _VALUES else key)
