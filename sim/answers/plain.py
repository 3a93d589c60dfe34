"""What was found as plain values, for JSON."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

MOST_LETTERS = 250
"""Of a name or a title that Office takes."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal_text(text: str, most: int | None = MOST_LETTERS) -> str:
    """Leave out of text of users and files what no file of Office may hold, and cut it after so many letters."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)[:most]


def plain_value(value: Any) -> Any:
    """Turn records into dicts, tuples into lists, numbers of numpy into those of Python; what is not finite is None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_value(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(content) for content in value]
    if isinstance(value, np.generic | np.ndarray):
        return plain_value(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def plain_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Do the same with everything in a record."""
    return {name: plain_value(value) for name, value in record.items()}


def json_text(record: Mapping[str, Any]) -> str:
    """Write a record as JSON; dates are text."""
    return json.dumps(plain_record(record), indent=2, ensure_ascii=False, allow_nan=False, default=str)
