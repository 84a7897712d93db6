"""Rules of signing in, without a database."""

import pytest

from aplus.accounts.rules.entering import browser_name, client_network, local_path


@pytest.mark.parametrize("path", ["/", "/demandes/", "/demandes/?onglet=traitees&tri=recentes", "/é/", "/a//b"])
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "demandes/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "/\n/evil.example",
        "/demandes/\r\nSet-Cookie: a=b",
        "/\x00",
        "/\x85",
        "/\ud800",
        " //evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/" + "a" * 2000,
    ],
)
def test_what_could_lead_elsewhere_is_ignored(path: str) -> None:
    assert local_path(path) == ""


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sous Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge sous Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome sous Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome sous Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari sous iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari sous macOS"),
        ("Firefox/140.0", "Firefox"),
        ("curl/8 (Linux)", "un navigateur inconnu sous Linux"),
        ("", "un navigateur inconnu"),
        ("<script>alert(1)</script>" * 100, "un navigateur inconnu"),
    ],
)
def test_a_browser_has_a_short_name(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("forwarded", "proxies", "network"),
    [
        ("203.0.113.9", 0, "192.0.2.1"),  # nobody to believe
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", 1, "203.0.113.9"),  # what the client wrote itself stands on the left
        ("198.51.100.7, 203.0.113.9, 10.0.0.1", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "192.0.2.1"),  # a proxy was gone around
        ("not an address", 1, "192.0.2.1"),
        ("", 1, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", 1, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", 1, "fe80::/64"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
    ],
)
def test_a_client_is_known_by_what_trusted_proxies_say(forwarded: str, proxies: int, network: str) -> None:
    assert client_network({"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "192.0.2.1"}, proxies) == network


def test_a_client_without_an_address_is_local() -> None:
    assert client_network({"REMOTE_ADDR": ""}, 0) == "local"
