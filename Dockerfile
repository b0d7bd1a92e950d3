# The app as any host of containers runs it, a Hugging Face Space too: as user 1000, on port 7860, with everything in it
# that it needs. docs/container-check.sh reads these lines and does them without an engine: where it does not understand
# one, the tests fail.
FROM python:3.11-slim
RUN useradd --create-home --uid 1000 user
USER user
ENV HOME=/home/user VIRTUAL_ENV=/home/user/venv PATH=/home/user/venv/bin:$PATH
ENV PLAYGROUND_RUNS=/home/user/runs PYTHONUNBUFFERED=1
RUN mkdir /home/user/app /home/user/runs && python -m venv /home/user/venv
WORKDIR /home/user/app

# torch's own index has its builds for CPUs: without CUDA, by gigabytes smaller.
COPY --chown=1000 requirements.txt requirements-streams.txt ./
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt

# Compiled here, so that the first start is quick and nothing is written later; and what cannot train is no image.
COPY --chown=1000 . .
RUN python -m compileall -q app.py pages playground && python -m playground train gan --data moons --steps 20

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/live/health', timeout=4)"]
CMD ["python", "-m", "playground", "serve", "--address", "0.0.0.0", "--port", "7860"]
