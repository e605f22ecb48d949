#!/bin/sh
# Waits until the Auto Scaling group wants to end this machine; then lets the node's sessions end, and tells the group to go on.
set -u
. "$(dirname -- "$0")/host.env"
root=${SUREFOOT_PREFIX:-}/opt/surefoot/$SERVICE
pause=${SUREFOOT_PAUSE:-5}
imds=http://169.254.169.254/latest

meta() {
  token=$(curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$imds/api/token") &&
    curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$imds/meta-data/$1"
}
# Open sessions as the service tells them; 0 when it does not answer.
load() {
  curl -fsS -m 5 "http://127.0.0.1:$SERVICE_PORT$METRICS_PATH" |
    awk -v name="$SESSIONS" 'split($1, part, "{") && part[1] == name { sum += $2 } END { print int(sum) }'
}

until [ "$(meta autoscaling/target-lifecycle-state 2>/dev/null)" = Terminated ]; do sleep "$pause"; done
runuser -u "$NODE_USER" -- touch "$root/drain"
# Requests are short, and nothing counts them here; sessions are counted.
waited=0 limit=$DRAIN_LIMIT
[ -n "$SESSIONS" ] || limit=20
while [ "$waited" -lt "$limit" ] && { [ -z "$SESSIONS" ] || [ "$(load 2>/dev/null)" != 0 ]; }; do
  sleep "$pause"
  waited=$((waited + pause))
done
echo "surefoot: drained after $waited s"
systemctl stop "surefoot-$SERVICE.service"
aws autoscaling complete-lifecycle-action --region "$REGION" --auto-scaling-group-name "$GROUP" \
  --lifecycle-hook-name "$DRAIN_HOOK" --instance-id "$(meta instance-id)" --lifecycle-action-result CONTINUE
