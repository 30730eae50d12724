"""The site, the wire and the browser of these tests."""

from tests.faults.small_site import candidate, small_site, whole_wire, windows

__all__ = ["candidate", "small_site", "whole_wire", "windows"]
