"""A form that is sent twice does its work once: a double click, a lost answer, a reload, a way back."""
