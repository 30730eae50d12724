"""Remove the mails to somebody that lie in the mail folder, where mails are laid down and not sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses
from pathlib import Path

from webapp.services.erasure.keyed_addresses import keyed_address


def forget_mails(folder: Path, organisation_id: uuid.UUID, addresses: Collection[str]) -> int:
    """Delete this organisation's laid-down mails to any of these addresses; how many there were."""
    wanted = {address.casefold() for address in addresses}
    return _forget(folder, organisation_id, lambda address: address in wanted)


def forget_keyed_mails(folder: Path, organisation_id: uuid.UUID, keyed: Collection[str], secret_key: str) -> int:
    """The same by keyed hashes of the addresses, for whoever must not keep the addresses themselves."""
    return _forget(folder, organisation_id, lambda address: keyed_address(secret_key, address) in keyed)


def _forget(folder: Path, organisation_id: uuid.UUID, is_theirs: Callable[[str], bool]) -> int:
    found = [path for path in sorted(folder.glob(f"{organisation_id}.*.eml")) if any(map(is_theirs, _addressed(path)))]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _addressed(path: Path) -> set[str]:
    try:
        message = message_from_bytes(path.read_bytes(), policy=default)
    except OSError:
        return set()
    fields = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    return {address.casefold() for _name, address in getaddresses(fields)}
