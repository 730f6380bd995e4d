"""How days and times are written, where a language needs it otherwise than the framework has it."""
