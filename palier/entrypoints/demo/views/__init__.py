"""The demo's addresses. None of them exists outside the demo."""
