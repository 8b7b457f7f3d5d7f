#!/usr/bin/env bash
# Hostile callers at the sample gateway: how honest callers fare meanwhile, and what is left behind. Netty's leak detector
# looks at every buffer, so the gateway is slower than it is elsewhere. Prints a table, and fails where an honest caller
# fails, a token is wrong, or something leaks. See docs/performance.md.
#
# Needs nothing but a JDK, on Linux. Loopback only; ends by itself, after about 5 minutes.
# SECONDS_EACH (15) and RATE (100, honest calls a second) change the size; ATTACKS, part of their names, chooses some.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/load-common.sh
load_driver -Dseconds="${SECONDS_EACH:-15}" -Drate="${RATE:-100}" -Dattacks="${ATTACKS:-}" io.oauthcc.benchmark.load.Hostile \
  "${sample/ -jar/ -Dio.netty.leakDetection.level=paranoid -jar}"
