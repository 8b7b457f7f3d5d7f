#!/usr/bin/env bash
# What a token costs at a route, over HTTP: the starter in several ways, Spring Security's own manager, TokenRelay, and other
# gateways that do the same job. Everything runs in turns, and ratios of the same round count. Prints Markdown, writes a chart
# to benchmarks/target/throughput.svg, and fails where a target is missed or one answer was wrong: the service
# (benchmarks/nginx.conf) answers a route only if the token is the one that belongs there.
#
# Needs wrk, nginx and redis-server; for all peers also haproxy, libnginx-mod-http-lua, lua-resty-core and npm.
# Builds what it runs. Loopback only; ends by itself: with the defaults in about 17 minutes.
# ROUNDS (15), SECONDS_EACH (2, at each of two places of a route), WARM_UP (10) and CONNECTIONS (32) change the size,
# GATEWAYS ("starter security nginx haproxy fastify") what takes part.
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra gateways <<<"${GATEWAYS:-starter security nginx haproxy fastify}"
. benchmarks/common.sh
. benchmarks/rounds.sh

./mvnw -q -B -ntp -Pbenchmarks -pl sample-gateway,benchmarks,benchmarks/spring-security-gateway -am -DskipTests package

start() {
  case $1 in
    starter)
      redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
      pids+=($!)
      routes[$1]='plain constant gateway application stored claimed'
      port=8080
      start_gateway "$port"
      ;;
    security)
      routes[$1]='plain constant manager callers relay'
      port=8090
      java -Xms512m -Xmx512m -cp "benchmarks/spring-security-gateway/target/classes:$(
        cat benchmarks/spring-security-gateway/target/gateway.classpath)" io.oauthcc.benchmark.security.SpringSecurityGateway \
        "--server.port=$port" "--constant.token=$token" >"$work/security.log" 2>&1 &
      ;;
    nginx)
      routes[$1]='plain constant gateway application'
      port=8101
      fill benchmarks/peers/nginx.conf nginx-lua.conf
      fill benchmarks/peers/token.lua
      nginx -p "$work" -c nginx-lua.conf >"$work/nginx-lua.log" 2>&1 &
      ;;
    haproxy)
      routes[$1]='plain constant gateway application'
      port=8102
      fill benchmarks/peers/haproxy.cfg
      fill benchmarks/peers/haproxy.lua
      haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
      ;;
    fastify)
      routes[$1]='plain constant gateway application'
      port=8103
      cp -r benchmarks/peers/fastify "$work"
      npm install --prefix "$work/fastify" --no-package-lock --no-audit --no-fund --silent >"$work/fastify.log" 2>&1
      NODE_ENV=production node "$work/fastify/gateway.js" "$port" "$token" >>"$work/fastify.log" 2>&1 &
      ;;
    *)
      echo "no such gateway: $1" >&2
      exit 1
      ;;
  esac
  pid[$1]=$!
  pids+=($!)
  url[$1]=http://127.0.0.1:$port/bench
  await "${url[$1]}/plain/1" "$work/$1.log"
}

start_services
for gateway in "${gateways[@]}"; do start "$gateway"; done
run_rounds "${gateways[@]}"

printf '%s rounds of %s s at each of two places, %s connections, %s cores, Java %s, %s, load %s:\n\n' "$rounds" "$seconds" \
  "$connections" "$(nproc)" "$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')" "$(date +%F)" "$(cut -d' ' -f1 /proc/loadavg)"
report benchmarks/target/throughput.svg
