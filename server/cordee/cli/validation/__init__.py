"""What `cordee validate` does with each file."""
