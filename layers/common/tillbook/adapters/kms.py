"""Envelope encryption: every secret under a data key of its own, every data key under the KMS key.

    sealed = "1." base64url(data key, encrypted by KMS) "." base64url(nonce, AES-256-GCM ciphertext)

Purpose and id are KMS's encryption context, so that roles can be limited to a purpose, and the
additional authenticated data of AES-GCM.
"""

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tillbook.adapters.aws import client, error_code, transient_errors
from tillbook.ports import Purpose

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_VERSION = "1"
_NONCE_BYTES = 12
_REFUSED = "not sealed for this purpose and id, or altered since"
# Intake verifies many deliveries of one channel in a row. How long a data key of a channel's secret
# stays in memory, in seconds, and how many of them.
_KEPT_SECONDS = 60.0
_KEPT_KEYS = 100


class KmsVault:
    def __init__(
        self,
        key_arn: str,
        kms: "KMSClient | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key_arn = key_arn
        self._client: KMSClient = kms or client("kms")
        self._monotonic = monotonic
        self._kept: dict[tuple[bytes, str], tuple[float, bytes]] = {}

    def seal(self, plaintext: bytes, purpose: Purpose, id: str) -> str:
        with transient_errors("KMS"):
            data_key = self._client.generate_data_key(
                KeyId=self._key_arn, KeySpec="AES_256", EncryptionContext=_context(purpose, id)
            )
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(data_key["Plaintext"]).encrypt(
            nonce, plaintext, _authenticated(purpose, id)
        )
        return ".".join((_VERSION, _text(data_key["CiphertextBlob"]), _text(nonce + ciphertext)))

    def open(self, sealed: str, purpose: Purpose, id: str) -> bytes:
        version, _, parts = sealed.partition(".")
        if version != _VERSION:
            raise ValueError(_REFUSED)
        try:
            encrypted_key, sealed_text = (_bytes(part) for part in parts.split("."))
            data_key = self._data_key(encrypted_key, purpose, id)
            nonce, ciphertext = sealed_text[:_NONCE_BYTES], sealed_text[_NONCE_BYTES:]
            return AESGCM(data_key).decrypt(nonce, ciphertext, _authenticated(purpose, id))
        except (ValueError, InvalidTag):
            raise ValueError(_REFUSED) from None

    def _data_key(self, encrypted: bytes, purpose: Purpose, id: str) -> bytes:
        now = self._monotonic()
        until, data_key = self._kept.get((encrypted, id), (now, b""))
        if purpose is Purpose.CHANNEL and now < until:
            return data_key
        try:
            with transient_errors("KMS"):
                answer = self._client.decrypt(
                    CiphertextBlob=encrypted,
                    KeyId=self._key_arn,
                    EncryptionContext=_context(purpose, id),
                )
        except ClientError as error:
            if error_code(error) in {"InvalidCiphertextException", "IncorrectKeyException"}:
                raise ValueError(_REFUSED) from None
            raise
        if purpose is Purpose.CHANNEL:
            if len(self._kept) >= _KEPT_KEYS:
                self._kept.clear()
            self._kept[encrypted, id] = (now + _KEPT_SECONDS, answer["Plaintext"])
        return answer["Plaintext"]


def _context(purpose: Purpose, id: str) -> dict[str, str]:
    return {"purpose": purpose.value, "id": id}


def _authenticated(purpose: Purpose, id: str) -> bytes:
    return json.dumps(_context(purpose, id), sort_keys=True).encode()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode())
