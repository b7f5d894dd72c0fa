"""npm files reach the pages from node_modules, or from the copies a bundle carries."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from qiying.ui import assets
from qiying.ui.finders import NpmAssetFinder

HERE = Path(__file__).parents[1]


@pytest.fixture
def npm(tmp_path, settings):
    root = tmp_path / "node_modules"
    for inside in assets.NPM_FILES.values():
        (root / inside).parent.mkdir(parents=True, exist_ok=True)
        comment = (
            "/*# sourceMappingURL=x.css.map */" if inside.endswith("css") else "//# sourceMappingURL=x.js.map"
        )
        (root / inside).write_text(f"content of {inside}\n{comment}\n")
    settings.QIYING_NODE_MODULES = root
    return root


def test_the_finder_lists_exactly_the_named_files_without_source_maps(npm):
    (npm / "echarts/dist/echarts.js").write_text("not listed")
    listed = dict(NpmAssetFinder().list(None))
    assert set(listed) == {*assets.NPM_FILES, *assets.BUNDLES}
    for name, storage in listed.items():
        content = storage.open(name).read()
        assert b"sourceMappingURL" not in content
        assert (
            name not in assets.NPM_FILES or name.endswith("css") or assets.NPM_FILES[name].encode() in content
        )


def test_the_finder_prefers_node_modules_and_falls_back_to_the_bundle(npm, tmp_path, settings, monkeypatch):
    monkeypatch.setattr(assets, "BUNDLED", tmp_path / "bundled")
    assets.copy_assets(tmp_path / "bundled")
    name = "vendor/echarts.min.js"
    assert NpmAssetFinder().find(name) == str(npm / assets.NPM_FILES[name])
    settings.QIYING_NODE_MODULES = tmp_path / "nowhere"
    assert NpmAssetFinder().find(name) == str(tmp_path / "bundled" / name)
    assert {name for name, _ in NpmAssetFinder().list(None)} == set(assets.BUNDLES)
    assert NpmAssetFinder().find("vendor/other.js") == []


def test_copying_without_npm_says_what_to_run(tmp_path, settings):
    settings.QIYING_NODE_MODULES = tmp_path / "nowhere"
    with pytest.raises(FileNotFoundError, match="npm ci --ignore-scripts"):
        assets.copy_assets(tmp_path / "out")


def test_every_static_file_a_template_names_exists():
    named = set()
    for template in (HERE / "templates").rglob("*.html"):
        named |= set(re.findall(r"{% static '([^']+)' %}", template.read_text()))
    known = {
        str(path.relative_to(HERE / "static")) for path in (HERE / "static").rglob("*") if path.is_file()
    }
    known |= set(assets.NPM_FILES) | {"django_htmx/htmx-2.min.js"}
    assert named <= known, named - known
    import django_htmx

    assert (Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js").is_file()


def test_every_template_compiles():
    for template in (HERE / "templates").rglob("*.html"):
        get_template(str(template.relative_to(HERE / "templates")))


FLOOR = {
    ":has(": "selector",
    "@container": "rule",
    "color-mix(": "function",
    "subgrid": "value",
    "oklch(": "function",
    "@layer": "rule",
}


def test_our_own_css_stays_with_chromium_96():
    for sheet in (HERE / "static/ui").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        used = [word for word in [*FLOOR, "light-dark(", "dvh"] if word in text]
        assert not used, f"{sheet.name} uses {used}: Chromium 96 does not know it"
        assert not re.search(r"(?m)^\s+&", text), f"{sheet.name} nests rules: Chromium 96 cannot"
        assert text.count("{") == text.count("}"), sheet.name


def test_raw_colours_live_in_the_tokens_alone():
    for sheet in (HERE / "static/ui").glob("*.css"):
        if sheet.name in {"tokens.css", "print.css"}:
            continue
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())) - {"#ffffff"}
        assert not found, f"{sheet.name}: use a token instead of {found}"


def test_our_scripts_need_neither_eval_nor_markup_from_strings():
    for script in (HERE / "static/ui").glob("*.js"):
        text = script.read_text()
        for banned in (
            "innerHTML",
            "outerHTML =",
            "eval(",
            "new Function",
            "document.write",
            "insertAdjacentHTML",
        ):
            assert banned not in text, f"{script.name}: {banned} (build elements with qiying.make)"
