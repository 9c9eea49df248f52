"""What Bundles ask beyond the shape of their entries.

https://hl7.org/fhir/R4/bundle.html
"""

from cordee.validation.rules.bundle.document import document
from cordee.validation.rules.bundle.full_url import full_urls
from cordee.validation.rules.bundle.links import links
from cordee.validation.rules.bundle.message import message
from cordee.validation.rules.bundle.search_set import search_set
from cordee.validation.run import Check

BUNDLE: tuple[Check, ...] = (full_urls, document, message, search_set, links)
"""The rules of Bundles; adding one adds a row."""
