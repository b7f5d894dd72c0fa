"""The console script `qiying`: Django's command line with Qiying's settings."""

import os
import sys


def main() -> None:
    """Run a management command of the installation described by the `QIYING_…` environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["qiying", *sys.argv[1:]])


if __name__ == "__main__":
    main()
