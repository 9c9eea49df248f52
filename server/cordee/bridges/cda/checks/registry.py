"""All checks of ours, in the order their faults are told."""

from cordee.bridges.cda.checks import body, header, identity, participants, times, versions
from cordee.bridges.cda.checks.fault import Check

HEADER: tuple[Check, ...] = (
    header.check_templates,
    header.check_elements,
    header.check_values,
    identity.check_traits,
    identity.check_qualifiers,
    participants.check_author,
    participants.check_informant,
    times.check_form,
    body.check_level,
)
"""What the CI-SIS header asks; the official rules ask it too."""

OURS: tuple[Check, ...] = (
    identity.check_ins,
    versions.check_version,
    versions.check_replacement,
    versions.check_model_version,
    versions.check_language,
    participants.check_recipient,
    times.check_order,
    body.check_content,
    body.check_copies,
)
"""What the official rules do not look at."""
