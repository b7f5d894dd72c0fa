"""The page shown while the demo district is built."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from qiying.config.building_page import server


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    said = tmp_path / "said.txt"
    page = server(0, said)
    thread = threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{page.server_port}", said
    page.shutdown()
    page.server_close()
    thread.join()


def _told(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/building.json") as answer:
        return dict(json.load(answer))


def test_every_address_shows_the_page_and_says_that_the_product_is_not_there_yet(
    address: tuple[str, Path],
) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address[0]}/my/")
    assert refused.value.code == 503
    assert "正在准备演示区县" in refused.value.read().decode()


def test_it_tells_whole_lines_only_and_never_that_all_is_done(address: tuple[str, Path]) -> None:
    url, said = address
    assert _told(url) == {"lines": [], "share": 0.0}
    said.write_text("正在建单位\n2026年1月 …\n2026年2")
    assert _told(url)["lines"] == ["正在建单位", "2026年1月 …"]
    said.write_text("一行\n" * 90)
    assert _told(url)["share"] == 0.97
