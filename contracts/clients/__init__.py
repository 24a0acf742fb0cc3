"""The account manager's desk: clients with their health, their contacts, and the page of a contract."""
