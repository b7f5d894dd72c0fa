"""`qiying serve`: the web processes and the worker of one machine under one parent.

The parent reads the environment and nothing else: Django is loaded once, by the web processes, so that the
first page comes soon after a restart. Even that it reads beside them where something is to be done first.
"""

import argparse
import json
import logging
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from qiying.config.supervising import WEB_WORKERS, Child, Supervisor

THREADS = 4  # a slow client or a long download must not hold a whole process
READY_SECONDS, SOON_SECONDS = 60, 15  # until it is given up; until it is looked after less often
PORT_SECONDS = 3.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `serve` takes."""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只有本机")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="端口，默认 8000"
    )
    parser.add_argument("--no-worker", action="store_true", help="后台进程在别的机器上运行")
    parser.add_argument("--first", default="", help="开门以前先运行的命令，如准备演示数据；网页进程同时载入")


def main(argv: Sequence[str]) -> int:
    """Parse and serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="qiying serve", description="启动网页进程和后台进程")
    arguments(parser)
    options = parser.parse_args(argv)
    return serve(options.host, options.port, has_worker=not options.no_worker, first=options.first)


def serve(host: str, port: int, *, has_worker: bool, first: str = "") -> int:
    """Run web and worker until a signal; 0 after a stop, else the code of a child that must not start.

    What is to be done first is done beside the loading of the web process, which waits before it opens.
    """
    web = Child("web", web_command(host, port))
    begun = _begin(first, web) if first else None
    from qiying.config.env import load_env  # here: the web process, begun, reads it meanwhile too

    logging.basicConfig(level=load_env().log_level, format='{"event": "%(message)s", "logger": "%(name)s"}')
    if begun and (code := _end(*begun, web)):
        return code
    if not becomes_free(host, port):
        Supervisor([web]).end()
        sys.stderr.write(f"{host}:{port} 已被别的程序占用。换一个端口，例如 PORT={port + 1} make run\n")
        return 1
    supervisor = Supervisor([web])
    worker = Child("worker", [sys.executable, "-m", "qiying.config.cli", "worker"]) if has_worker else None
    threading.Thread(target=_announce, args=(host, port, supervisor, worker), daemon=True).start()
    return supervisor.run()


def _begin(first: str, web: Child) -> tuple[subprocess.Popen[bytes], int]:
    """Begin what comes first, and to load the web process, which waits at a door."""
    web.door, shut = os.pipe()
    web.start()
    return subprocess.Popen(shlex.split(first)), shut


def _end(first: subprocess.Popen[bytes], shut: int, web: Child) -> int:
    """Wait until what comes first is done, then let the web process go on; return the code of a failure."""
    try:
        code = first.wait()
    except KeyboardInterrupt:
        first.kill()
        code = 128 + signal.SIGINT
    if code:
        Supervisor([web]).end()
    os.close(shut)
    return code


def becomes_free(host: str, port: int) -> bool:
    """Tell whether the port is free, or soon will be: a server that was killed takes moments to let go."""
    limit = monotonic() + PORT_SECONDS
    while not is_free(host, port):
        if monotonic() > limit:
            return False
        sleep(0.1)
    return True


def is_free(host: str, port: int) -> bool:
    """Tell whether nobody listens there; a port just left behind by ourselves counts as free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


def web_command(host: str, port: int) -> list[str]:
    """Return gunicorn's command line; at most two web processes on SQLite (validated in `env.py`)."""
    workers = os.environ.get("QIYING_WEB_WORKERS", str(WEB_WORKERS))
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat files; on a slow disk workers would be killed
    return [
        *(sys.executable, "-m", "gunicorn", "qiying.config.wsgi:application"),
        *("--bind", f"{host}:{port}"),
        *("--workers", workers),
        *("--worker-class", "gthread", "--threads", str(THREADS)),
        *("--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "5"),
        *(("--worker-tmp-dir", str(memory)) if memory.is_dir() else ()),
        *("--log-level", "warning", "--preload", "--no-control-socket"),
    ]


def _announce(host: str, port: int, supervisor: Supervisor, worker: Child | None) -> None:
    """Say the address once the product answers, or why it is not ready; then let the worker load.

    Whoever waits for the first page has the processors for himself until then.
    """
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    wait_until(lambda problems: True, address, supervisor)
    if worker is not None and not supervisor.is_stopping:
        supervisor.children.append(worker)
    problems = wait_until(lambda problems: problems.keys() <= {"worker"}, address, supervisor)
    if not problems and not supervisor.is_stopping:
        sys.stdout.write(f"\n企应已就绪：{address}/\n按 Ctrl-C 停止\n")
        with suppress(OSError, ValueError):  # it is being stopped
            accounts = _look(f"{address}/healthz?accounts=1").get("accounts", ())
            sys.stdout.writelines(f"{line}\n" for line in accounts)
        sys.stdout.flush()
        if worker is not None:
            problems = wait_until(lambda problems: not problems, address, supervisor)
    if problems and not supervisor.is_stopping:
        sys.stderr.write(f"企应在 {address}/ 运行，但还没有就绪：{'；'.join(problems)}\n")


def wait_until(
    is_enough: Callable[[dict[str, str]], bool], address: str, supervisor: Supervisor
) -> list[str]:
    """Poll /healthz for up to a minute until what is not well is little enough; return that, if it never is."""
    limit, soon = monotonic() + READY_SECONDS, monotonic() + SOON_SECONDS
    problems = ["没有回答"]
    while monotonic() < limit and not supervisor.is_stopping:
        with suppress(OSError, ValueError):
            found = _look(f"{address}/healthz").get("problems", {})
            if is_enough(found):
                return []
            problems = list(found.values())
        sleep(0.1 if monotonic() < soon else 1)
    return problems


def _look(address: str) -> dict[str, Any]:
    """Return what /healthz says, well or not."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
            return dict(json.load(response))
    except urllib.error.HTTPError as error:
        return dict(json.loads(error.read()))
