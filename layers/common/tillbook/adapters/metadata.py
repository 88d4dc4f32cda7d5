"""S3 user metadata carries ASCII of 2 KB at most; ours may be any text, so it is percent-encoded.

Source: Amazon S3 User Guide, "User-defined object metadata".
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from tillbook.errors import TooLarge

MAX_METADATA_BYTES = 2048
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
# Readable in the console and in a listing; what a header or its signature could alter is encoded.
_SAFE = "!$&'()*+,/:;=@-._~"


def encode_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Raises ValueError for a name that S3 would change, TooLarge over 2 KB."""
    for name in metadata:
        if not _NAME.fullmatch(name):
            raise ValueError("a metadata name is made of a-z, 0-9 and -")
    encoded = {name: quote(value, safe=_SAFE) for name, value in metadata.items()}
    if sum(len(name) + len(value) for name, value in encoded.items()) > MAX_METADATA_BYTES:
        raise TooLarge("The metadata of an object cannot pass 2 KB.")
    return encoded


def decode_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    return {name: unquote(value) for name, value in metadata.items()}
