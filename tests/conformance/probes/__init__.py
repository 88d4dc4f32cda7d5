"""One question to the service per switch."""

from tests.conformance.probes import amounts, documents, protocol
from tests.conformance.probes.registry import PROBES, UNASKED, Undetermined

__all__ = ["PROBES", "UNASKED", "Undetermined", "amounts", "documents", "protocol"]
