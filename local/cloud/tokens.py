"""A token issuer for the JWT authorizer of the HTTP API.

Issues what an identity provider would: RS256 tokens (API Gateway takes no other family), a key
set and an OpenID configuration to find it by. The key is made at start and never stored, so
tokens end with the local cloud.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE = "tillbook"
SCOPES = ("read", "operate", "admin")
LIFETIME_SECONDS = 12 * 3600


class TokenIssuer:
    """Issues tokens that name an organisation and scopes."""

    def __init__(self, url: str) -> None:
        """`url` is the issuer's address and its name in ``iss``; no slash at the end."""
        self.url = url
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key_id = uuid.uuid4().hex

    def issue(
        self,
        organisation: str,
        scopes: Iterable[str] = SCOPES,
        subject: str = "owner",
        *,
        audience: str = AUDIENCE,
        lifetime_seconds: int = LIFETIME_SECONDS,
        issuer: str | None = None,
    ) -> str:
        """A signed token. `issuer`, `audience` and a negative `lifetime_seconds` make tokens that
        an authorizer has to refuse."""
        now = int(time.time())
        claims = {
            "iss": issuer or self.url,
            "aud": audience,
            "sub": subject,
            "iat": now,
            "exp": now + lifetime_seconds,
            "jti": uuid.uuid4().hex,
            "organisation": organisation,
            "scope": " ".join(scopes),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})

    def key_set(self) -> dict[str, Any]:
        """The JSON Web Key Set with the public key."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**key, "kid": self._key_id, "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, Any]:
        """OpenID Connect discovery document."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "scopes_supported": list(SCOPES),
        }
