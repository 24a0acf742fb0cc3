"""The clocks of tickets: started, paused, given other targets, stopped; how they are stored, shown and
counted.
"""
