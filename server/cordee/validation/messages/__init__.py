"""The messages of the validator, in English and French."""
