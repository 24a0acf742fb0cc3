"""The tree of categories, services and request types: order, archive, copies, the record of each."""
