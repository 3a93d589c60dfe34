"""Whose requests are answered."""

import socket

import pytest

from sim.ui.server.access import Access, client_of, without_forwarding

OWN = Access.of("localhost", ["sales.example"])
HERE = "192.168.1.20"


@pytest.mark.parametrize(
    "host",
    ["localhost:8765", "LOCALHOST", "127.0.0.1:8765", "[::1]:8765", "sales.example", "sales.example:443", f"{HERE}:80",
     f"{socket.gethostname()}:8765"],
)  # fmt: skip
def test_the_page_answers_to_its_own_names(host):
    assert OWN.refusal({"host": host}, HERE) == (200, "")


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "192.168.1.21", "user@evil.example", "[", "a b", "\x00"]
)
def test_the_page_answers_to_no_other_name(host):
    assert "does not answer to the host" in OWN.refusal({"host": host}, HERE)[1]


def test_any_name_can_be_allowed():
    assert Access.of("localhost", ["*"]).refusal({"host": "anything.example"}, HERE) == (200, "")


@pytest.mark.parametrize("origin", ["http://localhost:8765", "https://localhost:8765", "HTTP://LOCALHOST:8765"])
def test_its_own_pages_may_speak_to_it(origin):
    assert OWN.refusal({"host": "localhost:8765", "origin": origin}, HERE, needs_origin=True) == (200, "")


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://localhost:3000",
        "http://evil.example",
        "file://localhost:8765",
        "http://localhost:8765.evil",
        "[",
    ],
)
def test_pages_of_others_may_not_even_on_this_machine(origin):
    assert "may not speak to this one" in OWN.refusal({"host": "localhost:8765", "origin": origin}, HERE)[1]


def test_a_websocket_says_where_it_comes_from():
    assert "(Origin)" in OWN.refusal({"host": "localhost"}, HERE, needs_origin=True)[1]
    assert OWN.refusal({"host": "localhost"}, HERE) == (200, "")


def test_what_only_a_proxy_may_say_is_left_out():
    names = [b"Host", b"X-Script-Name", b"script-name", b"X-Forwarded-For", b"Forwarded", b"X-Real-IP", b"Cookie"]
    assert [name for name, _ in without_forwarding([(name, b"") for name in names])] == [b"Host", b"Cookie"]


def test_of_what_a_proxy_says_its_own_entry_counts():
    assert client_of({"client": ("127.0.0.1", 1)}, "66.6.0.1, 10.0.0.9") == "10.0.0.9"
    assert client_of({"client": ("127.0.0.1", 1)}, "10.0.0.9") == "10.0.0.9"
    assert client_of({"client": ("127.0.0.1", 1)}, "") == "127.0.0.1"


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("10.0.0.7", 5), "10.0.0.7"),
        (("2001:db8::1", 5), "2001:db8::/64"),
        (("2001:db8::2", 5), "2001:db8::/64"),
        (None, ""),
        (("testclient", 1), "testclient"),
    ],
)
def test_an_address_is_counted_as_its_network_where_one_has_many(client, counted):
    assert client_of({"client": client}) == counted
