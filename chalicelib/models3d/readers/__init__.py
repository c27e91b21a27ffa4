"""One module per file format: bytes to a Mesh, or ModelRefused."""
