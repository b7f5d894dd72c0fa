"""The kernel's own background work, registered once when the app loads."""

from datetime import datetime

from qiying.kernel.cases.calendar_changes import calendars_apply
from qiying.kernel.cases.digests import digests_send
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Name the tasks and their rhythm in seconds."""
    WORKER.register("clocks", 5, clocks_tick)
    WORKER.register("jobs", 1, jobs_run)
    WORKER.register("notices", 2, _notices)
    WORKER.register("seal", 30, _seal)
    WORKER.register("anchor", 1800, _anchor)
    WORKER.register("figures", 120, _figures)
    WORKER.register("calendars", 300, calendars_apply)
    WORKER.register("digests", 300, digests_send)
    WORKER.register("drafts", 3600, _drafts)
    WORKER.register("purge", 86400, _purge)


def _notices(now: datetime) -> object:
    from qiying.kernel.notices.outbox import outbox_run

    return outbox_run(now)


def _seal(now: datetime) -> object:
    from qiying.kernel.audit.linking import link_entries
    from qiying.kernel.audit.sealing import seal

    link_entries(now)
    return seal(now)


def _anchor(now: datetime) -> object:
    from qiying.kernel.audit.anchoring import anchor

    return anchor(now)


def _figures(now: datetime) -> object:
    from qiying.kernel.figures.compaction import figures_compact

    return figures_compact(now)


def _drafts(now: datetime) -> object:
    from qiying.kernel.documents.services import blobs_sweep, drafts_expire
    from qiying.kernel.forms.services import form_drafts_expire

    return drafts_expire(now) + form_drafts_expire(now) + blobs_sweep()


def _purge(now: datetime) -> object:
    from qiying.kernel.cases.views.open_forms import forms_forget
    from qiying.kernel.organisations.phone_codes import codes_purge
    from qiying.kernel.organisations.throttle import attempts_purge

    attempts_purge(now)
    forms_forget(now)
    return codes_purge(now)
