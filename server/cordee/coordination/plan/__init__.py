"""The personalised coordination plan (PPCS): what was agreed, signed, and is in force."""
