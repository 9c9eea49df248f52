"""What surrounds an evaluation: variables, services of the caller, and the budget.

http://hl7.org/fhirpath/N1/#environment-variables
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from cordee.fhirpath.errors import BudgetError
from cordee.resource.types import Resource

MemberOf: TypeAlias = Callable[[str, Any, str], bool | None]
Subsumes: TypeAlias = Callable[[Any, Any], bool | None]
ConformsTo: TypeAlias = Callable[[str, Any, str], bool | None]
Slice: TypeAlias = Callable[[str, Any, str, str], bool | None]

Answer = TypeVar("Answer")

DEFAULT_STEPS = 1_000_000
DEFAULT_LEVELS = 100
SLICE = 20_000
"""Steps between two calls of `pause`."""


@dataclass(slots=True)
class Environment:
    """The surroundings of evaluations; one may serve many expressions on one resource, in turn.

    `resource` is `%resource` (default: the focus when it is a resource), `root` is `%rootResource`
    (default: `resource`), `context` is `%context` (default: the focus).

    Services answer None for "unknown"; an absent service, or None, raises CannotEvaluateError:

    - `resolve(reference)` gives the resource, or None when there is none: then the item is left out
    - `member_of(type, value, value_set)` serves memberOf
    - `subsumes(coding, other)` serves subsumes and subsumedBy; both are Coding objects
    - `conforms_to(type, value, profile)` serves conformsTo
    - `element_definition(type, value)` serves elementDefinition
    - `in_slice(type, value, structure, name)` serves slice
    - `trace(name, values)` hears of trace; without it trace is silent

    `variables` holds plain JSON or Nodes, alone or in lists, by name without the percent sign.
    `now` stands still so that one evaluation has one time. `steps` bounds the items looked at by
    one evaluation, `levels` how deep repeat() and descendants() go. `pause` is called now and then
    while an evaluation goes on, and may end it by raising.
    """

    resource: Resource | None = None
    root: Resource | None = None
    context: Any = None
    resolve: Callable[[str], Resource | None] | None = None
    member_of: MemberOf | None = None
    subsumes: Subsumes | None = None
    conforms_to: ConformsTo | None = None
    element_definition: Callable[[str, Any], Resource | None] | None = None
    in_slice: Slice | None = None
    trace: Callable[[str, list[Any]], None] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    now: datetime | None = None
    steps: int = DEFAULT_STEPS
    levels: int = DEFAULT_LEVELS
    pause: Callable[[], None] | None = None
    first: int = field(default=DEFAULT_STEPS, init=False)
    left: int = field(default=DEFAULT_STEPS, init=False)
    later: int = field(default=0, init=False)
    index: int | None = field(default=None, init=False)
    total: list[Any] = field(default_factory=list, init=False)
    focus: Any = field(default=None, init=False)
    memory: dict[Any, Any] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Divide the steps into what is there at once and what comes after a pause."""
        self.first = self.steps if self.pause is None else min(self.steps, SLICE)
        self.begin()

    def begin(self) -> None:
        """Begin an evaluation with a fresh budget."""
        self.left = self.first
        self.later = self.steps - self.first

    def remembered(self, of: Any, make: Callable[[], Any]) -> Any:
        """Give what `make` gave for the same `of` before, within one evaluation."""
        if self.memory is None:
            self.memory = {}
        if of not in self.memory:
            self.memory[of] = make()
        return self.memory[of]

    def ask(self, service: Callable[..., Answer], *about: Any) -> Answer:
        """Call a service, which may itself evaluate expressions in this environment."""
        kept = (self.left, self.later, self.index, self.total, self.focus, self.memory)
        try:
            return service(*about)
        finally:
            self.left, self.later, self.index, self.total, self.focus, self.memory = kept

    def spend(self, steps: int) -> None:
        """Count work done. Raises BudgetError when there was too much of it."""
        self.left -= steps
        if self.left < 0:
            self._go_on()

    def _go_on(self) -> None:
        while self.left < 0 < self.later:
            if self.pause is not None:
                self.pause()
            more = min(self.later, SLICE)
            self.left += more
            self.later -= more
        if self.left < 0:
            raise BudgetError(f"the expression takes more than {self.steps} steps")

    def moment(self) -> datetime:
        """Give the time of the evaluation, the same at every call."""
        if self.now is None:
            self.now = datetime.now(UTC)
        return self.now
