FROM gantry-test/base AS Build
RUM true
