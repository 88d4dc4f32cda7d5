"""A bucket on S3."""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tillbook.adapters.aws import Sleep, client, error_code, pause, status, transient_errors
from tillbook.adapters.metadata import decode_metadata, encode_metadata
from tillbook.errors import TransientError
from tillbook.ports import Blob

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ATTEMPTS = 5
_PRECONDITION_FAILED = 412
_CONFLICT = 409


class S3Blobs:
    def __init__(
        self,
        bucket: str,
        s3: "S3Client | None" = None,
        sleep: Sleep = time.sleep,
        keys_per_page: int = 1000,
    ) -> None:
        self._bucket = bucket
        self._client: S3Client = s3 or client("s3")
        self._sleep = sleep
        self._keys_per_page = keys_per_page

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        encoded = encode_metadata(metadata or {})
        with transient_errors("S3"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, Metadata=encoded)

    def put_if_absent(
        self, key: str, body: bytes, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """If S3 stored the object but its answer was lost, the repetition finds it there and this
        is False: for a caller that acknowledges either way, the same."""
        encoded = encode_metadata(metadata or {})
        for attempt in range(_ATTEMPTS):
            try:
                with transient_errors("S3"):
                    self._client.put_object(
                        Bucket=self._bucket, Key=key, Body=body, Metadata=encoded, IfNoneMatch="*"
                    )
            except ClientError as error:
                if status(error) == _PRECONDITION_FAILED:
                    return False
                if status(error) != _CONFLICT:
                    raise
            else:
                return True
            pause(attempt, self._sleep)  # another put of the same key is under way
        raise TransientError("S3 is busy with the same object.")

    def get(self, key: str) -> Blob | None:
        """S3 says that a key is absent only to a caller who may list the bucket; otherwise it
        answers AccessDenied, which goes through."""
        try:
            with transient_errors("S3"):
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                return Blob(answer["Body"].read(), decode_metadata(answer["Metadata"]))
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return None
            raise

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            Prefix=prefix,
            StartAfter=after,
            PaginationConfig={"PageSize": self._keys_per_page},
        )
        with transient_errors("S3"):
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"]
