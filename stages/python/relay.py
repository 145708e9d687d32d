"""The stage between its neighbours: takes a batch, applies the rules, passes it on.

Keeps nothing. When either side breaks, the call fails, the break travels to both
ends, and ingest decides what to do.
"""

import asyncio
import time

import grpc
from google.protobuf.message import DecodeError

from columns import EventBatch, Receipt
from faults import Fault, failed_precondition, invalid
from hops import PROTOCOL, Window
from meter import Meters

# How long the cancelling of a call may come after the end that reading it finds, in
# seconds.
_CANCELLING_S = 1


class Relay:
    """The handler of pipeline.v1.RulesService.Apply."""

    def __init__(self, name, run, worker, next_stage, rules_of):
        """`rules_of` makes the rules for the events of a schema, or raises Fault."""
        self._name = name
        self._run = run
        self._next = next_stage
        self._rules_of = rules_of
        self._meters = Meters(name, worker)

    async def pass_on(self, context):
        """Serves one stream to its end. Raises Fault if it fails."""
        inlet = await self._open_inlet(context)
        opening = inlet.opening
        with self._meters.take(opening) as meter:
            addresses = self._next.in_use(opening)
            if not opening.HasField("schema"):
                raise invalid(
                    "Cannot apply the rules: the opening does not say what the events "
                    "are"
                )
            rules = self._rules_of(opening.schema)
            hops = await self._next.open(
                addresses, _opening_of_next(opening, rules), meter, inlet.send
            )
            try:
                await inlet.resume(hops.position, rules.columns)
                totals, reports = await _guarded(
                    self._pass_all(inlet, hops, rules, meter), hops.failure()
                )
            finally:
                hops.cancel()
            if totals:
                await inlet.send(Receipt(totals=totals))
            for report in (meter.report(), *reports):
                await inlet.send(Receipt(report=report))

    async def _open_inlet(self, context):
        packed = await context.read()
        first = EventBatch() if packed is grpc.aio.EOF else _decode(packed)
        opening = first.opening
        if not opening.run:
            raise invalid(
                "Cannot read the stream: its first message is no opening that names a "
                "run"
            )
        if opening.protocol > PROTOCOL:
            raise failed_precondition(
                f"Cannot open the chain: it speaks version {opening.protocol} of the "
                f'protocol, and stage "{self._name}" knows version {PROTOCOL}; update '
                "the program of that stage"
            )
        if self._run is not None and opening.run != self._run:
            raise failed_precondition(
                f"Cannot take part in run {opening.run}: this stage belongs to run "
                f"{self._run}, of another pipeline on the same ports; choose others "
                "with --port"
            )
        return _Inlet(context, opening)

    async def _pass_all(self, inlet, hops, rules, meter):
        while (received := await inlet.next(meter)) is not None:
            batch, size, arrived = received
            with meter.processing():
                rules.apply(batch)
            await hops.send(batch)
            meter.passed_on(batch.rows, arrived)
            await inlet.answer(size)
        return await hops.finish()


def _opening_of_next(opening, rules):
    """What aggregate is told of what rules was told."""
    onward = type(opening)()
    onward.CopyFrom(opening)
    onward.protocol = PROTOCOL
    del onward.next[:1]
    del onward.tags[:]
    for name, values in rules.tags.items():
        onward.tags.add(name=name, values=values)
    return onward


class _Inlet:
    """The receiving end of a stream, after its opening."""

    def __init__(self, context, opening):
        self.opening = opening
        self._context = context
        self._position = None
        self._is_whole = False
        self._unanswered = Window(opening)
        # A call can write one message at a time.
        self._turn = asyncio.Lock()

    async def send(self, receipt):
        async with self._turn:
            await self._context.write(receipt.SerializeToString())

    async def resume(self, position, fields):
        """Tells the sender where to send from, and what the rules read."""
        self._position = position
        receipt = Receipt()
        receipt.resume.position.CopyFrom(position)
        for each in fields:
            receipt.resume.fields.add(path=each.path, is_time=each.kind == "time")
        await self.send(receipt)

    async def next(self, meter):
        """The next batch, its size, and when it had come; None after the last.

        Raises Fault if it does not begin where the one before it has ended.
        """
        with meter.waiting():
            packed = await self._context.read()
        if packed is grpc.aio.EOF:
            if not self._is_whole:
                # A call that is cancelled may look so first, and must not end well.
                await asyncio.sleep(_CANCELLING_S)
            return None
        with meter.codec():
            batch = _decode(packed)
        arrived = time.perf_counter()
        if not self._follows(batch.begin):
            raise invalid(
                f"Cannot take the batch from {_describe(batch.begin)}: the one before "
                f"it ended at {_describe(self._position)}"
            )
        self._position = batch.end
        self._is_whole = batch.begin == batch.end
        meter.arrived(batch, len(packed))
        return batch, len(packed), arrived

    def _follows(self, begin):
        # What lies between two batches of a lane is on other lanes.
        if self.opening.HasField("lane"):
            return begin.offset >= self._position.offset
        return begin == self._position

    async def answer(self, size):
        """Says that a batch has been dealt with, once it has to be said."""
        self._unanswered.add(size)
        if not self._unanswered.must_answer:
            return
        receipt = Receipt()
        receipt.credit.batches = self._unanswered.batches
        receipt.credit.bytes = self._unanswered.bytes
        self._unanswered = Window(self.opening)
        await self.send(receipt)


def _describe(position):
    return f"event {position.event}, offset {position.offset}"


def _decode(packed):
    try:
        return EventBatch.FromString(packed)
    except DecodeError as error:
        raise Fault(
            grpc.StatusCode.INTERNAL, f"Error deserializing request: {error}"
        ) from None


async def _guarded(work, guard):
    """Waits for work, but no longer than the guard does not fail."""
    working, guarding = asyncio.ensure_future(work), asyncio.ensure_future(guard)
    try:
        await asyncio.wait((working, guarding), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await guarding
        return await working
    finally:
        working.cancel()
        guarding.cancel()
