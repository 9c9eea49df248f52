"""Documents in a ZIP archive: IHE XDM, the form in which documents travel by mail."""
