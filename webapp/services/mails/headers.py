"""Headers as every mail server reads them.

The standard library's folding of lines that mix scripts loses spaces and may set two encoded words side by side
without one, upon which some servers refuse the mail (python/cpython issue 144156). So whatever is not plain ASCII is
written here as encoded words from end to end, in which spaces are letters like any other.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any


class HeaderPolicy(EmailPolicy):
    """The library's policy, except for headers that are not plain ASCII."""

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if text.isascii():
            return super().fold(name, value)
        addresses = getattr(value, "addresses", None)
        written = f",{self.linesep} ".join(map(self._address, addresses)) if addresses else self._words(text, name)
        return f"{name}: {written}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")

    def _address(self, address: Address) -> str:
        if address.display_name.isascii():
            return str(address)
        return f"{self._words(address.display_name, 'Reply-To')}{self.linesep} <{address.addr_spec}>"

    def _words(self, text: str, name: str) -> str:
        return Header(text, "utf-8", header_name=name).encode(linesep=self.linesep)


POLICY = HeaderPolicy(linesep="\r\n")
