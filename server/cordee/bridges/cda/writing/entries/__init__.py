"""Entries of sections: what the narrative says, in codes."""
