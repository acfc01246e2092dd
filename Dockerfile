# The gateway as an image: built in one stage, run from another without compiler, shell tricks or root.
FROM python:3.11-slim-bookworm AS build

WORKDIR /build
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv /opt/foi-gateway \
    && /opt/foi-gateway/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY detectors detectors
COPY gateway gateway
RUN /opt/foi-gateway/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="FOI gateway" \
      org.opencontainers.image.description="Holds FOI replies whose attachments carry crime-report personal data" \
      org.opencontainers.image.licenses="Apache-2.0"

COPY --from=build /opt/foi-gateway /opt/foi-gateway
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/foi-gateway

ENV PATH=/opt/foi-gateway/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    FOI_GATEWAY_SMTP__LISTEN=0.0.0.0:2525 \
    FOI_GATEWAY_HEALTH__LISTEN=0.0.0.0:8025 \
    FOI_GATEWAY_STORE__FOLDER=/var/lib/foi-gateway \
    FOI_GATEWAY_NEXT_HOP__ROUTE=maildir:/var/lib/foi-gateway/outgoing

USER 10001:10001
WORKDIR /var/lib/foi-gateway
VOLUME ["/var/lib/foi-gateway"]
EXPOSE 2525 8025
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=35s --start-period=60s --retries=3 CMD ["foi-gateway", "healthcheck"]
ENTRYPOINT ["foi-gateway"]
CMD ["serve"]
