"""How others reach the page: addresses of the network, never those of this machine alone, and their QR codes."""

import re
import socket
from typing import Self

import pytest
import segno

from sim.ui.server import reach as reaching
from sim.ui.server.access import Access
from sim.ui.server.reach import Listening, class_link, is_loopback, network_address, qr_svg, reach
from sim.ui.server.start import ServerOptions

EVERYWHERE = Listening("0.0.0.0", 8765)  # noqa: S104 - nothing listens


class Line:
    """A socket that would be reached from an address, or has no way out."""

    def __init__(self, own: str) -> None:
        self.own, self.sent = own, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def connect(self, _: tuple[str, int]) -> None:
        if not self.own:
            raise OSError("network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return self.own, 4000


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch):
    """Say from where this machine would be reached, and what its name stands for."""

    def be(route: str, *named: str) -> None:
        def lookup(*_: object) -> list[tuple]:
            if not named:
                raise socket.gaierror
            return [(None, None, None, "", (address, 0)) for address in named]

        monkeypatch.setattr(reaching.socket, "socket", lambda *_: Line(route))
        monkeypatch.setattr(reaching.socket, "getaddrinfo", lookup)

    return be


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.0.1.1", "::1", "[::1]"])
def test_loopback_in_any_spelling_leads_no_farther_than_this_machine(host: str):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.168.1.20", "10.0.0.5", "0.0.0.0", "sales.example", "localhost.example", ""])  # noqa: S104
def test_other_names_and_addresses_are_no_loopback(host: str):
    assert not is_loopback(host)


def test_the_address_is_the_one_others_are_reached_from_and_else_that_of_the_name(network):
    network("192.168.1.20", "10.0.0.5")
    assert network_address() == "192.168.1.20"
    network("", "127.0.1.1", "10.0.0.5")
    assert network_address() == "10.0.0.5"
    network("127.0.0.1", "127.0.1.1")
    assert network_address() == ""
    network("")
    assert network_address() == ""


def test_an_address_by_which_the_page_was_opened_is_shown_to_others_too():
    assert (
        reach("https://sales.example", Listening("localhost", 8765, "/flywheel")).url
        == "https://sales.example/flywheel/"
    )
    assert reach("http://192.168.1.20:8765", EVERYWHERE).url == "http://192.168.1.20:8765/"


@pytest.mark.parametrize(
    "origin", ["", "null", "http://localhost:8765", "http://127.0.0.1:8765", "http://[", "javascript:x"]
)
def test_opened_by_localhost_the_address_in_the_network_is_found(network, origin: str):
    network("192.168.1.20")
    assert reach(origin, EVERYWHERE).url == "http://192.168.1.20:8765/"


def test_a_host_that_was_named_is_taken_as_it_is():
    assert reach("", Listening("10.0.0.5", 80, "/x")).url == "http://10.0.0.5:80/x/"
    assert reach("", Listening("fd00::5", 80)).url == "http://[fd00::5]:80/"


def test_where_nobody_else_can_reach_it_says_so_and_how_to_open_it(network):
    network("192.168.1.20")
    assert "listens on this machine alone" in reach("http://localhost:8765", Listening("localhost", 8765)).problem
    assert "--host 0.0.0.0" in reach("", None).problem
    network("")
    assert "was not found" in reach("http://localhost:8765", EVERYWHERE).problem


def test_the_page_answers_at_the_address_on_the_wall_when_it_listens_everywhere():
    access = Access.of("0.0.0.0")  # noqa: S104 - nothing listens
    headers = {"host": "192.168.1.20:8765", "origin": "http://192.168.1.20:8765"}
    assert access.refusal(headers, "192.168.1.20", needs_origin=True) == (200, "")
    assert access.refusal({"host": "192.168.1.21:8765"}, "192.168.1.20")[0] == 421


def test_the_command_names_addresses_of_the_network_and_not_of_this_machine(network):
    network("192.168.1.20", "127.0.1.1")
    urls = ServerOptions("app.py", "0.0.0.0").urls  # noqa: S104 - nothing listens
    assert "http://192.168.1.20:8765" in urls
    assert not any("127." in url for url in urls)


def test_a_code_in_a_link_is_written_so_that_it_stays_one():
    assert class_link("http://10.0.0.5:80/", "A&B=<") == "http://10.0.0.5:80/?class=A%26B%3D%3C"


def test_the_qr_code_is_svg_of_its_own_with_the_modules_of_the_link_and_a_quiet_zone():
    link = "http://192.168.100.200:8765/?class=ABCDEF"
    svg, code = qr_svg(link), segno.make_qr(link, error="m")
    size = len(code.matrix) + 8
    assert f'viewBox="0 0 {size} {size}"' in svg
    assert "http" not in svg
    dark = sum(map(sum, code.matrix))
    path = re.findall(r'd="(M4 4[^"]*)"', svg)[0]
    assert sum(int(run) for run in re.findall(r"h(\d+)", path)) == dark
