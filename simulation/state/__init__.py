"""The state of a world: columns, ledger, randomness, parameters and structures."""
