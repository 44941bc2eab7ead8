"""Which network address a request came from. Everything that counts by address asks here, the login's lock too."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - stands for no address, nothing is bound to it
"""Stands for the address of a request that bears none, e.g. over a socket file."""

NEIGHBOURS = 64
"""Leading bits that count of an IPv6 address: a household has all of the rest to itself."""

_Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """Who sent the request: its sender, unless that is one of settings.PROXIES.

    Of what proxies have written into X-Forwarded-For the last entry counts that is not such a proxy itself: whatever
    stands before it, the sender may have made up.
    """
    found = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    if found is None:
        return UNKNOWN
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while told and _is_proxy(found):
        before = _parsed(told.pop())
        if before is None:
            break
        found = before
    return str(found)


def neighbourhood(address: str) -> str:
    """What is counted as one sender: an IPv4 address, or the /64 of an IPv6 address."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, NEIGHBOURS), strict=False))
    return address


def _is_proxy(address: _Address) -> bool:
    return any(address in network for network in settings.PROXIES)


def _parsed(text: str) -> _Address | None:
    """The address in an entry, which may bear a port or a zone; None when there is none."""
    entry = text.strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        found = ip_address(entry.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
