# One image for the page, a scheduler and workers. The model is compiled while it is built, so that nothing waits for it.
FROM python:3.13-slim

ENV PIP_NO_CACHE_DIR=1 FLYWHEEL_CACHE_DIR=/var/cache/flywheel
WORKDIR /opt/flywheel
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY agents agents
COPY sim sim
COPY scenarios scenarios
COPY app.py ./
COPY docs/glossary.md docs/glossary.md
# s3fs asks for an older python-dateutil than the one that is pinned.
RUN sed -i '/^python-dateutil==/d' constraints.txt \
    && pip install --constraint constraints.txt '.[app,cluster,calibrate,discover,mcp]' s3fs \
    && useradd --create-home --uid 10001 flywheel \
    && mkdir -p /var/cache/flywheel /var/lib/flywheel /data \
    && chown flywheel /var/cache/flywheel /var/lib/flywheel /data
USER 10001
WORKDIR /data
RUN flywheel run baseline --weeks 1 --no-report --out /tmp/first && rm -rf /tmp/first

EXPOSE 8765
CMD ["flywheel", "app", "--host", "0.0.0.0", "--no-browser"]
