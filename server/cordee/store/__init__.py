"""Storage on MongoDB: the only package that knows the driver."""
