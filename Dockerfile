# The first stage builds: it has the installer, the build backend and the sources.
FROM python:3.13-slim-trixie AS build
WORKDIR /build
# The hashes in the lock files decide what may be installed, wherever it comes from.
COPY requirements-build.txt requirements.txt ./
# hadolint ignore=DL3042  (the installers' caches stay behind in this stage)
RUN python -m venv tools \
    && tools/bin/python -m pip install --require-hashes --requirement requirements-build.txt
# Relocatable: it is made here and used elsewhere.
RUN tools/bin/uv venv --relocatable --python tools/bin/python gradus \
    && tools/bin/uv pip install --python gradus --require-hashes --compile-bytecode \
       --requirement requirements.txt
# What changes often comes last, so that the layers above are kept.
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY questions questions
COPY config config
RUN tools/bin/uv build --wheel --no-build-isolation --python tools/bin/python --out-dir wheels \
    && tools/bin/uv pip install --python gradus --no-deps --compile-bytecode wheels/*.whl

# The second stage runs: Python, and one folder with Gradus and what it needs.
FROM python:3.13-slim-trixie
COPY --from=build /build/gradus /opt/gradus
# All that lasts is in /data; a new volume takes over this folder's owner and mode.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
# PYTHONSAFEPATH: nothing in the current folder can pass for one of our packages.
# The rest sends whatever looks for a home, settings or data of its own to /data.
ENV PATH=/opt/gradus/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    GRADUS_CONFIG=/data/gradus.toml \
    GRADUS_DATA=/data \
    HOME=/data \
    XDG_CACHE_HOME=/data/.cache
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# A tick is due every 5 seconds; three misses a minute apart are no hiccup.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["gradus", "healthcheck"]
ENTRYPOINT ["gradus"]
CMD ["run"]
