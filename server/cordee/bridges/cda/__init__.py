"""CDA R2 as the French interoperability framework (CI-SIS) shapes it: written, read, validated."""
