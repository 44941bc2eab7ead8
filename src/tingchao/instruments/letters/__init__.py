"""Letters 函: written to a body about a matter, numbered, printed as GB/T 9704 has them, answered within a day set."""
