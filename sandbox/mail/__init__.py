"""The simulated mail server: SMTP on its own port, and a mailbox that holds everything it took."""
