# Two stages: the first builds the wheel with its R4 definitions, the second holds what runs.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE requirements.lock hatch_build.py ./
COPY server ./server
COPY structuredefinitions ./structuredefinitions
COPY terminology ./terminology
RUN python -m venv /opt/cordee \
 && /opt/cordee/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
 && /opt/cordee/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim-bookworm
# The mongod inside the wheel, which runs unless CORDEE_MONGODB_URI is set, needs libcurl.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libcurl4 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 cordee \
 && install -d -o cordee -g cordee -m 0700 /var/lib/cordee
COPY --from=build /opt/cordee /opt/cordee
ENV PATH=/opt/cordee/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CORDEE_DATA=/var/lib/cordee \
    CORDEE_LOG_FORMAT=json
USER cordee
WORKDIR /var/lib/cordee
VOLUME /var/lib/cordee
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os,ssl,urllib.request as u; e=os.environ.get; u.urlopen(f\"http{'s' if e('CORDEE_TLS_CERTIFICATE') else ''}://127.0.0.1:{e('CORDEE_PORT','8080')}/health/ready\", timeout=2, context=ssl._create_unverified_context())"]
# Without authentication the server only listens on loopback: see docs/decisions/0087.
CMD ["cordee", "serve"]
