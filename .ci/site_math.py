"""Equations of the model's description as MathML: what stands as code in the document, drawn by the browser.

An equation is a line `name := expression`, lines that go on with it, and a remark behind a wide gap. What is no
expression, such as "the sum of these eight", stays in words; every name and number is kept.
"""

from __future__ import annotations

import re
from html import escape

_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BEGIN = re.compile(r"([\w.]+) *(:=|=) +(?=\S)")
_BESIDE = 40  # spaces before a line that has a remark only
_REMARK = re.compile(r" {4,}(?=\S)")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:e-?\d+)?%?)|([^\W\d][\w.]*(?:'s)?)|(:=|<=|>=|.))", re.DOTALL)
_SIGNS = {"*": "&#xD7;", "-": "&#x2212;", ":=": "=", "<=": "&#x2264;", ">=": "&#x2265;"}

Token = tuple[str, str]


class _NoExpressionError(Exception):
    """Words where an expression was looked for."""


def as_mathml(markdown: str) -> str:
    """Put tables of MathML in place of the blocks of equations; other blocks of code stay."""
    return _BLOCK.sub(lambda match: _table(match[1]) if _BEGIN.match(match[1]) else match[0], markdown)


def _table(block: str) -> str:
    rows = []
    for name, expression, remark in _equations(block):
        left = f"<math>{_name(name)}</math>" if name else ""
        sign = "<math><mo>=</mo></math>" if name else ""
        right = f'<math displaystyle="true">{_drawn(expression)}</math>' if expression else ""
        rows.append(f"<tr><td>{left}</td><td>{sign}</td><td>{right}</td><td>{escape(remark)}</td></tr>")
    return f'<div class="equations" style="overflow-x: auto"><table class="equations">{"".join(rows)}</table></div>'


def _equations(block: str) -> list[list[str]]:
    """Give name, expression and remark of each line of a block; a line that goes on with the last one is part of it."""
    lines: list[list[str]] = []
    for line in block.splitlines():
        beside = line.startswith(" " * _BESIDE)
        begins = None if beside else _BEGIN.match(line.strip())
        whole = line.strip()[begins.end() :] if begins else line.strip()
        text, *remarks = ["", whole] if beside else _REMARK.split(whole)
        if not lines or (text and not _goes_on(lines[-1][1], text)):
            lines.append([begins[1] if begins else "", "", ""])
        lines[-1][1] = f"{lines[-1][1]} {text}".strip()
        lines[-1][2] = f"{lines[-1][2]} {' '.join(remarks)}".strip()
    return lines


def _goes_on(before: str, text: str) -> bool:
    return text[0] in "+-*/^" or before.count("(") > before.count(")") or before.endswith("than")


def _drawn(expression: str) -> str:
    tokens = _tokens(expression)
    parser = _Parser(tokens)
    try:
        drawn = parser.sum()
        if parser.at == len(tokens):
            return f"<mrow>{drawn}</mrow>"
    except _NoExpressionError:
        pass
    return "<mrow>" + "".join(_single(kind, text) for kind, text in tokens) + "</mrow>"


def _tokens(expression: str) -> list[Token]:
    kinds = ("number", "name", "sign")
    found = []
    for match in _TOKEN.finditer(expression.strip()):
        place = match.lastindex or 0
        found.append((kinds[place - 1], match[place]))
    return found


def _single(kind: str, text: str) -> str:
    """A token by itself, where the line is in words."""
    if kind == "name" and not re.search(r"[._]", text):
        return f"<mtext>&#xA0;{escape(text)}&#xA0;</mtext>"
    return {"number": _number, "name": _name, "sign": _sign}[kind](text)


def _name(text: str) -> str:
    return f'<mi mathvariant="normal">{escape(text)}</mi>'


def _number(text: str) -> str:
    return f"<mn>{escape(text)}</mn>"


def _sign(text: str) -> str:
    return f"<mo>{_SIGNS.get(text, escape(text))}</mo>"


class _Parser:
    """Sums, products, quotients, powers, calls and switches; a quotient is a fraction."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def _next(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, *signs: str) -> str:
        kind, text = self._next()
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise _NoExpressionError

    def sum(self) -> str:
        """A sum, or a difference."""
        first = self._take("-")
        drawn = (_sign(first) if first else "") + self.product()
        while sign := self._take("+", "-"):
            drawn += _sign(sign) + self.product()
        return drawn

    def product(self) -> str:
        """Factors and what divides them."""
        drawn = self.power()
        while sign := self._take("*", "/"):
            other = self.power()
            if sign == "*":
                drawn += _sign("*") + other
            else:
                drawn = f"<mfrac><mrow>{_bare(drawn)}</mrow><mrow>{_bare(other)}</mrow></mfrac>"
        return drawn

    def power(self) -> str:
        """A factor, raised or not."""
        base = self.factor()
        return f"<msup><mrow>{base}</mrow><mrow>{_bare(self.factor())}</mrow></msup>" if self._take("^") else base

    def factor(self) -> str:
        """A number, a name, a call, a switch, or a sum in brackets."""
        kind, text = self._next()
        if kind == "number":
            self.at += 1
            return _number(text)
        if kind == "name":
            self.at += 1
            if self._next()[0] == "name":
                raise _NoExpressionError  # words
            return _name(text) + (self._brackets("(", ")") if self._next() == ("sign", "(") else "")
        return self._brackets(*("[", "]") if text == "[" else ("(", ")"))

    def _brackets(self, opening: str, closing: str) -> str:
        self._need(opening)
        parts = [self.sum()]
        while self._take(","):
            parts.append(self.sum())
        self._need(closing)
        return f"<mrow><mo>{opening}</mo>{'<mo>,</mo>'.join(parts)}<mo>{closing}</mo></mrow>"


def _bare(drawn: str) -> str:
    """What stands in a fraction or above needs no brackets around all of it."""
    inner = drawn.removeprefix("<mrow><mo>(</mo>").removesuffix("<mo>)</mo></mrow>")
    whole = drawn.startswith("<mrow><mo>(</mo>") and drawn.endswith("<mo>)</mo></mrow>")
    return inner if whole and inner.count("<mo>(</mo>") == inner.count("<mo>)</mo>") and _level(inner) else drawn


def _level(inner: str) -> bool:
    """Whether brackets close no earlier than they open."""
    depth = 0
    for bracket in re.findall(r"<mo>([()])</mo>", inner):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return True
