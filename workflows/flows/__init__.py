"""The processes: incident, service request and consultation, put together from parts; what each step does to
its ticket.
"""
