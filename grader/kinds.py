"""Name the kinds of values that the fields of a report hold.

The dataclasses in `model/` and `figure.py` are the definition of `report/v1`. Their annotations say all that a stored
report must obey: `plain.py` reads by them, and report.schema.json is generated from them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, TypeVar


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for a value, beyond its type, in the keywords of JSON Schema."""

    minimum: int | None = None
    maximum: float = math.inf
    pattern: str | None = None

    def allows(self, data: object) -> bool:
        """Tell whether a stored value, of any type, obeys the rule.

        A bound allows finite numbers alone: JSON has no others, so a report keeps those as texts.
        """
        if self.pattern is not None:
            # `match` alone would let a line feed follow the pattern's `$`.
            return isinstance(data, str) and re.fullmatch(self.pattern, data) is not None
        return self.minimum is None or (isinstance(data, (int, float)) and self.minimum <= data <= self.maximum)


LATER = Rule()  # marks a field that `report/v1` did not have from the beginning: older reports lack it
Value = TypeVar("Value")

Later = Annotated[Value, LATER]
Count = Annotated[int, Rule(minimum=0)]
Line = Annotated[int, Rule(minimum=1)]
Level = Annotated[int, Rule(minimum=0, maximum=3)]
Seconds = Annotated[float, Rule(minimum=0)]
Digest = Annotated[str, Rule(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Rule(pattern="^[A-Za-z0-9._-]{1,64}$")]  # safe as the name of a file everywhere
