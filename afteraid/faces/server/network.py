"""The addresses of this machine in its networks: which one other devices can reach, and whether a server answers there.

Only addresses of IP version 4 are looked at: these are the ones that routers of rooms give, and that people can type.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from afteraid.simulation.basis.errors import InputError, nearest

PATIENCE = 5.0  # seconds for the server's own answer
ASKED = 0x8915  # the request to Linux for the address of an adapter (SIOCGIFADDR)
# a route to one of them names an address of this machine; nothing is sent to them
TOWARDS = ("192.168.0.1", "10.0.0.1", "172.16.0.1", "192.0.2.1")
# adapters that lead to no other device of the room: containers, virtual machines, private networks over the internet
VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vbox", "tun", "tap", "wg", "utun", "tailscale", "zt", "podman")


@dataclass(frozen=True)
class Adapter:
    """One adapter: its name, empty where the system tells only addresses, and its address."""

    name: str
    address: str

    @property
    def rank(self) -> int:
        """Return how likely devices of the room reach it: 0 a room's network, 1 another one, 2 a virtual one."""
        if self.name.lower().startswith(VIRTUAL) or ipaddress.ip_address(self.address).is_link_local:
            return 2
        return 0 if ipaddress.ip_address(self.address).is_private else 1


def adapters() -> list[Adapter]:
    """Return the adapters that other devices may reach, the likeliest first."""
    found: dict[str, Adapter] = {}
    for one in (*_by_name(), *_by_host(), *_by_route()):
        if usable(one.address):
            found.setdefault(one.address, one)
    return sorted(found.values(), key=lambda one: one.rank)


def usable(address: str) -> bool:
    """Say whether another device can use an address to reach this machine."""
    try:
        given = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return not (given.is_loopback or given.is_unspecified or given.is_multicast)


def chosen(known: Sequence[Adapter], wanted: str | None) -> Adapter:
    """Return the adapter to listen on.

    Args:
        known: adapters, the likeliest first.
        wanted: an address or the name of an adapter; the likeliest if left out.

    Raises InputError where there is none, or no such one.
    """
    if not known:
        raise InputError(
            "this machine is in no network", key="share",
            expected="a router or a hotspot that this machine is connected to",
        )  # fmt: skip
    if wanted is None:
        return known[0]
    for one in known:
        if wanted in (one.address, one.name):
            return one
    names = [one.address for one in known]
    raise InputError(
        f"no adapter of this machine has the address {wanted}", key="address",
        expected=" or ".join(names), nearest=nearest(wanted, names),
    )  # fmt: skip


def answers(address: str, port: int, path: str) -> bool:
    """Say whether a server of this machine answers through an address, as another device would ask it."""
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _by_name() -> Iterator[Adapter]:
    """Ask the system for each adapter by its name; Linux answers."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    with suppress(OSError, AttributeError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            with suppress(OSError):
                told = fcntl.ioctl(asking.fileno(), ASKED, struct.pack("256s", name.encode()[:15]))
                yield Adapter(name, socket.inet_ntoa(told[20:24]))


def _by_host() -> Iterator[Adapter]:
    """Ask for the addresses of this machine's own name; Windows tells those of all adapters."""
    with suppress(OSError, UnicodeError):
        for address in socket.gethostbyname_ex(socket.gethostname())[2]:
            yield Adapter("", address)


def _by_route() -> Iterator[Adapter]:
    """Ask from which address this machine would send; nothing is sent."""
    for towards in TOWARDS:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect((towards, 9))
            yield Adapter("", str(asking.getsockname()[0]))
