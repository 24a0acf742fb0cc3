"""Ground that everything stands on: no models, no rules of the desk."""
