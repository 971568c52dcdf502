FROM gantry-test/base
RUN true

RUN echo before && \
    exit 3
