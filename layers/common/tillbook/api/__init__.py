"""The HTTP surface: routes, request and answer models, problem details."""
