"""How long records are kept, and the removal of those whose time is over."""
