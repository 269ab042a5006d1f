"""The demo office: invented people and letters, for development and training. Never in production."""
