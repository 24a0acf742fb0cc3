"""Deadlines with the contract behind them: their calculation, SLA compliance, automatic closing."""
