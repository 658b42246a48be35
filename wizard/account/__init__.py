"""Who is at the desk: sign-in, account, certification, seal management, self-check."""
