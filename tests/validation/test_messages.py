"""The catalogue of messages: complete, in two languages, and used."""

import re
from pathlib import Path
from string import Formatter

import pytest

import cordee.validation
from cordee.resource.xml_faults import TEXTS
from cordee.validation.messages.catalogue import messages

SOURCES = Path(cordee.validation.__file__).parent


def fields(template: str) -> set[str]:
    """Give the names of the arguments that a template wants."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_say_the_same_things() -> None:
    """English and French want the same arguments, but for what one of them need not repeat."""
    for key, message in messages().items():
        assert fields(message.texts["fr"]) <= fields(message.texts["en"]), key


def test_every_message_that_rules_name_is_kept() -> None:
    """No rule names a message that the catalogue does not have."""
    named = re.compile(r'run\.add\(\s*"([a-z0-9-]+)"|message_id = "([a-z0-9-]+)"')
    for file in SOURCES.rglob("*.py"):
        for match in named.finditer(file.read_text()):
            assert (match[1] or match[2]) in messages(), f"{file.name}: {match[0]}"


def test_every_message_is_used() -> None:
    """The catalogue keeps no message that no rule, nor $validate nor the reader of XML, names."""
    elsewhere = ("operations/resource_validate.py", "outcome.py", "resource/xml_faults.py")
    files = [*SOURCES.rglob("*.py"), *(SOURCES.parent / name for name in elsewhere)]
    text = "".join(file.read_text() for file in files)
    prefixes = ("binding-",)
    unused = [key for key in messages() if f'"{key}"' not in text and not key.startswith(prefixes)]
    assert unused == []


def test_every_fault_of_xml_is_told_in_both_languages() -> None:
    """What reading XML finds has a message that wants no more than the reader gives."""
    for key, template in TEXTS.items():
        wanted = fields(messages()[key].texts["en"])
        assert wanted <= fields(template) | {"hint"}, key


@pytest.mark.parametrize("language", ["fr", "fr-CA", "en", "de", ""])
def test_any_language_reads_something(language: str) -> None:
    """A language that is not kept reads English."""
    message = messages()["json-array-empty"]
    expected = "fr" if language.startswith("fr") else "en"
    assert message.text(language, {"element": "x"}) == message.texts[expected].format(element="x")
