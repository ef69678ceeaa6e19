"""The `cloudflare_ai` kind: image models that Cloudflare runs under your account, by Workers AI's REST API."""

from pinxit.generators.cloudflare_ai.kind import CloudflareAi

__all__ = ["CloudflareAi", "build"]

build = CloudflareAi
