"""Pure rules of signing in: paths that may be led to, names of browsers, networks of clients, limits of time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network

LONGEST_PATH = 2000
# A browser drops tabs and newlines inside an address and reads \ as /.
UNSAFE_IN_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")

LINKS_ALIVE = 3
LINK_KEPT = timedelta(hours=24)
PASSWORD_LINK_LASTS = timedelta(minutes=15)
TOLD_WITHIN = timedelta(seconds=30)
STAMP_EVERY = timedelta(minutes=5)

# Order counts: Edge, Opera and Samsung also say Chrome, which also says Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN_BROWSER = "un navigateur inconnu"


class LinkState(Enum):
    """What a mailed link is worth."""

    LIVE = "live"
    USED = "used"
    ENDED_BY_ENTRY = "ended by another entry"
    ENDED_BY_NEWER = "ended by newer links"
    EXPIRED = "expired"
    CLOSED_ACCOUNT = "its account is deactivated"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `number` tries within `window`."""

    number: int
    window: timedelta


LINKS_PER_ADDRESS = (Limit(5, timedelta(minutes=15)), Limit(20, timedelta(days=1)))
TRIES_PER_NETWORK = (Limit(300, timedelta(minutes=15)),)
# Of a password or a code, for one account from one network.
FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
ATTEMPTS_KEPT = timedelta(days=1)


def growing_wait(failures: int) -> timedelta:
    """How long to wait after so many failures: nothing, then from the fifth one minute, doubling up to one hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    # The power stays small: 2**6 minutes are more than an hour.
    doublings: int = min(failures - FREE_FAILURES, 6)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def local_path(value: str) -> str:
    """The value when it is a path of this site (with its query), '' for anything that could lead elsewhere."""
    if not value.startswith("/") or value.startswith("//") or len(value) > LONGEST_PATH:
        return ""
    return "" if UNSAFE_IN_PATH.search(value) else value


def browser_name(user_agent: str) -> str:
    """A short name a person recognises, such as « Firefox sous Windows »; never the whole header."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser:
        return f"{UNKNOWN_BROWSER} sous {system}" if system else UNKNOWN_BROWSER
    return f"{browser} sous {system}" if system else browser


def client_network(meta: Mapping[str, str], trusted_proxies: int) -> str:
    """The network a request comes from: an IPv4 address, or the /64 of an IPv6 one.

    Each trusted proxy adds to the right of X-Forwarded-For the address it heard: what stands further left was written
    by the client and is not believed.
    """
    heard = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    believed = heard[-trusted_proxies] if 0 < trusted_proxies <= len(heard) else meta.get("REMOTE_ADDR", "")
    for candidate in (believed, meta.get("REMOTE_ADDR", "")):
        try:
            address = ip_address(candidate.strip("[]").partition("%")[0])
        except ValueError:
            continue
        if isinstance(address, IPv6Address):
            mapped = address.ipv4_mapped
            return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
        return str(address)
    return "local"
