"""Hashes of values: FNV-1a over the hashes of their parts, or what a written impl says."""

import struct

from values import RecordV, Unspecified, VariantV, wrapped

BASIS, PRIME = 0xCBF29CE484222325, 0x100000001B3


def continued(state, data):
    for byte in data:
        state = (state ^ byte) * PRIME % 2**64
    return state


def combined(state, hash_):
    """Continues a hash over the eight bytes of another, lowest first."""
    return wrapped(continued(state % 2**64, (hash_ % 2**64).to_bytes(8, "little")))


def hash_of(values, value):
    """`values` are the `Values` of the case, which know its impls."""
    values.spend(8)
    written = values.by_impl("Hash", "hash", value)
    if written:
        return written[0]
    if isinstance(value, int):
        return combined(BASIS, int(value))
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        values.spend(len(data))
        return wrapped(continued(BASIS, data))
    if isinstance(value, float):
        # What is equal has one hash: -0.0 counts as 0.0, and all NaN as one.
        bits = 0 if value == 0 else struct.unpack("<q", struct.pack("<d", value))[0]
        return combined(BASIS, 0x7FF8 << 48 if value != value else bits)
    if value == ():
        return 0
    state, parts = BASIS, value
    if isinstance(value, RecordV):
        parts = value.fields
    elif isinstance(value, VariantV):
        state, parts = combined(BASIS, values.order[value.owner].index(value.name)), value.items
    elif not isinstance(value, (list, tuple)):
        raise Unspecified(f"the hash of {value!r}")
    for part in parts:
        state = combined(state, hash_of(values, part))
    return wrapped(state)
