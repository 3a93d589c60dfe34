"""Frames: what is read, what ends a connection, and that nothing is believed that a frame only announces."""

import json
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solara.server.kernel import deserialize_binary_message, serialize_binary_message

from sim.ui.server.frames import MOST_BYTES, MOST_PARTS, FrameError, check_frame

MESSAGE = {"header": {"msg_type": "comm_msg"}, "content": {"data": {}}, "channel": "shell"}


def packed(count: int, starts: list[int], rest: bytes = b"") -> bytes:
    return struct.pack(f"!{len(starts) + 1}I", count, *starts) + rest


def test_what_the_page_sends_is_read():
    check_frame(json.dumps(MESSAGE))
    binary = serialize_binary_message({**MESSAGE, "buffers": [b"abc", b"", b"defg"]})
    check_frame(binary)
    assert deserialize_binary_message(binary)["buffers"] == [b"abc", b"", b"defg"]


def test_a_frame_that_announces_billions_of_parts_is_refused_without_memory():
    frame = packed(2**31, [0] * 16)
    assert len(frame) == 68
    tracemalloc.start()
    with pytest.raises(FrameError, match="announces 2,147,483,648 parts"):
        check_frame(frame)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100_000


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (b"", "announces 0 parts"),
        (b"\0\0", "announces 0 parts"),
        (packed(0, []), "announces 0 parts"),
        (packed(MOST_PARTS + 1, [0] * 65), "it may have 1 to 64"),
        (packed(3, [16]), "ends before its parts begin"),
        (packed(2, [12, 4], b"{}"), "do not lie within it"),
        (packed(2, [12, 999], b"{}"), "do not lie within it"),
        (packed(1, [0], b"{}"), "do not lie within it"),
        (packed(1, [8], b"\xff{}"), "is no JSON"),
        ("[" * 15_000, "is no JSON"),
        ("[" + "{}," * 20_000 + "{}]", "more than 20,000 values"),
        ('{"header": {"msg_type": "comm_msg"}, "content": {"comm_id": []}, "channel": "shell"}', "names no part"),
        ("", "is no JSON"),
        ("[]", "of no kind the page knows"),
        ('{"header": {"msg_type": "execute_request"}}', "of no kind the page knows"),
        ('{"header": {"msg_type": ["comm_msg"]}}', "of no kind the page knows"),
        ('{"header": {"msg_type": "comm_msg"}, "content": 3, "channel": "shell"}', "lacks its content"),
        ('{"header": {"msg_type": "comm_msg"}, "content": {}}', "lacks its content or its channel"),
        ("x" * (MOST_BYTES + 1), "at most 3,000,000 are read"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_frame_is_refused_in_a_sentence(frame, sentence):
    with pytest.raises(FrameError, match=sentence):
        check_frame(frame)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_frame_is_read_or_refused(frame):
    try:
        check_frame(frame)
    except FrameError:
        return
    if isinstance(frame, bytes):
        deserialize_binary_message(frame)


@given(st.lists(st.binary(max_size=20), max_size=5), st.integers(0, 60), st.integers(0, 255))
def test_a_damaged_frame_is_refused_or_still_lies_within_itself(parts, place, value):
    frame = bytearray(serialize_binary_message({**MESSAGE, "buffers": parts}))
    frame[place % len(frame)] = value
    try:
        check_frame(bytes(frame))
    except FrameError:
        return
    assert sum(map(len, deserialize_binary_message(bytes(frame))["buffers"])) <= len(frame)
