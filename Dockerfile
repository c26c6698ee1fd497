# requirements-s3.txt adds what pictures on S3 need (VEILLE_MEDIA_BUCKET).
ARG REQUIREMENTS=requirements.txt

FROM python:3.13-slim AS build
ARG REQUIREMENTS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY ${REQUIREMENTS} requirements.txt
# The house speaks two languages; those of the libraries that nobody reads here weigh as much as Pillow.
RUN python -m venv --without-pip /venv \
 && python -m pip --python /venv install --no-cache-dir --no-compile --require-hashes -r requirements.txt \
 && find /venv -path '*/locale/*' -type d -name LC_MESSAGES ! -path '*/fr/*' ! -path '*/en/*' -exec rm -r {} +
ENV PATH=/venv/bin:$PATH STATIC_ROOT=/app/static-files PYTHONDONTWRITEBYTECODE=1
COPY . .
# Done once, here: the running container cannot write to the application.
RUN python -m veille.catalogues \
 && SECRET_KEY=read-at-build-only VEILLE_DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v0

FROM python:3.13-slim
# Compiled modules are kept in memory, where /tmp is: they would make the image a fifth larger.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONPYCACHEPREFIX=/tmp/pycache \
    VEILLE_DATA_DIR=/data \
    STATIC_ROOT=/app/static-files
RUN useradd --uid 10001 --create-home veille && install -d -o veille -g veille /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER veille
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "veille.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--limit-request-line", "8190", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--logger-class", "veille.watching.access_log.Logger"]
