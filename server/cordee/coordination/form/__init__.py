"""Forms that think along (SDC): filled beforehand, scored, and turned into findings."""
