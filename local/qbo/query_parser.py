"""The query language: text to a statement, with the errors of QuickBooks' own parser."""

import re
from dataclasses import dataclass, field

from local.qbo import faults

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^'\\]|\\.|'')*')
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<word>[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)
      | (?P<symbol><=|>=|!=|[=<>(),*])
      | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_OPERATORS = ("=", "<", ">", "<=", ">=", "in", "like")
_EXPECTED_AFTER_NAME = (
    '"." ...\n    "AND" ...\n    "between" ...\n    "contains" ...\n    "=" ...\n    "in" ...\n'
    '    "iterator" ...\n    "like" ...\n    "maxresults" ...\n    "!=" ...\n    "NOT" ...\n'
    '    "OR" ...\n    "order" ...\n    "orderby" ...\n    "startposition" ...\n    '
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    column: int

    @property
    def folded(self) -> str:
        return self.text.lower()


@dataclass(frozen=True)
class Condition:
    """`name operator values`; only IN has several values."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass
class Statement:
    """A parsed query. `columns` is empty for `*`; `count` asks for the number of rows only."""

    entity: str = ""
    columns: list[str] = field(default_factory=list)
    count: bool = False
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    start: int = 1
    limit: int = 100


def parse(statement: str) -> Statement:
    """Parse one SELECT. Raises 4000 for syntax, 4001 for values out of range."""
    return _Parser(_tokens(statement)).statement()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() != position:
            break
        position = match.end()
        kind = str(match.lastgroup)
        tokens.append(Token(kind, match[kind], match.start(kind) + 1))
    if not tokens:
        raise faults.query_syntax(
            'Encountered "<EOF>" at line 0, column 0.\nWas expecting:\n    "select" ...\n    '
        )
    tokens.append(Token("end", "<EOF>", len(text.rstrip()) + 1))
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        if self.token.kind in ("word", "symbol") and self.token.folded in texts:
            self.at += 1
            return True
        return False

    def fail(self, expected: str = '"(" ...\n    ') -> Exception:
        token = self.token
        names = {"word": "<IDENTIFIER>", "string": "<STRING>", "number": "<DOUBLE>"}
        what = (
            "<EOF>"
            if token.kind == "end"
            else f'{names.get(token.kind, "")} "{token.text} "'.strip()
        )
        return faults.query_syntax(
            f'Encountered " {what}" at line 1, column {token.column}.\nWas expecting:\n    '
            + expected
        )

    def word(self) -> str:
        if self.token.kind != "word":
            raise self.fail("<IDENTIFIER> ...\n    ")
        return self.take().text

    def statement(self) -> Statement:
        result = Statement()
        if not self.accept("select"):
            raise self.fail('"select" ...\n    ')
        self.selection(result)
        if not self.accept("from"):
            raise self.fail('"from" ...\n    ')
        result.entity = self.word()
        if self.accept("where"):
            result.conditions.append(self.condition())
            while self.accept("and"):
                result.conditions.append(self.condition())
        self.tail(result)
        return result

    def selection(self, result: Statement) -> None:
        """`count(*)`, columns, or `*`, which may be followed by columns and means all anyway."""
        everything = self.accept("*")
        if not everything:
            name = self.word()
            if name.lower() == "count" and self.accept("("):
                self.expect("*")
                self.expect(")")
                result.count = True
                return
            result.columns.append(name)
        while self.accept(","):
            column = self.word()
            if not everything:
                result.columns.append(column)

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise self.fail(f'"{symbol}" ...\n    ')

    def condition(self) -> Condition:
        name = self.word()
        operator = self.token.folded
        if operator not in _OPERATORS:
            raise self.fail(_EXPECTED_AFTER_NAME)
        self.take()
        if operator != "in":
            return Condition(name, operator, (self.value(),))
        self.expect("(")
        values = [self.value()]
        while self.accept(","):
            values.append(self.value())
        self.expect(")")
        return Condition(name, operator, tuple(values))

    def value(self) -> str:
        token = self.token
        if token.kind == "string":
            self.take()
            return re.sub(r"\\(.)|''", lambda match: match[1] or "'", token.text[1:-1])
        if token.kind == "number" or token.folded in ("true", "false", "current_date", "null"):
            self.take()
            return token.text
        raise self.fail("<STRING> ...\n    ")

    def tail(self, result: Statement) -> None:
        while self.token.kind != "end":
            if self.accept("orderby") or (self.accept("order") and self.accept("by")):
                result.order.append(self.ordering())
                while self.accept(","):
                    result.order.append(self.ordering())
            elif self.accept("startposition"):
                result.start = self.whole()
            elif self.accept("maxresults"):
                result.limit = self.whole()
            else:
                raise self.fail(_EXPECTED_AFTER_NAME)

    def ordering(self) -> tuple[str, bool]:
        name = self.word()
        if self.accept("desc"):
            return (name, True)
        self.accept("asc")
        return (name, False)

    def whole(self) -> int:
        if self.token.kind not in ("number", "string") or not self.token.text.strip("'").isdigit():
            raise self.fail("<INTEGER> ...\n    ")
        value = int(self.take().text.strip("'"))
        if value < 1:
            raise faults.query_invalid(f"value {value} is too small. Min allowed value is 1")
        return value
