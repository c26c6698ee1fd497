FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VEILLE_DATA_DIR=/data \
    STATIC_ROOT=/app/static-files

RUN useradd --uid 10001 --create-home veille && install -d -o veille -g veille /data
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
# Done once, here: the running container cannot write to the application.
RUN python -m veille.catalogues \
 && SECRET_KEY=read-at-build-only VEILLE_DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v0 \
 && rm -rf /tmp/build \
 && python -m compileall -q /app

USER veille
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "veille.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--logger-class", "veille.watching.access_log.Logger"]
