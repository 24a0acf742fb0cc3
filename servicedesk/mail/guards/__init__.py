"""What keeps mail out, and what proves that somebody was sent a mail of ours."""
