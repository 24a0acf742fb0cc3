"""The engine under the processes: its nodes, the ticket's lock, open steps, timers, and what is kept of a
failure.
"""
