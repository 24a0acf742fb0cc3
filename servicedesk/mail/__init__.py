"""The mail channel: mail in and out, each a row before anything is done with it."""
