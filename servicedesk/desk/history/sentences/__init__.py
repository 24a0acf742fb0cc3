"""The sentences of the history by their subject."""
