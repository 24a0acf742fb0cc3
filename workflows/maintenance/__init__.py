"""What keeps processes sound: status against open steps, failed steps tried again, runs moved to new
flows.
"""
