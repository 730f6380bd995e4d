"""The environment, PostgreSQL, Valkey and the processes of an installation that brings everything itself."""
