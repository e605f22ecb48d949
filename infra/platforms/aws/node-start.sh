# The first start of a machine as a node, after the lines that node-start.ts puts before it: settings are in host.env.
# Needs what Amazon Linux 2023 has: sh, aws, curl, python3, sha256sum, systemctl, dnf, useradd, runuser.
pause=${SUREFOOT_PAUSE:-2}

say() { echo "surefoot: $*"; }
again() { # again COMMAND...: up to five times
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || return 1
    sleep "$pause"
  done
}
from_bucket() { again aws s3 cp --only-show-errors --region "$REGION" "s3://$BUCKET/$1" "$2"; }
finish() {
  aws autoscaling complete-lifecycle-action --region "$REGION" --auto-scaling-group-name "$GROUP" \
    --lifecycle-hook-name "$LAUNCH_HOOK" --instance-id "$instance" --lifecycle-action-result "$1" ||
    say "the group did not take $1: nothing waits for it any more"
}
# Whatever fails below: the group ends this machine and starts another one.
instance=
trap 'code=$?; [ "$code" = 0 ] || { say "failed with $code"; [ -z "$instance" ] || finish ABANDON; }' EXIT

imds=http://169.254.169.254/latest
token=$(again curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$imds/api/token")
meta() { again curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$imds/meta-data/$1"; }
instance=$(meta instance-id)
zone=$(meta placement/availability-zone)

# shellcheck disable=SC2086 # a list of packages
[ -z "$PACKAGES" ] || again dnf -y -q install $PACKAGES

# Sessions of the release plane come as this user, and the service runs as it: nothing of a release is ever root.
id -u "$NODE_USER" >/dev/null 2>&1 || useradd --system --create-home --shell /bin/bash "$NODE_USER"

from_bucket "node/$NODE_SH.sh" "$root/node.sh"
echo "$NODE_SH  $root/node.sh" | sha256sum -c - >/dev/null || { say "node.sh has another digest"; exit 1; }
cat >"$root/node.env" <<EOF
SERVICE='$SERVICE'
NODE_NAME='$instance'
NODE_ZONE='$zone'
HOST='0.0.0.0'
PORT='$SERVICE_PORT'
AWS_REGION='$REGION'
SECRET_ID='$SECRET'
PATH='/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
EOF

# The service runs under its keeper, closed in by this unit: no rights to gain, and no way to write elsewhere.
units=$prefix/etc/systemd/system
unit=surefoot-$SERVICE
mkdir -p "$units" "$prefix/etc/logrotate.d"
cat >"$units/$unit.service" <<EOF
[Unit]
Description=Surefoot: $SERVICE of $ENVIRONMENT
After=network-online.target
Wants=network-online.target

[Service]
User=$NODE_USER
ExecStart=/bin/sh $root/node.sh keeper
ExecStop=/bin/sh $root/node.sh halt $STOP_WITHIN
Restart=always
RestartSec=1
TimeoutStopSec=$((STOP_WITHIN + 10))
LimitNOFILE=65536
CapabilityBoundingSet=
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=$root

[Install]
WantedBy=multi-user.target
EOF
cat >"$units/$unit-drain.service" <<EOF
[Unit]
Description=Surefoot: empties $SERVICE before its group ends this machine
After=$unit.service

[Service]
ExecStart=/bin/sh $conf/drain.sh
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
EOF
cat >"$prefix/etc/logrotate.d/$unit" <<EOF
$root/log/*.log {
  su $NODE_USER $NODE_USER
  size 100M
  rotate 3
  compress
  copytruncate
  missingok
}
EOF

# Logs to CloudWatch. A node without them still serves.
agent=$prefix/opt/aws/amazon-cloudwatch-agent
if [ -x "$agent/bin/amazon-cloudwatch-agent-ctl" ]; then
  cat >"$agent/etc/surefoot.json" <<EOF
{"agent": {"omit_hostname": true},
 "metrics": {"namespace": "Surefoot", "metrics_collected": {
  "mem": {"measurement": ["used_percent"], "append_dimensions": {"Service": "$SERVICE", "Environment": "$ENVIRONMENT"}},
  "disk": {"measurement": ["used_percent"], "resources": ["/"], "drop_device": true,
   "append_dimensions": {"Service": "$SERVICE", "Environment": "$ENVIRONMENT"}}}},
 "logs": {"logs_collected": {"files": {"collect_list": [
  {"file_path": "$root/log/service.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "$instance/service"},
  {"file_path": "$root/log/access.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "$instance/access"},
  {"file_path": "$root/log/keeper.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "$instance/keeper"},
  {"file_path": "/var/log/cloud-init-output.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "$instance/start"}]}}}}
EOF
  "$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/surefoot.json" ||
    say "the agent for logs did not start"
else
  say "no agent for logs on this image"
fi

chown -R "$NODE_USER:" "$root"
systemctl daemon-reload
systemctl enable --now "$unit.service" "$unit-drain.service"
tries=0
until [ -s "$root/run/keeper" ] && [ -p "$root/run/control" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { say "the keeper did not start"; exit 1; }
  sleep 0.1
done

pin=$conf/pin.json
pinned() {
  complaint=$(aws s3api get-object --region "$REGION" --bucket "$BUCKET" --key "pins/$SERVICE.json" "$pin" 2>&1 >/dev/null) && return 0
  case $complaint in *NoSuchKey*) : >"$pin" ;; *) say "$complaint"; return 1 ;; esac
}
again pinned
if [ ! -s "$pin" ]; then
  say "no pin yet: idle until the first release"
  finish CONTINUE
  exit 0
fi

# The settings of the release, quoted for the shell; what cannot be a setting or a folder is refused.
mkdir -p "$conf/incoming"
deployable=$(python3 - "$pin" "$conf/incoming" <<'PY'
import json, re, sys
pin = json.load(open(sys.argv[1]))
def checked(pattern, value):
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        sys.exit("surefoot: the pin holds %r" % (value,))
    return value
name = checked(r"[A-Za-z0-9][\w.+-]{0,127}", pin["id"])
digest = checked(r"sha256:[0-9a-f]{64}", pin["digest"])[7:]
settings = {**pin["config"], "RELEASE": pin["release"], "START": pin["start"]}
with open("%s/%s.env" % (sys.argv[2], name), "w") as env:
    for key, value in settings.items():
        checked(r"[A-Z][A-Z0-9_]*", key)
        env.write("%s='%s'\n" % (key, checked(r"[^\0]*", value).replace("'", "'\\''")))
print(name, digest)
PY
)
id=${deployable% *} hex=${deployable#* }
from_bucket "artifacts/sha256/$hex.tar" "$conf/incoming/$id.tar"
chown -R "$NODE_USER:" "$conf/incoming"
mv -f "$conf/incoming/$id.env" "$conf/incoming/$id.tar" "$root/incoming/"
answers=$(printf '1 fetch 0 %s %s\n2 switch 0 %s\n3 start 0\n' "$id" "$hex" "$id" | runuser -u "$NODE_USER" -- sh "$root/node.sh" session)
[ "$(echo "$answers" | grep -c '^[123] ok')" = 3 ] || { say "the node answered: $answers"; exit 1; }

tries=0
until curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$SERVICE_PORT$HEALTH"; do
  tries=$((tries + 1))
  [ "$tries" -lt "$START_WITHIN" ] || { say "$id is not healthy after $START_WITHIN s"; exit 1; }
  sleep 1
done
say "$id runs on $instance"
finish CONTINUE
