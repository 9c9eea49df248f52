"""What `cordee validate` does with each file, and how it writes what it found."""
