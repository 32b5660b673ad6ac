"""Public holidays by country or region code, from the ``holidays`` package.

The package is imported by the first call, so only where a code is configured; whether a channel
skips these days is the timetable's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from config.words import nearest, quoted


def holidays_of(code: str, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of ``DE``, ``DE-BE``, ``US-NY`` … in the given years.

    An empty code has none. Raises ``ValueError`` with the nearest code for one that is unknown.
    """
    if not code:
        return frozenset()
    check_code(code)
    import holidays  # noqa: PLC0415  only where a code is configured

    country, _, region = code.partition("-")
    days = holidays.country_holidays(country, subdiv=region or None, years=list(years))
    return frozenset(days)


def check_code(code: str) -> None:
    """Raise ``ValueError``, with the nearest code, unless ``code`` is one with known holidays."""
    country, hyphen, region = code.partition("-")
    regions = _regions()
    if country not in regions:
        noun, near = "a country or region", nearest(country, regions)
    elif hyphen and region not in regions[country]:
        noun = "a region"
        inner = nearest(region, regions[country])
        near = f"{country}-{inner}" if inner else country
    else:
        return
    tail = f"Nearest: {quoted(near)}." if near else 'Write a code such as "DE" or "DE-BE".'
    raise ValueError(f"{quoted(code)} is not {noun} with known holidays. {tail}")


def regions_of(country: str) -> tuple[str, ...] | None:
    """Return the regions of a country that have codes; ``None`` where its holidays are unknown."""
    return _regions().get(country)


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    """Return every country code and the regions below it."""
    import holidays  # noqa: PLC0415  only where a code is configured

    known = holidays.list_supported_countries()
    return {country: tuple(regions) for country, regions in known.items()}
