// What is run on a host to set a node up, to look at it and to take it away: sh, on stdin, whatever the login shell is.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shellLines } from "../settings.ts";

const nodeScript = join(import.meta.dirname, "..", "node.sh");

/** Digest of the node script that `up` puts on hosts. */
export const scriptDigest = (): string => createHash("sha256").update(readFileSync(nodeScript)).digest("hex");

/** Any text as one word of sh. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Place {
  /** Whose node it is: another environment's is neither taken over nor taken away. */
  environment: string;
  /** The node's name; with the environment's it names the system unit. */
  name: string;
  root: string;
}

const facts = ({ environment, name, root }: Place): string => `set -u
umask 077
root=${quoted(root)}
unit=${quoted(`surefoot-${environment}-${name}.service`)}
owner=${quoted(environment)}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
# A unit survives a restart of the machine; it takes systemd at work, and leave to write one.
has_systemd() { case $(systemctl is-system-running 2>/dev/null) in running | degraded | starting) as_root true 2>/dev/null ;; *) false ;; esac; }
has_unit() { [ -e "/etc/systemd/system/$unit" ]; }
fail() { echo "surefoot: $*" >&2; exit 1; }
# A folder is a node's once the node script has run in it, even where the script itself is gone. No other one is ever removed.
is_node() { [ -e "$root/node.sh" ] || [ -d "$root/fences" ]; }
is_others() { is_node && [ -s "$root/owner" ] && [ "$(cat "$root/owner")" != "$owner" ]; }
`;

/** Puts a file into the folder, whole or not at all. */
function fileLines(name: string, text: string): string {
  const end = `END_${randomBytes(12).toString("hex")}`;
  return `cat >"$root/${name}.new" <<'${end}' && mv -f "$root/${name}.new" "$root/${name}" || fail "cannot write to $root"\n${text.endsWith("\n") ? text : `${text}\n`}${end}\n`;
}

const nodeScriptLines = (): string => fileLines("node.sh", readFileSync(nodeScript, "utf8"));

/** Makes the folder, puts script and settings there, and sees to it that the keeper runs with them. May be repeated. */
export function setUpScript(place: Place, settings: Record<string, string>): string {
  return `${facts(place)}
held() { { ls -A "$root" 2>/dev/null || as_root ls -A "$root" 2>/dev/null; } | grep -vxF -e owner -e owner.new -e node.sh.new -e node.env.new -e lost+found; }
if is_others; then fail "$root is a node of $(cat "$root/owner"): set another root"; fi
if ! is_node && [ -n "$(held)" ]; then fail "$root is in use by something else: set another root, a folder that is empty or not there yet"; fi
if ! mkdir -p "$root" 2>/dev/null || ! [ -w "$root" ]; then
  as_root sh -c 'umask 022; mkdir -p "$1"' sh "$root" 2>/dev/null && as_root chown "$(id -u):$(id -g)" "$root" 2>/dev/null && [ -w "$root" ] ||
    fail "$(id -un) cannot make $root: make it and give it to that user, allow sudo without a password, or set another root"
fi
${fileLines("owner", place.environment)}
${nodeScriptLines()}
${fileLines("node.env", shellLines(settings))}
if has_systemd; then
  as_root tee "/etc/systemd/system/$unit" >/dev/null <<END_OF_UNIT || fail "cannot write the unit $unit"
[Unit]
Description=Surefoot node
Wants=network-online.target
After=network-online.target
[Service]
User=$(id -un)
ExecStart=/bin/sh $root/node.sh keeper
# The keeper ends its service itself.
KillMode=mixed
TimeoutStopSec=90
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
END_OF_UNIT
  as_root systemctl daemon-reload && as_root systemctl enable --quiet "$unit" || fail "systemd does not take the unit $unit"
  # A keeper that runs without the unit keeps running: its service must not end for that. The unit takes over at the next start.
  sh "$root/node.sh" alive || as_root systemctl restart "$unit" || fail "the unit $unit does not start: journalctl -u $unit"
  patience=50
  until sh "$root/node.sh" alive; do
    patience=$((patience - 1))
    [ "$patience" -gt 0 ] || fail "the keeper does not start: journalctl -u $unit"
    sleep 0.2 2>/dev/null || sleep 1
  done
else
  sh "$root/node.sh" boot || fail "the keeper does not start: see $root/log/keeper.log"
fi
echo surefoot-done
`;
}

/** Says `surefoot-running`, `surefoot-down` or `surefoot-absent`. */
export function lookScript(place: Place): string {
  return `${facts(place)}
if ! is_node || is_others; then echo surefoot-absent
elif [ -e "$root/node.sh" ] && sh "$root/node.sh" alive; then echo surefoot-running
else echo surefoot-down; fi
`;
}

/** Ends the node and removes its folder; where nothing is left of it, again is no error. */
export function removeScript(place: Place): string {
  return `${facts(place)}
if is_others; then echo surefoot-done; exit; fi
if has_unit; then
  as_root systemctl disable --now --quiet "$unit"
  as_root rm -f "/etc/systemd/system/$unit" && as_root systemctl daemon-reload
fi
if is_node; then
  # Without its script nothing of the node could be ended.
  if ! [ -e "$root/node.sh" ]; then
${nodeScriptLines()}
  fi
  sh "$root/node.sh" halt 10
  # What tells that it is a node goes last: a removal that was cut off is carried on by the next one.
  find "$root" -mindepth 1 -maxdepth 1 ! -name node.sh -exec rm -rf {} + 2>/dev/null
  rm -rf "$root" 2>/dev/null
  # The folder above may belong to another: what counts is that nothing is in it any more.
  if [ -e "$root" ] && [ -n "$(ls -A "$root")" ]; then fail "$root cannot be removed"; fi
else
  rm -f "$root/owner" "$root/owner.new" "$root/node.sh.new" "$root/node.env.new"
  rmdir "$root" 2>/dev/null
fi
echo surefoot-done
`;
}
