"""Addresses of somebody erased, as keyed hashes: enough to know their mails by, and nobody reads them from it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def keyed_addresses(secret_key: str, addresses: Iterable[str]) -> list[str]:
    return sorted({keyed_address(secret_key, each) for each in addresses if each})


def keyed_address(secret_key: str, address: str) -> str:
    text = f"erased-address:{address.casefold()}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
