"""Functions, as tables by chapter.

http://hl7.org/fhirpath/N1/#functions
"""

from cordee.fhirpath.functions.boundaries import BOUNDARIES
from cordee.fhirpath.functions.combining import COMBINING
from cordee.fhirpath.functions.conversion import CONVERSION
from cordee.fhirpath.functions.encoding import ENCODING
from cordee.fhirpath.functions.existence import EXISTENCE
from cordee.fhirpath.functions.fhir import FHIR
from cordee.fhirpath.functions.filtering import FILTERING
from cordee.fhirpath.functions.math import MATH
from cordee.fhirpath.functions.services import SERVICES
from cordee.fhirpath.functions.strings import STRINGS
from cordee.fhirpath.functions.subsetting import SUBSETTING
from cordee.fhirpath.functions.tree import TREE
from cordee.fhirpath.functions.utility import UTILITY
from cordee.fhirpath.invocation import Functions

FUNCTIONS: Functions = {
    **EXISTENCE,
    **FILTERING,
    **SUBSETTING,
    **COMBINING,
    **CONVERSION,
    **STRINGS,
    **ENCODING,
    **MATH,
    **TREE,
    **UTILITY,
    **FHIR,
    **SERVICES,
    **BOUNDARIES,
}
"""Function name → how to compile it."""
