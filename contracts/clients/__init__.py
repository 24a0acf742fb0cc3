"""The account manager's desk: clients with their health, contracts with their hours, renewals."""
