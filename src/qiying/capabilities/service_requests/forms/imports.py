"""The forms of importing a ledger."""

from django import forms


class LedgerForm(forms.Form):
    """A ledger to try."""

    table = forms.FileField(
        label="台账表格",
        help_text="xlsx、xls、et、csv 都行。合并表头、2026.2.13 这样的日期、全角数字都能认；"
        "一个月一张的工作表一起读，隐藏的不读。",
        error_messages={"required": "请选一份表格", "empty": "这份表格是空的，请换一份"},
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.xls,.xlsm,.et,.ods,.csv,.tsv,.txt,.htm,.html"}
        ),
    )


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(
        label="为什么撤回",
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明为什么撤回", "min_length": "至少写 4 个字"},
    )
