#!/bin/sh
# ProxyCommand of ssh for a machine without open ports: usage ssm-proxy.sh INSTANCE PORT USER REGION PUBLIC-KEY-FILE
# Puts the key on the machine for one minute, then carries the connection through Session Manager. Needs aws and its session-manager-plugin.
set -eu
aws ec2-instance-connect send-ssh-public-key --region "$4" --instance-id "$1" --instance-os-user "$3" \
  --ssh-public-key "file://$5" >/dev/null
exec aws ssm start-session --region "$4" --target "$1" --document-name AWS-StartSSHSession --parameters "portNumber=$2"
