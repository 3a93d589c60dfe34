"""Frames of the page's websocket, looked at before anything reads them.

A binary frame begins with the number of its parts and where each begins, as big-endian numbers of four bytes; the first
part is JSON, the others are what it refers to. The framework takes the number on trust, so that 68 bytes could make it
fill the memory.
"""

import json
import struct
from typing import Any

MOST_BYTES = 3_000_000  # bytes of a frame: the longest scenario a visitor may bring along, as a browser sends it

MOST_VALUES = 20_000
"""Lists, tables and values in a frame; assumed, far above what the page's own have; an upload is one text."""

MOST_PARTS = 64  # parts of a binary frame; assumed, above what a page sends

_KINDS = frozenset(
    {"kernel_info_request", "comm_open", "comm_msg", "comm_close", "comm_info_request", "shutdown_request"}
)


class FrameError(ValueError):
    """A frame that nothing may read; the message says why."""


def check_frame(frame: str | bytes) -> None:
    """Refuse a frame that is not a message of the page.

    Raises:
        FrameError: It is too large, announces what it does not hold, or is no message.
    """
    if len(frame) > MOST_BYTES:
        raise FrameError(f"a message has {len(frame):,} bytes; at most {MOST_BYTES:,} are read")
    text = frame.encode(errors="replace") if isinstance(frame, str) else _first_part(frame)
    if sum(map(text.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise FrameError(f"a message has more than {MOST_VALUES:,} values")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("a message is no JSON") from error
    _check_message(message)


def _first_part(frame: bytes) -> bytes:
    """The JSON of a binary frame, once all of its parts are known to lie within it."""
    count = struct.unpack_from("!I", frame)[0] if len(frame) >= struct.calcsize("!I") else 0
    if not 1 <= count <= MOST_PARTS:
        raise FrameError(f"a message announces {count:,} parts; it may have 1 to {MOST_PARTS}")
    table_end = struct.calcsize(f"!{count + 1}I")
    if len(frame) < table_end:
        raise FrameError("a message ends before its parts begin")
    starts = struct.unpack_from(f"!{count}I", frame, struct.calcsize("!I"))
    if list(starts) != sorted(starts) or starts[0] < table_end or starts[-1] > len(frame):
        raise FrameError("the parts of a message do not lie within it")
    return frame[starts[0] : starts[1] if count > 1 else len(frame)]


def _check_message(message: Any) -> None:
    header = message.get("header") if isinstance(message, dict) else None
    if not isinstance(header, dict) or str(header.get("msg_type")) not in _KINDS:
        raise FrameError("a message is of no kind the page knows")
    content = message.get("content")
    if not isinstance(content, dict) or not isinstance(message.get("channel"), str):
        raise FrameError("a message lacks its content or its channel")
    if str(header["msg_type"]).startswith("comm_") and not isinstance(content.get("comm_id", ""), str):
        raise FrameError("a message names no part of the page")
