"""What Tillbook costs, measured: `python -m bench`. The figures are in docs/benchmarks.md."""
