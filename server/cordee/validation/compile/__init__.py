"""From definitions to rules: one file per rule, each with a twin in `rules/` that it makes."""
