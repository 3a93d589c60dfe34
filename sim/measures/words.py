"""Numbers in words: amounts, shares and differences as a reader wants to see them."""

import math

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
BETTER = {1: "more", -1: "less", 0: ""}
"""What is better of a measure, in a word."""

SCALES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def counted(number: int, what: str) -> str:
    """Write so many of something: "1 seed", "2 seeds"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def amount(value: float, unit: str, currency: str, *, signed: bool = False) -> str:
    """Write a value with its unit.

    Args:
        value: Any number; one that is not finite is written as a dash.
        unit: Unit of the measure; `share` becomes a percentage (a difference of shares: points), `currency` money.
        currency: Label of all amounts.
        signed: Whether it is a difference, written with its sign.
    """
    if not math.isfinite(value):
        return NONE
    text, tail = _text_of(abs(value), unit, currency, signed=signed)
    sign = MINUS if value < 0 else "+" if signed else ""
    empty = not any(digit in "123456789" for digit in text)
    return f"{'' if empty else sign}{text}{tail}"


def _text_of(size: float, unit: str, currency: str, *, signed: bool) -> tuple[str, str]:
    if unit == "share":
        return (digits(size * 100), " points") if signed else (f"{size * 100:.1f}", "%")
    if unit.startswith("currency"):
        scale, word = next(((s, f" {w}") for s, w in SCALES if size >= s), (1.0, ""))
        return digits(size / scale), f"{word} {unit.replace('currency', currency, 1)}"
    return digits(size), f" {unit}" if unit not in ("", "1", "ratio") else ""


def digits(size: float) -> str:
    """Write a number from 0 with three or four digits that mean something."""
    return f"{size:,.{_places(size)}f}"


def percent(value: float, *, signed: bool = True) -> str:
    """Write a relative difference as a percentage."""
    if not math.isfinite(value):
        return NONE
    sign = MINUS if value < 0 else "+" if signed else ""
    text = f"{abs(value) * 100:.1f}"
    return f"{'' if float(text) == 0 else sign}{text}%"


_SHORT = {"hours": "h", "opportunities": "deals"}


def short_unit(unit: str, currency: str = "currency", *, signed: bool = False) -> str:
    """Write a unit as briefly as tiles and axes need it; nothing for a pure number.

    Args:
        unit: Unit of a measure or a parameter.
        currency: Label of all amounts.
        signed: Whether it is that of a difference: points, where it is one of shares.
    """
    if unit == "share":
        return "points" if signed else "%"
    if unit in ("", "1", "ratio"):
        return ""
    if unit == "specialists":
        return "people"
    of, slash, per = unit.replace("currency", currency, 1).partition(" / ")
    return f"{_SHORT.get(of, of)}{slash}{per}"


def axis_unit(unit: str, size: float, currency: str) -> tuple[float, str]:
    """What differences up to a size are divided by on an axis, and their unit there, such as "million EUR"."""
    scale, word = (0.01, "") if unit == "share" else (1.0, "")
    if unit.startswith("currency"):
        scale, word = next((pair for pair in SCALES if size >= pair[0]), (1.0, ""))
    return scale, f"{word} {short_unit(unit, currency, signed=True)}".strip()


def interval(low: float, high: float, unit: str, currency: str, *, signed: bool = False) -> str:
    """Write an interval from its lower to its upper end."""
    size = max(abs(low), abs(high))
    if not math.isfinite(size):
        return NONE
    scale, word = 1.0, ""
    if unit == "share":
        scale, tail = 0.01, " points" if signed else "%"
    elif unit.startswith("currency"):
        scale, word = next(((s, f" {w}") for s, w in SCALES if size >= s), (1.0, ""))
        tail = f"{word} {unit.replace('currency', currency, 1)}"
    else:
        tail = f" {unit}" if unit not in ("", "1", "ratio") else ""
    places = _places(size / scale)
    return " to ".join(_number(end / scale, places, signed=signed) for end in (low, high)) + tail


def _places(size: float) -> int:
    """Decimals that leave about three digits of a number from 0, four decimals at most."""
    if size >= 100:
        return 0
    return 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else min(4, 1 - math.floor(math.log10(size)))


def _number(value: float, places: int, *, signed: bool) -> str:
    text = f"{abs(value):,.{places}f}"
    sign = MINUS if value < 0 else "+" if signed else ""
    return text if not any(digit in "123456789" for digit in text) else f"{sign}{text}"


def listed(words: list[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def title_of(case: str) -> str:
    """Turn a case's name into a label: `as_is` becomes "As is"."""
    text = case.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def years(weeks: int) -> str:
    """Say how long a run is."""
    count, rest = divmod(weeks, 52)
    if rest or not count:
        return f"{weeks} week{'s' if weeks != 1 else ''}"
    names = ("one year", "two years", "three years", "four years", "five years")
    return names[count - 1] if count <= len(names) else f"{count} years"


def money(value: float, currency: str) -> str:
    """Write an amount in thousands, millions or billions; a dash where it is not known."""
    if not math.isfinite(value):
        return NONE
    for scale, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= scale:
            digits = 2 if abs(value) < 10 * scale else 1 if abs(value) < 100 * scale else 0
            return f"{value / scale:.{digits}f} {letter} {currency}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.0f} {currency}"
