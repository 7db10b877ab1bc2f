"""The state of sending: what has gone out, what has not arrived, and a button to hold it back."""
