"""The third-party browser files the pages need, and how they reach a bundle without npm."""

import re
from pathlib import Path

from django.conf import settings

# Static path (what `{% static %}` is given) → place in node_modules. Explicit: nothing else is served.
NPM_FILES: dict[str, str] = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
    "vendor/alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
}

BUNDLED = Path(__file__).parent / "static"
PROJECT = Path(__file__).parents[3]

# Manifest storage would look for the map file that we do not ship, and fail.
SOURCE_MAP = re.compile(rb"/\*[#@] *sourceMappingURL=[^*]*\*/|//[#@] *sourceMappingURL=\S*")


def node_modules() -> Path:
    """Return where npm put the packages: setting QIYING_NODE_MODULES, else beside package.json."""
    return Path(getattr(settings, "QIYING_NODE_MODULES", None) or PROJECT / "node_modules")


def asset_bytes(source: Path) -> bytes:
    """Return the file's content without its source map reference."""
    return SOURCE_MAP.sub(b"", source.read_bytes())


def copy_assets(destination: Path | None = None) -> list[Path]:
    """Copy every npm file to `destination` (default: this package's static folder); return the copies.

    Raises FileNotFoundError naming the missing file when `npm ci --ignore-scripts` has not been run.
    """
    root = BUNDLED if destination is None else destination
    copies = []
    for name, inside in NPM_FILES.items():
        source = node_modules() / inside
        if not source.is_file():
            raise FileNotFoundError(f"{source} is missing: run `npm ci --ignore-scripts` first")
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(asset_bytes(source))
        copies.append(target)
    return copies
