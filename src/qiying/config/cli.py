"""The console script `qiying`: Django's command line with Qiying's settings."""

import gc
import os
import sys


def main() -> None:
    """Run a management command of the installation described by the `QIYING_…` environment."""
    gc.set_threshold(
        50_000
    )  # what loading makes stays; looking for cycles each 700 objects took a quarter of it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
    if sys.argv[1:] in (["version"], ["--version"]):  # Django would print its own
        from importlib.metadata import version

        sys.stdout.write(f"qiying {version('qiying')}\n")
        return
    if sys.argv[1:2] == ["serve"]:  # its parent process needs no Django
        from qiying.config.serving import main as serve

        sys.exit(serve(sys.argv[2:]))
    if sys.argv[1:2] == ["worker"]:
        from qiying.config.supervising import end_with_parent

        end_with_parent()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["qiying", *sys.argv[1:]])


if __name__ == "__main__":
    main()
