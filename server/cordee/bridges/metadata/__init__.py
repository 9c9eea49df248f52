"""The metadata of documents and of the lots they travel in, and how ebRIM 3.0 writes them.

Registries (`bridges.xds`) and mail (`bridges.xdm`) both speak them.
"""
