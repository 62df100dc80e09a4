FROM python:3.11-slim AS made
WORKDIR /src
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev \
    && python -m venv /opt/cuedesk
COPY pyproject.toml README.md LICENSE ./
COPY server server
COPY web web
RUN /opt/cuedesk/bin/pip install --no-cache-dir --disable-pip-version-check . \
    && /opt/cuedesk/bin/pip uninstall --yes --quiet pip

FROM python:3.11-slim
RUN useradd --uid 1000 --create-home cuedesk && install -d -o cuedesk -g cuedesk /event
COPY --from=made /opt/cuedesk /opt/cuedesk
ENV PATH=/opt/cuedesk/bin:$PATH PYTHONUNBUFFERED=1
USER cuedesk
VOLUME /event
EXPOSE 8765
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/healthz', timeout=2)"]
CMD ["cuedesk", "serve", "/event", "--host", "0.0.0.0", "--port", "8765"]
