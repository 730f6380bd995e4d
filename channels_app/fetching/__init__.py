"""Mail fetched from mailboxes by IMAP: one process, a thread for each mailbox."""
