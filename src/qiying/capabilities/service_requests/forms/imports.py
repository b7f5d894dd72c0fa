"""The form of importing a ledger."""

from django import forms


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(
        label="为什么撤回",
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明为什么撤回", "min_length": "至少写 4 个字"},
    )
