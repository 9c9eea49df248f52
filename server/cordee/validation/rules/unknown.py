"""A property that the type does not have.

https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Iterable
from difflib import get_close_matches

from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

HINTS = "hints"
"""Under which key a run remembers for how many names a likeness was looked for."""
MOST = 200
"""Names for which it is: who misspells more has not misspelled."""


def unknown_property(
    name: str, type_name: str, known: Iterable[str], place: Place, run: Run
) -> None:
    """Say that a property is not known, and which one may have been meant."""
    if name == "resourceType":
        run.add("resource-type-misplaced", place)
        return
    # Looking for a likeness costs; the same mistake often stands in every item of a list.
    asked = ("hint", type_name, name)
    guess = run.memory.get(asked)
    if guess is None:
        guesses = run.memory[HINTS] = run.memory.get(HINTS, 0) + 1
        names = [key for key in known if not key.startswith("_")] if guesses <= MOST else []
        guess = run.memory[asked] = hint(name, names)
    text = excerpt(name)
    run.add("element-unknown", place, member=name, element=text, type=type_name, hint=guess)


def hint(name: str, known: Iterable[str]) -> str:
    """Give ` (perhaps 'x'?)` for the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" ({near[0]}?)" if near else ""
