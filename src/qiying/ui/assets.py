"""The third-party browser files the pages need, and how they reach a bundle without npm."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from qiying.ui.purging import HOUSE, purged, used_words

# Static path (what `{% static %}` is given) → place in node_modules. Explicit: nothing else is served.
NPM_FILES: dict[str, str] = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}

# What every page needs, in order. Pages load the parts while developing and one file of them all in production:
# compressed together they are a third smaller, and a phone asks once.
STYLES = (
    "vendor/tabler.min.css",
    *(f"ui/{name}.css" for name in ("tokens", "base", "controls", "status", "components")),
    *(f"ui/{name}.css" for name in ("table", "office", "phone", "print")),
)
SCRIPTS = (
    "django_htmx/htmx-2.min.js",
    *(f"ui/{name}.js" for name in ("core", "htmx-setup", "keys", "prefs", "forms")),
    *(f"ui/{name}.js" for name in ("files", "combobox", "draft", "page")),
)
BUNDLES: dict[str, tuple[str, ...]] = {"ui/all.css": STYLES, "ui/all.js": SCRIPTS}

BUNDLED = Path(__file__).parent / "static"
PROJECT = Path(__file__).parents[3]

# Manifest storage would look for the map file that we do not ship, and fail.
SOURCE_MAP = re.compile(rb"/\*[#@] *sourceMappingURL=[^*]*\*/|//[#@] *sourceMappingURL=\S*")


def node_modules() -> Path:
    """Return where npm put the packages: setting QIYING_NODE_MODULES, else beside package.json."""
    return Path(getattr(settings, "QIYING_NODE_MODULES", None) or PROJECT / "node_modules")


def asset_bytes(source: Path) -> bytes:
    """Return the file's content without its source map reference; of Tabler only what the pages can use."""
    content = SOURCE_MAP.sub(b"", source.read_bytes())
    if source.name != "tabler.min.css":
        return content
    own = "".join(
        sheet.read_text() for sheet in HOUSE.glob("**/static/**/*.css") if "vendor" not in sheet.parts
    )
    return purged(content.decode(), used_words(), own).encode()


def bundle_bytes(name: str) -> bytes:
    """Return the parts of a bundle as one file; comments and indentation of stylesheets left out."""
    parts = [Path(found) for part in BUNDLES[name] if (found := finders.find(part))]
    contents = [asset_bytes(part).decode() for part in parts]
    if name.endswith(".js"):
        return ";\n".join(contents).encode()
    plain = re.sub(r"/\*.*?\*/", "", "\n".join(contents), flags=re.DOTALL)
    return re.sub(r" ?([{};]) ?", r"\1", re.sub(r"\s+", " ", plain)).encode()


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
