"""Mail on its way out: a row first, composed and sent by the worker, swept when a worker died."""
