from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "qiying.kernel.forms"
    verbose_name = "表单"

    def ready(self) -> None:
        """Protect what may only grow, and say who sees what was handed in to a form itself."""
        from qiying.kernel.audit.append_only import protect
        from qiying.kernel.documents.subjects import register_subject
        from qiying.kernel.forms import checks  # noqa: F401
        from qiying.kernel.forms.selectors import answers_readable

        protect("forms_formversion")
        protect("forms_response", ("answers", "erased"), only_when="NEW.erased = OLD.erased + 1")
        register_subject("form", answers_readable)
