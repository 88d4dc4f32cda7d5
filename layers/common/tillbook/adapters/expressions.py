"""Conditions and updates as DynamoDB expressions. Every name and value is a placeholder, so that no
attribute can clash with a reserved word."""

from typing import Any

from tillbook.adapters.items import WireValue, encode
from tillbook.ports import (
    Absent,
    AnyOf,
    Below,
    Condition,
    Equals,
    Missing,
    Present,
    Update,
    When,
)


class Expressions:
    """The expressions of one request, which share their placeholders."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, WireValue] = {}

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = encode(value)
        return placeholder

    def condition(self, when: When) -> str:
        return " AND ".join(self._condition(one) for one in when)

    def change(self, update: Update) -> str:
        """SET, REMOVE and ADD of an update."""
        sets = [f"{self.name(name)} = {self.value(value)}" for name, value in update.set.items()]
        removes = [self.name(name) for name in update.remove]
        adds = [f"{self.name(name)} {self.value(value)}" for name, value in update.add.items()]
        clauses = (("SET", sets), ("REMOVE", removes), ("ADD", adds))
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)

    def parameters(self) -> dict[str, Any]:
        """What the request has to carry beside its expressions. DynamoDB refuses empty maps."""
        maps = {
            "ExpressionAttributeNames": {holder: name for name, holder in self._names.items()},
            "ExpressionAttributeValues": self._values,
        }
        return {parameter: entries for parameter, entries in maps.items() if entries}

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Absent():
                return f"attribute_not_exists({self.name('pk')})"
            case Present():
                return f"attribute_exists({self.name('pk')})"
            case Missing(attribute):
                return f"attribute_not_exists({self.name(attribute)})"
            case Equals(attribute, value):
                return f"{self.name(attribute)} = {self.value(value)}"
            case Below(attribute, value):
                return f"{self.name(attribute)} < {self.value(value)}"
            case AnyOf():
                parts = [self._condition(one) for one in _flat(condition)]
                return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _flat(condition: Condition) -> list[Condition]:
    """DynamoDB refuses redundant parentheses, so a choice within a choice is one choice."""
    if not isinstance(condition, AnyOf):
        return [condition]
    return [one for nested in condition.conditions for one in _flat(nested)]
