"""What was found as plain values, for JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


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
