"""The streams to the next stage, which may be several processes: batches are
handed out in turn, and what comes back is one.
"""

import asyncio
import uuid

import grpc
from grpc._cython import cygrpc

from columns import EventBatch, Lane, Receipt
from faults import Fault, failed_precondition, unavailable

# The version of the protocol between stages that this program speaks.
PROTOCOL = 1

# A batch is one line at the least, of 64 MiB at most, and what a line becomes
# takes at most eight times its bytes.
_MAX_MESSAGE_BYTES = 512 * 2**20
# What HTTP/2 lets be on its way: more than the window of any stage, so that
# receipts alone hold a sender back.
_FLOW_WINDOW_BYTES = 8 * 2**20

# Settings of gRPC for both ends of a connection between stages.
CHANNEL = (
    ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.http2.lookahead_bytes", _FLOW_WINDOW_BYTES),
)
# A stage that was started is there within a moment, and everybody waits for it.
_CLIENT = (
    *CHANNEL,
    ("grpc.initial_reconnect_backoff_ms", 20),
    ("grpc.min_reconnect_backoff_ms", 20),
    ("grpc.max_reconnect_backoff_ms", 50),
    ("grpc.enable_http_proxy", 0),
)


class Window:
    """How much may go unanswered between two stages.

    A sender never waits for an answer that the receiver does not owe.
    """

    # The share of the window after which a receiver answers: a quarter.
    _ANSWER_SHARE = 4

    def __init__(self, opening):
        self._most_batches = opening.window_batches
        self._most_bytes = opening.window_bytes
        self.batches = 0
        self.bytes = 0

    def add(self, size):
        self.batches += 1
        self.bytes += size

    @property
    def must_answer(self):
        """True when a receiver must answer what it has dealt with."""
        return (
            self.batches * self._ANSWER_SHARE >= self._most_batches
            or self.bytes * self._ANSWER_SHARE >= self._most_bytes
        )

    def has_room(self, size):
        """True when a sender may send one more batch of that size.

        While so little is unanswered that the receiver may keep silent, any batch
        may go, even one larger than the window.
        """
        if not self.must_answer:
            return True
        fits = self.bytes + size <= self._most_bytes
        return self.batches < self._most_batches and fits


class NextStage:
    """The processes of the next stage that may ever be called."""

    def __init__(self, name, addresses, method, token):
        self._name = name
        self._addresses = addresses
        self._method = method
        self._metadata = [("authorization", f"Bearer {token}")] if token else []
        self._channels = {}
        # While the stages come up, not one after the other when the chain opens.
        self._channel(addresses[0]).get_state(try_to_connect=True)

    def _channel(self, address):
        if address not in self._channels:
            channel = grpc.aio.insecure_channel(address, options=_CLIENT)
            self._channels[address] = channel
        return self._channels[address]

    def in_use(self, opening):
        """The addresses that an opening says are in use.

        Raises Fault for one that is not known: there is no right to call it.
        """
        addresses = list(opening.next[0].addresses) if opening.next else self._addresses
        for address in addresses:
            if address not in self._addresses:
                raise failed_precondition(
                    f'Cannot open the chain: stage "{self._name}" is at {address}, and '
                    f"only {', '.join(self._addresses)} may be called; "
                    "name it in --next"
                )
        return addresses

    async def open(self, addresses, opening, meter, on_committed):
        """Opens a stream to each of the addresses, and waits for all resumes.

        Raises Fault if one cannot be opened.
        """
        lanes = _split_lane(opening, len(addresses))
        hops = []
        for at, (address, lane) in enumerate(zip(addresses, lanes, strict=True)):
            first = EventBatch(opening=opening)
            if lane is not None:
                first.opening.lane.CopyFrom(lane)
            first.begin.SetInParent()
            first.end.SetInParent()
            call = self._channel(address).stream_stream(self._method)(
                metadata=self._metadata,
                # It may have been started again just now.
                wait_for_ready=True,
            )
            peer = f"{self._name} at {address}"
            # What is safe comes by the first.
            hop = _Hop(call, peer, opening, meter, on_committed if at == 0 else None)
            hops.append((hop, first.SerializeToString()))
        try:
            await asyncio.gather(*(hop.open(first) for hop, first in hops))
        except BaseException:
            for hop, _ in hops:
                hop.cancel()
            raise
        return _Hops([hop for hop, _ in hops], meter)


def _split_lane(opening, parts):
    """The lanes that a lane, or a stream that was none, is divided into."""
    if parts == 1:
        return [opening.lane if opening.HasField("lane") else None]
    lane = opening.lane
    if not opening.HasField("lane"):
        lane = Lane(opening=str(uuid.uuid4()), index=0, count=1)
    return [
        Lane(
            opening=lane.opening,
            index=lane.index * parts + at,
            count=lane.count * parts,
        )
        for at in range(parts)
    ]


