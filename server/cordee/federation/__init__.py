"""Federation of care circles between servers."""
