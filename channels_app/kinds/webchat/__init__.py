"""The webchat kind: a visitor's line to an `InboundEvent`. See README.md."""
