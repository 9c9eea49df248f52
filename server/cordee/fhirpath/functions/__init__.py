"""Functions, as tables by chapter.

http://hl7.org/fhirpath/N1/#functions
"""

from cordee.fhirpath.functions.combining import COMBINING
from cordee.fhirpath.functions.existence import EXISTENCE
from cordee.fhirpath.functions.fhir import FHIR
from cordee.fhirpath.functions.filtering import FILTERING
from cordee.fhirpath.functions.subsetting import SUBSETTING
from cordee.fhirpath.functions.tree import TREE
from cordee.fhirpath.invocation import Functions

FUNCTIONS: Functions = {
    **EXISTENCE,
    **FILTERING,
    **SUBSETTING,
    **COMBINING,
    **TREE,
    **FHIR,
}
"""Function name → how to compile it."""
