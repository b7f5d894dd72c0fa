"""Pages of a PDF drawn as pictures, by a process of its own.

A PDF comes from strangers and its reader is a large C++ library: the process that draws has nothing of ours in its
memory, a bound on memory and time, and takes only itself down when a file breaks it. Run as a script, this file is that
process: a PDF on standard input, a picture (or the number of pages) on standard output.
"""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

LONGEST = 1400  # pixels of the longer side: an A4 page is read without zooming
PRINTED = 2400  # an A4 poster in 200 dots an inch
_SECONDS = 15
_BYTES = 1 << 30
_LOCKED = 3  # exit status: a password is asked for
_drawing = BoundedSemaphore(2)  # per web process: many readers never take all cores


class NotDrawn(Exception):
    """The PDF cannot be shown; the message says why, for a person."""


def pdf_page_count(content: bytes) -> int:
    """Return the number of pages; raise `NotDrawn`."""
    return int(_ask(content, "count"))


def pdf_page_picture(content: bytes, page: int) -> bytes:
    """Return a page (from 1) as JPEG, at most `LONGEST` pixels wide or high; raise `NotDrawn`."""
    return _ask(content, str(page))


def pdf_page_png(content: bytes) -> bytes:
    """Return the first page as PNG for print and screens, `PRINTED` pixels on its longer side; raise `NotDrawn`."""
    return _ask(content, "png")


def _ask(content: bytes, what: str) -> bytes:
    with _drawing:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(Path(__file__)), what],
                input=content,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotDrawn("这份 PDF 太复杂，十几秒还画不出来。请下载后打开。") from None
    if done.returncode == _LOCKED:
        raise NotDrawn("这份 PDF 加了密码，打不开预览。请下载后打开，或请对方去掉密码再传。")
    if done.returncode or not done.stdout:
        raise NotDrawn("这份 PDF 打不开预览，可能已经损坏。请下载后打开试试。")
    return done.stdout


def _draw(what: str, content: bytes) -> bytes:
    import pypdfium2

    with pypdfium2.PdfDocument(content) as pdf:
        if what == "count":
            return str(len(pdf)).encode()
        is_png = what == "png"
        page = pdf[0 if is_png else int(what) - 1]
        scale = (PRINTED if is_png else LONGEST) / max(*page.get_size(), 1)
        picture = page.render(scale=scale, draw_annots=True, may_draw_forms=False).to_pil().convert("RGB")
        buffer = BytesIO()
        if is_png:
            picture.save(buffer, "PNG")
        else:
            picture.save(buffer, "JPEG", quality=80)
        return buffer.getvalue()


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(_draw(sys.argv[1], sys.stdin.buffer.read()))
    except Exception as error:
        sys.exit(_LOCKED if "password" in str(error).lower() else 1)
