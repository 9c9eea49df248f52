"""Import: read resources from files of any usual shape, store them in bulk, resume, report."""
