"""The failures that a caller of the stage is told of."""

import grpc

# A header takes no more.
_MAX_DETAILS = 4_000


class Fault(Exception):
    """A failure with gRPC's code, which is what callers decide by."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code

    @property
    def details(self):
        """The message as it can leave."""
        text = str(self).encode("utf-8", "replace").decode()
        return text[:_MAX_DETAILS]


def invalid(message):
    return Fault(grpc.StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message):
    return Fault(grpc.StatusCode.FAILED_PRECONDITION, message)


def unavailable(message):
    return Fault(grpc.StatusCode.UNAVAILABLE, message)
