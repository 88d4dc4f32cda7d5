"""OpenID Connect: id tokens signed with RS256, and the key to check them with.

Python's integers are all that a signature needs (RFC 8017, section 8.2).
"""

import base64
import hashlib
import json
from typing import Any

ISSUER = "https://oauth.platform.intuit.com/op/v1"
KEY_ID = "emulated-r1"

# The emulator's own key, published here: what it signs proves nothing to anybody else.
_P = int(
    "e2692d7e382c47cdb9f2b9ceedee7ffcf86dd7edc50edbfc7b5af95274469c85ddf762e3907a7a91"
    "cfdcc547966987fb5b9c906b9c0dc256fd55c827ba97b5371f6e181996129dd33c1ea99e9a5c04d6"
    "4cd5b87d65637b146d650cc159256d8a2acddb352a9e35e6ed7e4078bb0e59fce2d97d6847c15191"
    "4c23d7a3a8b5348f",
    16,
)
_Q = int(
    "d7ba829e5c2ecd5b54f57d404b02834e82273a17f5019ceb074998ab57bc1d608870c890cda5e04c"
    "464e1413b12acb1716b36b051cc7832be13a2e9a11ffe4f63fb16bc30996bd032c3fc1570576333b"
    "6f35aabcc5bd2d33e34d4a0ddcbaed0ed5e9688f8993067ce53d6e9c40f6d891b5974598b1376d94"
    "640872d52bfb11dd",
    16,
)
_MODULUS = _P * _Q
_PUBLIC = 65537
_PRIVATE = pow(_PUBLIC, -1, (_P - 1) * (_Q - 1))
_LENGTH = (_MODULUS.bit_length() + 7) // 8
#: The DER head of a SHA-256 digest, RFC 8017 section 9.2.
_DIGEST_HEAD = bytes.fromhex("3031300d060960864801650304020105000420")


def sign(claims: dict[str, Any]) -> str:
    """A JSON Web Token over the claims."""
    head = {"kid": KEY_ID, "typ": "JWT", "alg": "RS256"}
    signed = ".".join(_text(json.dumps(part).encode()) for part in (head, claims))
    digest = _DIGEST_HEAD + hashlib.sha256(signed.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (_LENGTH - len(digest) - 3) + b"\x00" + digest
    signature = pow(int.from_bytes(padded), _PRIVATE, _MODULUS)
    return f"{signed}.{_text(signature.to_bytes(_LENGTH))}"


def key_set() -> dict[str, Any]:
    """The JSON Web Key Set that holds the public key."""
    return {
        "keys": [
            {
                "kty": "RSA",
                "e": _text(_PUBLIC.to_bytes(3)),
                "use": "sig",
                "kid": KEY_ID,
                "alg": "RS256",
                "n": _text(_MODULUS.to_bytes(_LENGTH)),
            }
        ]
    }


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
