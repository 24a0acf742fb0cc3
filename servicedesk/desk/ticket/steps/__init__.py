"""Steps of the process on the page of their ticket: buttons, dialogs, the tasks of its plan."""
