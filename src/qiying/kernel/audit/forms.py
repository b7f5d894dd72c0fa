"""What the audit page can be narrowed to."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qiying.kernel.audit.acts import act_label, act_labels
from qiying.kernel.audit.selectors import EntryFilter
from qiying.ui.given import day_input

CHOSEN = SafeString(" selected")


class ActSelect(forms.Select):
    """A choice of many acts, written in one go: a template for each option took a third of the page's time."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the control."""
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((v, CHOSEN if v == value else "", w) for v, w in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name, **(attrs or {})}), options)


class EntryFilterForm(forms.Form):
    """Filters of the audit page; every field may stay empty."""

    action = forms.ChoiceField(label="操作", required=False, widget=ActSelect)
    actor = forms.CharField(label="谁", required=False, max_length=50)
    subject = forms.CharField(label="对象", required=False, max_length=80)
    since = forms.DateField(label="从哪天", required=False, widget=day_input())
    until = forms.DateField(label="到哪天", required=False, widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = act_labels()
        asked = str(self.data.get("action", ""))[:64]
        if asked and asked not in known:
            known[asked] = act_label(asked)
        choices = [("", "全部"), *sorted(known.items(), key=lambda item: item[1])]
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        action.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse an interval that ends before it begins."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "结束那天早于开始那天，请换一下。")
        return data

    def as_filter(self) -> EntryFilter:
        """Return the chosen filter; call it on a valid form."""
        return EntryFilter(**{key: value for key, value in self.cleaned_data.items() if value})
