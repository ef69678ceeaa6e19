"""The HTTP side: the job API and what stands beside it; the only package that knows FastAPI."""
