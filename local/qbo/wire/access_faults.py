"""Faults of the service that befall a whole request: who connected, and where the company is."""

from local.qbo.faults import Problem, QboFault


def general_authentication() -> QboFault:
    """The link between the user and the company is broken."""
    return QboFault(
        Problem(
            "100",
            "General Authentication Error",
            "AuthenticationErrorGeneral: SRV-110-Authentication Failure , statusCode: 401",
            None,
        ),
        type="AuthenticationFault",
        status=401,
    )


def no_access() -> QboFault:
    """The user who connected has lost the right to the company."""
    return QboFault(
        Problem(
            "120",
            "Authorization Failure",
            "AuthorizationFailure: -11014-You do not have access to use QuickBooks Online Plus.",
            None,
        ),
        type="AuthorizationFault",
        status=401,
    )


def wrong_cluster() -> QboFault:
    """The company is being moved; QuickBooks asks to come back later."""
    return QboFault(
        Problem(
            "130",
            "Accessing Wrong Cluster",
            "WrongClusterError: -11017-Company is on another cluster, statusCode: 401",
        ),
        type="AuthenticationFault",
        status=401,
    )
