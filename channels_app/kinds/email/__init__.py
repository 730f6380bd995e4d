"""The e-mail kind: bytes of a mail to an `InboundEvent`, an `OutboundMessage` to bytes. See README.md."""
