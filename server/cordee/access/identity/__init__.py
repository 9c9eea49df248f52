"""From proven claims to a caller: who in the directory they are, and as what they act."""
