"""Two server processes behind one address, as CLUSTER.md has it, and what one of them makes known to the other."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import ROOT, SAMPLE, SLOW, free_port, healthy, open_view, serving, settled
from tests.support.tiny import tiny_frame
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")]
WRITTEN = ("8600", "8601", "8602")  # ports of CLUSTER.md: the address of all, and the processes'
PEOPLE = 4


class Servers:
    """Both processes and what is before them."""

    def __init__(self, home: Path, folder: Path, stack: ExitStack) -> None:
        self.log = folder / "answered.log"
        self.ports = [free_port() for _ in WRITTEN]
        self.own = [ExitStack() for _ in WRITTEN[1:]]  # of each process
        for one, port in zip(self.own, self.ports[1:], strict=True):
            stack.enter_context(one).enter_context(serving(home, port))
        conf = folder / "crosslens.conf"
        conf.write_text(self._conf(folder))
        proxy = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(conf), "-g", "daemon off;"])
        stack.callback(proxy.wait)
        stack.callback(proxy.terminate)
        wait_until(lambda: proxy.poll() is not None or healthy(self.address))
        assert proxy.poll() is None, (folder / "error.log").read_text()

    def _conf(self, folder: Path) -> str:
        """Return the file of CLUSTER.md with ports that are free here, and a log of who answered."""
        (text,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "CLUSTER.md").read_text(encoding="utf-8"), re.S)
        for written, port in zip(WRITTEN, self.ports, strict=True):
            assert f":{written};" in text
            text = text.replace(f":{written};", f":{port};")
        told = "log_format who '$place $uri $upstream_addr';\naccess_log answered.log who;\n"
        return f"pid nginx.pid;\nerror_log error.log;\n{text.replace('http {', 'http {' + told, 1)}"

    @property
    def address(self) -> str:
        return f"http://localhost:{self.ports[0]}"


@pytest.fixture(scope="module")
def servers(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Yield the servers of both tests; the last one ends a process."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "one for all")
        yield Servers(sample_home, tmp_path_factory.mktemp("servers"), stack)


def answered(log: Path) -> dict[str, set[str]]:
    """Return by visitor the processes that answered, but for who only asks whether they live."""
    found: dict[str, set[str]] = {}
    for line in log.read_text().splitlines():
        who, what, by = line.split(maxsplit=2)
        if what != "/_stcore/health":
            found.setdefault(who, set()).add(by)
    return found


def upload(page: Page, address: str) -> None:
    """Share a file with everybody, and wait until it is open."""
    open_view(page, f"{address}/data?{SAMPLE}", "Data")
    page.get_by_text("Use your own file").click()
    page.get_by_text("Share with everybody on this server").click()
    page.get_by_test_id("stFileUploader").locator("input").set_input_files(
        {"name": "of all.csv", "mimeType": "text/csv", "buffer": tiny_frame(rows=900).to_csv().encode()}
    )
    expect(page).to_have_url(re.compile("dataset=upload-"))
    settled(page, "Data")


def test_what_is_made_at_one_process_is_there_at_the_other(browser: Browser, servers: Servers) -> None:
    first, second = (browser.new_context().new_page() for _ in range(2))
    one, other = (f"http://localhost:{port}" for port in servers.ports[1:])
    for page in (first, second):
        page.set_default_timeout(SLOW)
    open_view(second, f"{other}/?{SAMPLE}", "Overview")
    upload(first, one)
    second.reload()
    settled(second, "Overview")
    second.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    expect(second.get_by_role("option", name="of all")).to_be_visible()


def test_a_browser_stays_with_its_process_and_moves_on_where_that_ends(browser: Browser, servers: Servers) -> None:
    pages = [browser.new_context().new_page() for _ in range(PEOPLE)]
    for page in pages:
        page.set_default_timeout(SLOW)
        open_view(page, f"{servers.address}/forecasts?{SAMPLE}&origin=7700", "Forecasts")
    upload(pages[0], servers.address)  # over HTTP to the process that holds the session
    found = answered(servers.log)
    assert len(found) == PEOPLE and all(len(by) == 1 for by in found.values()), "each by one process alone"

    servers.own[0].close()
    servers.log.write_text("")
    for page in pages[1:]:
        page.reload()
        settled(page, "Forecasts")
        assert "origin=7700" in page.url
    for by in answered(servers.log).values():
        assert all(one.endswith(f"127.0.0.1:{servers.ports[2]}") for one in by)
