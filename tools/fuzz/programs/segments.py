"""What `<<…>>` means: Ints of any number of bits, bytes and texts, one after the other."""

from values import wrapped


def packed(parts):
    """Bytes of pairs of a segment and its value."""
    bits, count = 0, 0
    for segment, value in parts:
        if segment.kind == "int":
            number, size = value % 2**segment.size, segment.size
            if segment.is_little:
                number = int.from_bytes(number.to_bytes(size // 8, "little"), "big")
        else:
            raw = value.encode() if segment.kind == "utf8" else value
            number, size = int.from_bytes(raw, "big"), 8 * len(raw)
        bits, count = bits << size | number, count + size
    return bits.to_bytes(count // 8, "big")


def taken_apart(segments, data, sizes):
    """The value of each segment, or `None` when the data does not fit. `sizes` answers the Int that
    an earlier segment has bound, from the values so far and the name."""
    values, at, whole = [], 0, 8 * len(data)
    number = int.from_bytes(data, "big")
    for segment in segments:
        if segment.kind == "int":
            size = segment.size
        elif segment.size is None:
            size = whole - at
        else:
            size = 8 * sizes(values, segment.size)
        if not 0 <= size <= whole - at:
            return None
        part = number >> (whole - at - size) & (1 << size) - 1
        at += size
        if segment.kind == "int":
            if segment.is_little:
                part = int.from_bytes(part.to_bytes(size // 8, "big"), "little")
            values.append(wrapped(part))
            continue
        raw = part.to_bytes(size // 8, "big")
        if segment.kind == "bytes":
            values.append(raw)
            continue
        try:
            values.append(raw.decode())
        except UnicodeDecodeError:
            return None
    return values if at == whole else None
