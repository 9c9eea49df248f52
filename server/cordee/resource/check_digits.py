"""Check digits of French identifiers: INS matricule, RPPS, FINESS, SIREN and SIRET.

The INS key is 97 minus the 13-character matricule modulo 97, where Corsica's 2A and 2B count as 19
and 18. RPPS, FINESS, SIREN and SIRET numbers end in a Luhn digit.
"""

CORSICA = {"2A": "19", "2B": "18"}


def ins_key(matricule: str) -> int | None:
    """Give the key of a 13-character INS matricule, or None if it is not one."""
    department = matricule[5:7].upper()
    digits = matricule[:5] + CORSICA.get(department, department) + matricule[7:]
    if len(matricule) != 13 or not (digits.isascii() and digits.isdigit()):
        return None
    return 97 - int(digits) % 97


def is_ins(value: str) -> bool:
    """Tell whether a 15-character INS carries its right key."""
    key = ins_key(value[:13])
    return len(value) == 15 and key is not None and value[13:] == f"{key:02}"


def luhn_digit(body: str) -> str:
    """Give the Luhn digit that completes a string of digits."""
    total = 0
    for position, digit in enumerate(reversed(body)):
        weighted = int(digit) * (2 if position % 2 == 0 else 1)
        total += weighted - 9 if weighted > 9 else weighted
    return str(-total % 10)


def is_luhn(value: str) -> bool:
    """Tell whether a string of digits ends in its Luhn digit."""
    return value.isascii() and value.isdigit() and luhn_digit(value[:-1]) == value[-1]
