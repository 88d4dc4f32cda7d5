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
_WHOLE = re.compile("[0-9]{1,18}")
_OPERATORS = ("=", "<", ">", "<=", ">=", "in", "like")
_NAMED = ("and", "or", "not")
_LITERALS = (
    *("select", "from", "where", "in", "like", "between", "contains", "iterator"),
    *("order", "orderby", "by", "asc", "desc", "startposition", "maxresults"),
)
_AFTER_NAME = (
    *('"."', "<AND>", '"between"', '"contains"', '"="', '"in"', '"iterator"', '"like"'),
    *('"maxresults"', '"!="', "<NOT>", "<OR>", '"order"', '"orderby"', '"startposition"'),
)
_AFTER_VALUE = (
    *("<EOF>", "<AND>", '"iterator"', '"maxresults"', "<OR>", '"order"', '"orderby"'),
    '"startposition"',
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int
    column: int

    @property
    def folded(self) -> str:
        return self.text.lower()

    @property
    def image(self) -> str:
        """How the parser's messages name the kind of token."""
        if self.kind == "word":
            if self.folded in _NAMED:
                return f"<{self.text.upper()}>"
            return f'"{self.folded}"' if self.folded in _LITERALS else "<IDENTIFIER>"
        if self.kind == "number":
            return "<DOUBLE>" if "." in self.text else "<INTEGER>"
        return "<STRING>" if self.kind == "string" else f'"{self.text}"'


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
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        line, column = _place(text, match.start(kind))
        unclosed = match[kind] == "'"
        content = text[match.start(kind) :] if unclosed else match[kind]
        tokens.append(Token(kind, content, line, column))
    if not tokens:
        return [Token("end", "<EOF>", 0, 0)]
    tokens.append(Token("end", "<EOF>", *_place(text, len(text.rstrip()))))
    return tokens


def _place(text: str, position: int) -> tuple[int, int]:
    """Line and column, both counted from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


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

    def fail(self, *expected: str) -> Exception:
        """The parser's message: what it met, where, and what it had expected."""
        token = self.token
        if token.kind == "other":
            return self.lexical(token)
        met = "<EOF>" if token.kind == "end" else f' {token.image} "{token.text} "'
        others = [each for each in expected if each != token.image]
        listed = "\n    ".join(f"{each} ..." if each != "<EOF>" else "<EOF> " for each in others)
        return faults.query_syntax(
            f'Encountered "{met}" at line {token.line}, column {token.column}.\n'
            f"Was expecting{' one of' if len(expected) > 1 else ''}:\n    {listed}\n    "
        )

    def lexical(self, token: Token) -> Exception:
        """What is no token at all; a quote that is never closed is one up to the end."""
        found = f'"{token.text}" ({ord(token.text[0])}), after : ""'
        if token.text.startswith("'"):
            found = f'<EOF> after : "{token.text}"'
        return faults.query_syntax(
            f"Invalid content. Lexical error at line {token.line}, column {token.column}.  "
            f"Encountered: {found}"
        )

    def word(self) -> str:
        if self.token.kind != "word":
            raise self.fail("<IDENTIFIER>")
        return self.take().text

    def statement(self) -> Statement:
        result = Statement()
        if not self.accept("select"):
            raise self.fail('"select"')
        self.selection(result)
        if not self.accept("from"):
            raise self.fail('"from"')
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
            raise self.fail(f'"{symbol}"')

    def condition(self) -> Condition:
        name = self.word()
        operator = self.token.folded
        if operator not in _OPERATORS:
            raise self.fail(*_AFTER_NAME)
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
        raise self.fail("<STRING>")

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
                after_value = bool(result.conditions) and not result.order
                raise self.fail(*(_AFTER_VALUE if after_value else _AFTER_NAME))

    def ordering(self) -> tuple[str, bool]:
        name = self.word()
        if self.accept("desc"):
            return (name, True)
        self.accept("asc")
        return (name, False)

    def whole(self) -> int:
        text = self.token.text.strip("'")
        if self.token.kind not in ("number", "string") or not _WHOLE.fullmatch(text):
            raise self.fail("<INTEGER>")
        value = int(self.take().text.strip("'"))
        if value < 1:
            raise faults.query_invalid(f"value {value} is too small. Min allowed value is 1")
        return value
