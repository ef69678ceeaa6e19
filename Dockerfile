# docker build -t pinxit .                                     the server with what it needs
# docker build -t pinxit --build-arg EXTRAS=diffusers,c2pa .   with extras of pyproject.toml
# docker run -p 8003:8003 -e PINXIT_WEB__PASSWORD=… -v pinxit:/var/lib/pinxit pinxit
ARG IMAGE=python:3.11-slim
FROM ${IMAGE}

ARG EXTRAS=""

# A container is reached from outside only if it listens on every address. There Pinxit starts with a password or keys,
# or with ENABLE_AUTHENTICATION=false, and not without.
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PINXIT_VAR=/var/lib/pinxit \
    PINXIT_WEB__HOST=0.0.0.0

RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/pinxit --create-home pinxit

WORKDIR /opt/pinxit
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY pinxit ./pinxit
RUN python -m pip install -c constraints.txt ".${EXTRAS:+[${EXTRAS}]}" && rm -r pinxit
# Read from the working directory; mount your own over it.
COPY config.toml ./

USER pinxit
VOLUME /var/lib/pinxit
EXPOSE 8003

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; e = os.environ.get; p = e('PINXIT_WEB__PORT') or e('API_PORT') or e('PORT') or '8003'; u.urlopen(f'http://127.0.0.1:{p}/health/live', timeout=4)"]

# SIGTERM lets running jobs go on for queue.stop_s (20 s) before the rest is given back; docker stop -t 30 leaves room.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "pinxit", "run"]
