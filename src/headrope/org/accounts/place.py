"""Where somebody comes from, as lines of the trail say it: an address of the network.

>>> place_of({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "8.8.8.8, 192.0.2.7"}, proxies=1)
'192.0.2.7'
>>> place_of({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "8.8.8.8"}, proxies=0)
'10.0.0.9'
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Network, ip_address

UNKNOWN = "an unknown address"
_OWN_BITS = 64


def place_of(meta: Mapping[str, str], proxies: int) -> str:
    """The address in the headers of a request (META) that came through so many proxies of ours.

    What those in front of our own proxies say is not believed. Of an IPv6 address the network is given: machines change
    the rest of it by themselves every day.
    """
    told = meta.get("HTTP_X_FORWARDED_FOR", "").split(",")
    text = told[-proxies] if 0 < proxies <= len(told) and told != [""] else meta.get("REMOTE_ADDR", "")
    text = text.strip()
    if text.count(":") == 1:
        text = text.partition(":")[0]  # a port
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return UNKNOWN
    return str(address) if address.version == 4 else str(IPv6Network((int(address), _OWN_BITS), strict=False))
