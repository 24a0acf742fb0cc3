"""SLA policies: the matrix of targets, drafts, Excel, publishing; and their screens."""
