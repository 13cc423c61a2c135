# Both commands on a bare Debian: docker build -t barolib . && docker run --rm -v "$PWD/out:/study/report/_output" barolib
# The image holds the answers of data/raw: one made of collected answers stays on the machine.
FROM debian:12-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates chromium git make poppler-utils python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /study
# The environment is a layer of its own: it changes with the locks alone.
COPY Makefile pyproject.toml requirements*.lock README.md LICENSE LICENSES.md ./
COPY src/barolib/__init__.py src/barolib/
COPY report/assets/fonts/OFL.txt report/assets/fonts/
RUN make .venv/.dev
COPY . .
CMD ["make", "study"]