class _Hops:
    """Open streams to the next stage. Any method raises Fault if one fails."""

    def __init__(self, hops, meter):
        self._hops = hops
        self._meter = meter
        self._turn = 0
        # Where the next stage wants to be sent from.
        self.position = hops[0].position

    def cancel(self):
        for hop in self._hops:
            hop.cancel()

    async def send(self, batch):
        """Sends a batch once the window has room for it."""
        with self._meter.codec():
            packed = batch.SerializeToString()
        if batch.begin == batch.end:
            # The end concerns all of them.
            await asyncio.gather(*(hop.send(packed) for hop in self._hops))
            return
        hop = self._hops[self._turn % len(self._hops)]
        self._turn += 1
        await hop.send(packed)

    async def finish(self):
        """Says that this was all; returns the totals, if known, and the reports."""
        endings = await asyncio.gather(*(hop.finish() for hop in self._hops))
        totals = next((totals for totals, _ in endings if totals), None)
        latest = {}
        for report in (report for _, reports in endings for report in reports):
            # Of several reports of one process the last: its clocks only move on.
            process = (report.name, report.worker)
            if process not in latest or report.cpu_ms > latest[process].cpu_ms:
                latest[process] = report
        return totals, list(latest.values())

    async def failure(self):
        """Waits until a stream fails, and raises its Fault."""
        await asyncio.gather(*(hop.failure() for hop in self._hops))


class _Hop:
    """The sending end of one stream."""

    def __init__(self, call, peer, opening, meter, on_committed):
        self._call = call
        self._peer = peer
        self._meter = meter
        self._on_committed = on_committed
        self._unanswered = Window(opening)
        self._answered = asyncio.Event()
        self._is_over = False
        self._totals = None
        self._reports = []
        self._receipts = None

    async def open(self, opening):
        first = await self._settle(self._write_and_read(opening))
        if first is None:
            raise self._ended("before it began")
        if first.WhichOneof("kind") != "resume":
            raise Fault(
                grpc.StatusCode.INTERNAL,
                f"The stream to {self._peer} did not begin with a resume",
            )
        self.position = first.resume.position
        self._receipts = asyncio.create_task(self._settle(self._read_receipts()))

    async def _write_and_read(self, opening):
        await self._write_message(opening)
        return await self._read()

    def cancel(self):
        self._call.cancel()
        if self._receipts:
            self._receipts.cancel()

    async def send(self, packed):
        while not self._unanswered.has_room(len(packed)):
            self._answered.clear()
            with self._meter.waiting():
                await self._answered.wait()
        self._unanswered.add(len(packed))
        self._meter.sent(len(packed))
        await self._write(packed)

    async def finish(self):
        self._is_over = True
        await self._call.done_writing()
        with self._meter.waiting():
            await self._receipts
        return self._totals, self._reports

    async def failure(self):
        # The task may be waited for twice, and goes on when this is cancelled.
        await asyncio.shield(self._receipts)

    async def _write(self, packed):
        try:
            await self._settle(self._write_message(packed))
        except Fault:
            # The receipts know more.
            await self.failure()
            raise

    async def _write_message(self, packed):
        """Writes as grpc.aio does, but that a call which has ended says itself how.

        Where the status is yet to come, its own write ends the call by an internal
        error (set_internal_error in its StreamRequestMixin), and a fault that the
        peer has told is lost.
        """
        await self._call.wait_for_connection()
        if self._call.done():
            raise asyncio.InvalidStateError
        await self._call._cython_call.send_serialized_message(packed)

    async def _settle(self, work):
        """Waits for work with the call, and raises Fault for the call's failure."""
        try:
            return await work
        except (
            grpc.aio.AioRpcError,
            asyncio.InvalidStateError,
            cygrpc.InternalError,
        ):
            pass
        except asyncio.CancelledError:
            # Raised too where the peer has cancelled, and not who waits here.
            if asyncio.current_task().cancelling() or not self._call.done():
                raise
        code, details = await self._call.code(), await self._call.details()
        if code == grpc.StatusCode.UNAVAILABLE:
            details = f"Cannot reach {self._peer}: {details}"
        raise Fault(code, details)

    async def _read(self):
        """The next receipt; None after the last."""
        packed = await self._call.read()
        return None if packed is grpc.aio.EOF else Receipt.FromString(packed)

    async def _read_receipts(self):
        while (receipt := await self._read()) is not None:
            await self._take(receipt)
        # A clean end without its last word is a break, as of a stage that stops.
        if not self._is_over:
            raise self._ended("before all was sent")
        if not self._reports:
            raise self._ended("without a report")

    async def _take(self, receipt):
        match receipt.WhichOneof("kind"):
            case "credit":
                self._unanswered.batches -= receipt.credit.batches
                self._unanswered.bytes -= receipt.credit.bytes
                self._answered.set()
            case "committed" if self._on_committed:
                await self._on_committed(receipt)
            case "totals":
                self._totals = receipt.totals
            case "report":
                self._reports.append(receipt.report)

    def _ended(self, how):
        return unavailable(f"The stream to {self._peer} ended {how}")
