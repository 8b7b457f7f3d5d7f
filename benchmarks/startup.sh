#!/usr/bin/env bash
# How long the sample takes to start with the starter, against the same application without it on the class path: as
# it is, and processed ahead of time (AOT). Starts alternate, so that the machine's drift hits all alike; the median of
# the paired ratios counts. Needs a built sample (./mvnw package -DskipTests). Ends by itself.
# ROUNDS (15) changes the size.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-15}
. benchmarks/common.sh

main=io.oauthcc.sample.SampleGatewayApplication
with=sample-gateway/target/classes:$(cat sample-gateway/target/test-classes/gateway.classpath)
# What the starter alone brings: itself, Spring Security's OAuth 2.0 client and what that needs, Caffeine, Resilience4j.
without=$(tr ':' '\n' <<<"$with" | grep -v -e oauth-cc-filter-starter -e spring-security -e oauth2-oidc-sdk -e nimbus \
  -e caffeine -e resilience4j | paste -sd:)
cat >"$work/with.yml" <<'YML'
server.port: 0
spring.cloud.gateway.server.webflux.routes:
  - id: orders
    uri: http://127.0.0.1:9100
    predicates: [Path=/orders/**]
    filters:
      - name: OAuthClientCredentials
        args: {url: 'http://127.0.0.1:9000/token', clientId: bench, clientSecret: bench-secret}
YML
sed '/filters:/,$d' "$work/with.yml" >"$work/without.yml"

# Ahead of time, as spring-boot:process-aot does.
for kind in with without; do
  mkdir -p "$work/$kind-aot"
  java -cp "${!kind}" org.springframework.boot.SpringApplicationAotProcessor "$main" "$work/$kind-src" \
    "$work/$kind-aot" "$work/$kind-aot" io.oauthcc sample "--spring.config.location=file:$work/$kind.yml" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
  find "$work/$kind-src" -name '*.java' >"$work/sources"
  javac -nowarn -proc:none -cp "${!kind}" -d "$work/$kind-aot" @"$work/sources" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
done

# Seconds until the application says that it has started, the JVM's own start included.
start() {
  local kind=$1 class_path=${!1} options=()
  [ "$2" = aot ] && { class_path=$work/$kind-aot:$class_path; options=(-Dspring.aot.enabled=true); }
  # It cannot bind port 0 twice, so each ends as soon as it has started.
  timeout 120 java -Xmx256m -XX:TieredStopAtLevel=1 "${options[@]}" -cp "$class_path" "$main" \
    "--spring.config.location=file:$work/$kind.yml" >"$work/started" 2>&1 &
  local pid=$!
  for _ in $(seq 1 1200); do
    grep -q 'process running for' "$work/started" && break
    sleep 0.1
  done
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  sed -n 's/.*process running for \([0-9.]*\)).*/\1/p' "$work/started" | head -n 1 | grep . || { cat "$work/started" >&2; exit 1; }
}

for mode in jvm aot; do
  for kind in with without; do start "$kind" "$mode" >/dev/null; done
  for ((round = 0; round < rounds; round++)); do
    order=(with without)
    ((round % 2)) && order=(without with)
    for kind in "${order[@]}"; do start "$kind" "$mode" >>"$work/$kind-$mode.seconds"; done
  done
done

printf '%-5s %10s %10s %10s   %s\n' mode 'with, s' 'without, s' ratio 'quartiles of the ratio'
for mode in jvm aot; do
  paste "$work/with-$mode.seconds" "$work/without-$mode.seconds" | awk '{print $1/$2}' >"$work/ratio"
  printf '%-5s %10.2f %10.2f %10.3f   %s\n' "$mode" "$(median "$work/with-$mode.seconds")" \
    "$(median "$work/without-$mode.seconds")" "$(median "$work/ratio")" "$(quartiles "$work/ratio")"
done
