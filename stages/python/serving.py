"""Serves one service of a run: with the run's token, health and reflection, until
the process is told to stop.
"""

import asyncio
import hmac
import ipaddress
import os
import re
import signal
import sys
import time
import traceback

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from faults import Fault, unavailable

_REFLECTION = "grpc.reflection.v1.ServerReflection"
_SERVING = health_pb2.HealthCheckResponse.SERVING
# Time after a line in which further refusals are not told, in seconds.
_QUIET_SECONDS = 10
# How long calls may take to end when the process stops, in seconds.
_DRAIN_SECONDS = 5


class UsageError(Exception):
    """The command line is wrong; the message says what to do."""


def log(message):
    """Writes a line to standard error."""
    line = re.sub(r"\s*\n\s*", " ", str(message))
    print(line, file=sys.stderr, flush=True)


class Server:
    """A server of one method, whose messages it takes and gives as bytes."""

    def __init__(self, service, method, handle, token, options):
        """`handle` serves a stream, given its context; it may raise Fault."""
        self._service = service
        self._handle = handle
        self._stopping = asyncio.Event()
        admission = [_Admission(token)] if token else []
        self._server = grpc.aio.server(
            interceptors=admission,
            # No second process may serve on the same port.
            options=(*options, ("grpc.so_reuseport", 0)),
        )
        handler = grpc.stream_stream_rpc_method_handler(self._serve)
        self._server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(service, {method: handler})]
        )
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self._add_reflection()

    async def serve(self, address, expose, health_name, ready):
        """Serves until SIGTERM or SIGINT, then ends all streams.

        Calls `ready` once it serves. Raises Fault if it cannot serve there.
        """
        if not expose and not _is_loopback(address):
            raise Fault(
                grpc.StatusCode.INVALID_ARGUMENT,
                f'Cannot serve on "{address}": other machines can reach it; add '
                "--expose to allow that",
            )
        stop = asyncio.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
        try:
            self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise unavailable(f'Cannot serve on "{address}": {error}') from None
        await self._server.start()
        for name in ("", self._service, *([health_name] if health_name else [])):
            await self._health.set(name, _SERVING)
        ready()
        await stop.wait()
        await self._health.enter_graceful_shutdown()
        self._stopping.set()
        await self._server.stop(_DRAIN_SECONDS)

    def _add_reflection(self):
        names = (
            self._service,
            health.SERVICE_NAME,
            reflection.SERVICE_NAME,
            _REFLECTION,
        )
        reflection.enable_server_reflection(names, self._server)
        # Its second version is the first by another name, which the package lacks.
        asks = reflection_pb2.ServerReflectionRequest
        answers = reflection_pb2.ServerReflectionResponse
        handler = grpc.stream_stream_rpc_method_handler(
            reflection.aio.ReflectionServicer(names).ServerReflectionInfo,
            request_deserializer=asks.FromString,
            response_serializer=answers.SerializeToString,
        )
        methods = {"ServerReflectionInfo": handler}
        self._server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(_REFLECTION, methods)]
        )

    async def _serve(self, _, context):
        serving = asyncio.ensure_future(self._handle(context))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                raise unavailable("Cannot go on: the stage stops")
            await serving
        except Fault as fault:
            await context.abort(fault.code, fault.details)
        except Exception:  # noqa: BLE001 (told here, and kept from the caller)
            log(f"Defect while serving {self._service}: {traceback.format_exc()}")
            await context.abort(grpc.StatusCode.INTERNAL, "Internal error")
        finally:
            serving.cancel()
            stopping.cancel()


class _Admission(grpc.aio.ServerInterceptor):
    """Lets in who shows the token of the run."""

    # What everybody may ask: whether a server is well, and what it offers.
    _OPEN = re.compile(
        r"/grpc\.(health\.v1\.Health|reflection\.v1(alpha)?\.ServerReflection)/"
    )

    def __init__(self, token):
        self._token = token.encode()
        self._name = os.environ.get("DENIZEN_SERVICE", "this server").split("/")[-1]
        # How the user calls the program that has started us.
        self._command = os.environ.get("DENIZEN_COMMAND", "deno task")
        self._quiet_until = 0

    async def intercept_service(self, continuation, details):
        shown = dict(details.invocation_metadata).get("authorization")
        if self._OPEN.match(details.method) or self._is_token(shown):
            return await continuation(details)
        got = "was called without it" if shown is None else "was shown another"
        reason = (
            f"{self._name} wants this run's token and {got}: processes of the run have "
            f'it as DENIZEN_TOKEN; else grpcurl -H "$({self._command} token)" …, '
            f"or {self._command} call …"
        )
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + _QUIET_SECONDS
            log(f"Refused {details.method}: {reason}")

        async def refuse(_, context):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, reason)

        return grpc.stream_stream_rpc_method_handler(refuse)

    def _is_token(self, shown):
        found = re.fullmatch(r"bearer +(\S+)", shown or "", re.IGNORECASE)
        # In a time that tells nothing of where they differ.
        return bool(found) and hmac.compare_digest(found[1].encode(), self._token)


def _is_loopback(address):
    if address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
