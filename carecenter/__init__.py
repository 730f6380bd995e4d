"""The project. Imports nothing: the set-up runs from here before any package is installed."""
