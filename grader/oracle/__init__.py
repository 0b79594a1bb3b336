"""The right answers: a homework's reference in torch, or the values recorded from it, and what is kept of them."""
