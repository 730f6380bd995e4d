# One image for every process of the many-process form; docker-compose.yml says which command each service runs.
FROM node:24-bookworm-slim AS assets
WORKDIR /carecenter
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN npm run build

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    CARECENTER_DATA=/data CARECENTER_STATIC_DIR=/carecenter/static-root
# A named user: PostgreSQL's tools and mail programs look themselves up by name.
RUN useradd --uid 10001 --create-home carecenter && mkdir /data && chown carecenter: /data
WORKDIR /carecenter
COPY requirements.txt requirements-otel.txt constraints.txt ./
# --build-arg OTEL=1 for traces (docs/admin.md); without it the image has none of their packages.
ARG OTEL=
RUN pip install -r requirements.txt ${OTEL:+-r requirements-otel.txt} -c constraints.txt
COPY . .
COPY --from=assets /carecenter/frontend/dist frontend/dist
# Without a database: these read the code only. The key is thrown away with the layer's process.
RUN python carecenter/lib/catalogues.py && DATABASE_URL=postgres:///none CARECENTER_SECRET_KEY=build \
    python manage.py collectstatic --noinput -v 0
USER carecenter
VOLUME /data
EXPOSE 8000 2525
CMD ["python", "-m", "uvicorn", "carecenter.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "5", "--ws-per-message-deflate", "false", "--ws-max-size", "131072", "--no-server-header"]
