# The assistant for production: the locked packages with their hashes, bytecode compiled, no root.
FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.lock scripts/uv.txt ./
RUN python -m venv /app/.venv \
 && /app/.venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r uv.txt \
 && /app/.venv/bin/uv pip sync --no-cache --python /app/.venv/bin/python --require-hashes --compile-bytecode \
    requirements.lock \
 && rm /app/.venv/bin/uv /app/.venv/bin/uvx

FROM python:3.11-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin assistant \
 && install -d -o assistant -g assistant -m 0700 /data
WORKDIR /app
COPY --from=packages /app/.venv /app/.venv
COPY . .
RUN /app/.venv/bin/python -m compileall -q -x '/\.venv/' .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080 \
    LOG_FORMAT=json
USER assistant
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
  "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HTTP_PORT\"]}/health', timeout=4)"]
CMD ["python", "-m", "bot"]
