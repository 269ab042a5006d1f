"""When offices are open, and from which networks one works in them: read from the configuration, asked by figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

_DAYS = re.compile(r"([1-7])(?:-([1-7]))? (\d\d):(\d\d)-(\d\d):(\d\d)")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class OfficeHours:
    """For each day of the week from Monday: minutes of the day from (included) and until (excluded); None: closed."""

    days: tuple[tuple[int, int] | None, ...]

    def is_open(self, local: datetime) -> bool:
        """Whether an office is open at this time of its own zone. Public holidays are not known here."""
        hours = self.days[local.weekday()]
        return hours is not None and hours[0] <= local.hour * 60 + local.minute < hours[1]

    def after(self, local: datetime, minutes: int) -> datetime:
        """When so many minutes of open offices have passed since `local`. Zones that change their clocks are not
        known here: Indonesia's do not."""
        begins = local.hour * 60 + local.minute
        midnight = local.replace(hour=0, minute=0)  # the seconds of `local` stay
        while True:
            hours = self.days[midnight.weekday()]
            if hours is not None:
                begins = max(begins, hours[0])
                if minutes <= hours[1] - begins:
                    return midnight + timedelta(minutes=begins + minutes)
                minutes -= max(hours[1] - begins, 0)
            midnight, begins = midnight + timedelta(days=1), 0


def read_hours(text: str) -> OfficeHours:
    """Of "1-4 07:30-16:00, 5 07:30-16:30": days of ISO 8601, Monday is 1. Raises ValueError."""
    days: list[tuple[int, int] | None] = [None] * 7
    for part in text.split(","):
        found = _DAYS.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"not days and hours: {part.strip()!r}")
        first, last, *clock = (int(number) if number else 0 for number in found.groups())
        begins, ends = clock[0] * 60 + clock[1], clock[2] * 60 + clock[3]
        if max(clock[1], clock[3]) > 59 or not 0 <= begins < ends <= 24 * 60 or (last and last < first):
            raise ValueError(f"not a span of time: {part.strip()!r}")
        for day in range(first, (last or first) + 1):
            days[day - 1] = (begins, ends)
    return OfficeHours(tuple(days))


def read_networks(text: str) -> tuple[Network, ...]:
    """Of "10.0.0.0/8 2001:db8::/32". Raises ValueError."""
    return tuple(ip_network(part) for part in text.split())


def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address is in one of them; no address at all is in none."""
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(asked, "ipv4_mapped", None)  # ::ffff:10.0.0.1, as a server on both sees version 4
    return any((mapped or asked) in network for network in networks)
