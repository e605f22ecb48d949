#!/bin/sh
# Empties a pod before it is stopped: no new sessions, then a wait for the open ones to end by themselves.
# Usage: sh drain.sh LIMIT GAUGE PATH SETTLE [LOG]    (whole seconds; PORT and DRAIN_FILE from the environment)
# LIMIT: longest wait for sessions. GAUGE: metric of open sessions, or "". PATH: of the metrics. SETTLE: until balancers have
# noticed. Only sh, date and sleep are needed; without curl, wget and node nobody can count, and the whole limit is waited.
set -u
limit=$1 gauge=$2 path=$3 settle=$4 log=${5:-}
# The metrics are here: a proxy of the outside world has no part in it.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

say() { if [ -n "$log" ]; then { echo "drain: $*" >>"$log"; } 2>/dev/null || :; else echo "drain: $*"; fi; }

ask() {
  case $way in
    curl) curl -fsS -m 2 "$1" ;;
    wget) wget -q -T 2 -O - "$1" ;;
    node) node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(2000) })
      .then(async (answer) => (answer.ok ? process.stdout.write(await answer.text()) : process.exit(1)))
      .catch(() => process.exit(1))' "$1" ;;
  esac 2>/dev/null
}

# Prints 0, a number of sessions, `silent` where nothing answers, or `missing` where the answer has no such metric.
open_sessions() {
  text=$(ask "http://127.0.0.1:$PORT$path") || { echo silent; return; }
  found=missing
  while IFS= read -r line; do
    case $line in
      "$gauge "*) value=${line#"$gauge "} ;;
      "$gauge{"*) value=${line##*\} } ;;
      *) continue ;;
    esac
    case ${value%% *} in
      0 | 0.0 | 0e+00 | -0) [ "$found" = missing ] && found=0 ;;
      *) found=${value%% *} ;;
    esac
  done <<TEXT
$text
TEXT
  echo "$found"
}

began=$(date +%s)
{ : >"$DRAIN_FILE"; } 2>/dev/null || say "$DRAIN_FILE cannot be written: new sessions are not refused"
sleep "$settle"
if [ -z "$gauge" ] || [ "$limit" -le "$settle" ]; then exit 0; fi

way=''
for tool in curl wget node; do
  if command -v "$tool" >/dev/null 2>&1; then way=$tool; break; fi
done
if [ -z "$way" ]; then
  say "neither curl, wget nor node is here to count sessions: waiting ${limit}s"
  sleep $((limit - settle))
  exit 0
fi

silent=0 told=''
while [ $(($(date +%s) - began)) -lt "$limit" ]; do
  open=$(open_sessions)
  case $open in
    0) say 'no session is open'; exit 0 ;;
    # A process that is gone, or hangs, holds nobody any more.
    silent) silent=$((silent + 1)); [ "$silent" -lt 5 ] || { say 'the service does not answer'; exit 0; } ;;
    *) silent=0; [ "$told" = "$open" ] || say "waiting for sessions: $open"; told=$open ;;
  esac
  sleep 1
done
say "sessions are still open after ${limit}s: $open"
