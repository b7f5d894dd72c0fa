"""Static files are collected only when one of them changed."""

import hashlib
import multiprocessing
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from qiying.ui.purging import class_sources

STAMP = ".collected-from"


def sources_digest() -> str:
    """Return a hash over names, sizes and times of every static source file, and of what decides how much is kept."""
    lines = [f"{path} {path.stat().st_mtime_ns}" for path in class_sources()]
    for finder in get_finders():
        for path, storage in finder.list(None):
            status = Path(storage.path(path)).stat()
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collect_if_changed() -> bool:
    """Collect into STATIC_ROOT unless it holds just these files; return whether it had to."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    digest = sources_digest()
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=Path(settings.STATIC_ROOT).is_dir())
    stamp.write_text(digest)
    return True


def collect_beside() -> Callable[[], None]:
    """Begin to collect in a process of its own; call what is returned to wait for its end."""
    process = multiprocessing.get_context("fork").Process(target=collect_if_changed)
    process.start()

    def wait() -> None:
        process.join()
        if process.exitcode:
            raise ChildProcessError("静态文件没有收集成，原因见上面")

    return wait
