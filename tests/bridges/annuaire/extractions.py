"""Extractions of the directory as tests write them: invented people, the public columns."""

from collections.abc import Iterable
from pathlib import Path

from cordee.resource.check_digits import luhn_digit

AT = " (coord. structure)"
COLUMNS = (
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Code civilité d'exercice",
    "Libellé civilité d'exercice",
    "Code civilité",
    "Libellé civilité",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Code profession",
    "Libellé profession",
    "Code catégorie professionnelle",
    "Libellé catégorie professionnelle",
    "Code type savoir-faire",
    "Libellé type savoir-faire",
    "Code savoir-faire",
    "Libellé savoir-faire",
    "Code mode exercice",
    "Libellé mode exercice",
    "Numéro SIRET site",
    "Numéro SIREN site",
    "Numéro FINESS site",
    "Numéro FINESS établissement juridique",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Enseigne commerciale site",
    f"Complément destinataire{AT}",
    f"Complément point géographique{AT}",
    f"Numéro Voie{AT}",
    f"Indice répétition voie{AT}",
    f"Code type de voie{AT}",
    f"Libellé type de voie{AT}",
    f"Libellé Voie{AT}",
    f"Mention distribution{AT}",
    f"Bureau cedex{AT}",
    f"Code postal{AT}",
    f"Code commune{AT}",
    f"Libellé commune{AT}",
    f"Code pays{AT}",
    f"Libellé pays{AT}",
    f"Téléphone{AT}",
    f"Téléphone 2{AT}",
    f"Télécopie{AT}",
    f"Adresse e-mail{AT}",
    "Code Département (structure)",
    "Libellé Département (structure)",
    "Ancien identifiant de la structure",
    "Autorité d'enregistrement",
    "Code secteur d'activité",
    "Libellé secteur d'activité",
    "Code section tableau pharmaciens",
    "Libellé section tableau pharmaciens",
    "Code rôle",
    "Libellé rôle",
    "Code genre activité",
    "Libellé genre activité",
)
Line = dict[str, str]


def rpps(number: int) -> str:
    """Make an RPPS number."""
    body = f"10{number:08}"
    return body + luhn_digit(body)


def line(number: int, structure: int = 1, **other: str) -> Line:
    """Make a line; `other` columns are named as in the file."""
    return {
        "Type d'identifiant PP": "8",
        "Identifiant PP": rpps(number),
        "Identification nationale PP": f"8{rpps(number)}",
        "Code civilité": "MME",
        "Code civilité d'exercice": "DR",
        "Nom d'exercice": f"LEFÈVRE{number}",
        "Prénom d'exercice": "Zoé",
        "Code profession": "10",
        "Libellé profession": "Médecin",
        "Code catégorie professionnelle": "C",
        "Libellé catégorie professionnelle": "Civil",
        "Code type savoir-faire": "S",
        "Code savoir-faire": "SM54",
        "Libellé savoir-faire": "Médecine générale (SM)",
        "Code mode exercice": "L",
        "Libellé mode exercice": "Libéral",
        "Numéro FINESS site": f"75{structure:06}{luhn_digit(f'75{structure:06}')}",
        "Identifiant technique de la structure": f"F75{structure:07}",
        "Raison sociale site": f"MAISON DE SANTÉ {structure}",
        f"Numéro Voie{AT}": "12",
        f"Libellé type de voie{AT}": "Rue",
        f"Libellé Voie{AT}": "DES CORDIERS",
        f"Code postal{AT}": "75011",
        f"Libellé commune{AT}": "Paris",
        f"Téléphone{AT}": f"01{number:08}",
        "Code secteur d'activité": "SA07",
        "Libellé secteur d'activité": "Cabinet individuel",
    } | other


def write(path: Path, lines: Iterable[Line], encoding: str = "utf-8") -> Path:
    """Write a file with a header; every line ends with a separator, as the public ones do."""
    rows = [dict.fromkeys(COLUMNS, "") | row for row in lines]
    text = "|".join(COLUMNS) + "|\n"
    text += "".join("|".join(row[name] for name in COLUMNS) + "|\n" for row in rows)
    path.write_text(text, encoding)
    return path
