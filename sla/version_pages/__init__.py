"""The pages that calendars and policies share: a draft discarded and put back, publishing, the history."""
