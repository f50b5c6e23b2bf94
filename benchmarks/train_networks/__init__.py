"""Our network in other frameworks, for `make bench-train` alone."""
