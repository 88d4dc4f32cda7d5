"""The local cloud: one process tree that runs the whole product on loopback."""

from local.cloud.calls import AwsCall
from local.cloud.cloud import FunctionError, LocalCloud
from local.cloud.emulator import QuickBooks
from local.cloud.processes import LocalCloudError

__all__ = ["AwsCall", "FunctionError", "LocalCloud", "LocalCloudError", "QuickBooks"]
