"""The batches of events as columns of numbers.

The types come from proto/pipeline/v1/pipeline.proto: `deno task build:stages`
generates them into generated/. A packed column is on the wire what a `bytes`
field is, so here the columns of EventBatch are read as `bytes`, and numpy looks
at them where they are. As Python numbers one by one they would cost ten times
what applying the rules does.
"""

import sys
from pathlib import Path

import numpy
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

sys.path.insert(0, str(Path(__file__).with_name("generated")))

from pipeline.v1 import pipeline_pb2

SERVICES = pipeline_pb2.DESCRIPTOR.services_by_name

_Field = descriptor_pb2.FieldDescriptorProto
_PACKED = (_Field.TYPE_DOUBLE, _Field.TYPE_UINT32)


def _columns_as_bytes():
    """Makes the classes of the messages, each repeated number as `bytes`."""
    file = descriptor_pb2.FileDescriptorProto()
    pipeline_pb2.DESCRIPTOR.CopyToProto(file)
    for message in file.message_type:
        for field in message.field:
            if field.label == _Field.LABEL_REPEATED and field.type in _PACKED:
                field.label = _Field.LABEL_OPTIONAL
                field.type = _Field.TYPE_BYTES
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClassesForFiles([file.name], pool)


_CLASSES = _columns_as_bytes()
EventBatch = _CLASSES["pipeline.v1.EventBatch"]
Lane = _CLASSES["pipeline.v1.Lane"]
Receipt = _CLASSES["pipeline.v1.Receipt"]
StageReport = _CLASSES["pipeline.v1.StageReport"]

_DOUBLES = numpy.dtype("<f8")


def read_doubles(packed):
    """Returns a column of doubles; it is not to be written to."""
    return numpy.frombuffer(packed, _DOUBLES)


def write_doubles(column):
    return column.astype(_DOUBLES, copy=False).tobytes()


# A varint has seven bits in each of its bytes, the lowest first; but for the last
# byte each has the highest bit set.
_BITS = 7
_MORE = 1 << _BITS


def read_indexes(packed):
    """Returns a column of uint32; it is not to be written to."""
    column = numpy.frombuffer(packed, numpy.uint8)
    is_last = column < _MORE
    if is_last.all():
        return column
    last = numpy.flatnonzero(is_last)
    first = numpy.concatenate(([0], last[:-1] + 1))
    values = numpy.zeros(len(last), numpy.uint32)
    for place in range((last - first).max() + 1):
        has = first + place <= last
        byte = column[first[has] + place].astype(numpy.uint32)
        values[has] |= (byte & (_MORE - 1)) << (_BITS * place)
    return values


def write_indexes(column):
    if len(column) == 0 or column.max() < _MORE:
        return column.astype(numpy.uint8, copy=False).tobytes()
    column = column.astype(numpy.uint32)
    # How many bytes each takes: one more at each power of 128.
    lengths = numpy.ones(len(column), numpy.intp)
    for place in range(1, 5):
        lengths += column >> (_BITS * place) > 0
    first = numpy.cumsum(lengths) - lengths
    packed = numpy.zeros(first[-1] + lengths[-1], numpy.uint8)
    for place in range(lengths.max()):
        has = lengths > place
        byte = column[has] >> (_BITS * place) & (_MORE - 1)
        more = numpy.where(lengths[has] > place + 1, _MORE, 0)
        packed[first[has] + place] = byte | more
    return packed.tobytes()
