"""Channel kinds: one folder each, everything that differs between them. Pure: no database, no clock, no models."""
