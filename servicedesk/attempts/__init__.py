"""How often somebody may try a password, ask for a mail or follow a link: waits that grow, nobody locked out."""
