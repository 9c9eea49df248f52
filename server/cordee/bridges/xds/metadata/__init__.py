"""The metadata of documents and of the lots they are submitted in, as XDS knows them."""
