"""Keeping and finding mappings, and the form in which an officer settles one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.tables.cells import clean_text, said
from qiying.kernel.tables.models import TableMapping
from qiying.kernel.tables.reading import Reading, read_table
from qiying.kernel.tables.spec import HeadMap, Spec, head_key

MAX_WORDS = 60
LEAVE_OUT = "-"  # a heading or word settled as "not imported", unlike one nobody has looked at


@dataclass(frozen=True)
class Known:
    """A file as it is read now, and the mapping that was kept for its source."""

    reading: Reading
    kept: TableMapping | None


def table_read(*, content: bytes, spec: Spec, district_id: int, with_words: bool = True) -> Known:
    """Read a file with the mapping kept for its source, if there is one; raise `UnreadableSheet`.

    Without `with_words` the words stay as they were written, for the page where their meaning is settled.
    """
    reading = read_table(content, spec)
    mine = TableMapping.objects.filter(district_id=district_id, kind=spec.code)
    kept = mine.filter(signature=reading.signature).first()
    if kept is None:
        return Known(reading, None)
    mapped = read_table(content, spec, HeadMap(kept.columns, kept.values if with_words else {}))
    mapped.signature = reading.signature
    return Known(mapped, kept)


@transaction.atomic
def mapping_keep(
    *,
    spec: Spec,
    reading: Reading,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    name: str,
    actor: Viewer,
    district_id: int,
    now: datetime,
) -> TableMapping:
    """Keep how a source's tables are read; raise `GuardFailed` when a field has two columns or a needed one none."""
    used = [key for key in columns.values() if key]
    reasons = [
        f"“{spec.field(key).title}”选了 {used.count(key)} 列，只能选一列"
        for key in dict.fromkeys(used)
        if used.count(key) > 1
    ]
    reasons += [f"还没有选哪一列是“{f.title}”" for f in spec.required if f.key not in used]
    if reasons:
        raise GuardFailed(reasons)
    kept, _ = TableMapping.objects.update_or_create(
        district_id=district_id,
        kind=spec.code,
        signature=reading.signature,
        defaults={
            "name": name[:200],
            "columns": dict(columns),
            "values": {k: dict(v) for k, v in values.items() if v},
            "made_by_id": actor.person_id,
            "made_at": now,
        },
    )
    record_act(
        actor=actor,
        action="table_mapping_keep",
        subject=f"table_mapping:{kept.pk}",
        data={"kind": spec.code, "columns": dict(columns)},
        at=now,
        district_id=district_id,
    )
    return kept


class MappingForm(forms.Form):
    """Which column is which, and what the words nobody knows mean; suggestions are chosen beforehand."""

    def __init__(
        self,
        *args: Any,
        spec: Spec,
        known: Known,
        choices: Mapping[str, Sequence[str]],
        is_word: Callable[[str, str], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        reading, settled = known.reading, known.kept.values if known.kept else {}
        offered = [("", "不导入这一列"), *((f.key, f.title) for f in spec.fields)]
        self._heads: dict[str, str] = {}
        for number, head in enumerate(reading.heads):
            if not head.text:
                continue
            name = f"column_{number}"
            self._heads[name] = head_key(head.text)
            self.fields[name] = forms.ChoiceField(
                label=head.text,
                choices=offered,
                required=False,
                initial=head.field or head.suggestion,
                help_text=head.sample or "这一列没有内容",
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self._words: dict[str, tuple[str, str]] = {}
        for key, words in unknown_words(reading, choices).items():
            for word in words:
                if is_word(key, word):
                    continue
                name = f"word_{len(self._words)}"
                self._words[name] = (key, word)
                self.fields[name] = forms.ChoiceField(
                    label=f"{spec.field(key).title}“{word}”",
                    choices=[
                        ("", "还没定，先不导入"),
                        (LEAVE_OUT, "当作没填"),
                        *((one, one) for one in choices[key]),
                    ],
                    required=False,
                    widget=forms.Select(attrs={"class": "form-select"}),
                    initial=_first(word, settled.get(key, {}), choices[key]),
                )

    @property
    def columns(self) -> dict[str, str]:
        """Return heading → field."""
        return {self._heads[n]: self.cleaned_data[n] for n in self._heads}

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """Return field → word → word; words left open are not in it."""
        found: dict[str, dict[str, str]] = {}
        for name, (key, word) in self._words.items():
            if chosen := self.cleaned_data[name]:
                found.setdefault(key, {})[word] = "" if chosen == LEAVE_OUT else chosen
        return found


def unknown_words(reading: Reading, choices: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return, for fields with a closed list, the words in the table that are not on it."""
    found: dict[str, dict[str, None]] = {}
    for row in reading.rows:
        for key, known in choices.items():
            word = said(row.values.get(key))
            if word and word not in known and len(found.setdefault(key, {})) < MAX_WORDS:
                found[key][clean_text(row.values.get(key))] = None
    return {key: list(words) for key, words in found.items() if words}


def _first(word: str, settled: Mapping[str, str], known: Sequence[str]) -> str:
    return settled[word] or LEAVE_OUT if word in settled else nearest(word, known)


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the one known word that holds this one or is held by it, or nothing when there are several."""
    alike = [k for k in known if word in k or k in word]
    return alike[0] if len(alike) == 1 else ""
