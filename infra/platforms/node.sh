#!/bin/sh
# The node's side of Surefoot, the same for local and ssh: keeps one service running, holds its releases, answers over one session.
# Usage: sh node.sh boot | halt SECONDS | session | alive | receive FILE FROM SIZE | keeper | service   (its folder is the node)
# Only POSIX sh and what every system has: mkfifo, tar, mv, rm, and one of sha256sum, shasum, openssl.
set -u
umask 077
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
cd "$root" || exit 1
mkdir -p run log releases incoming fences
detach=$(command -v setsid || true)

# --- facts -----------------------------------------------------------------------------------------------------

# A pid alone may belong to another process by now: a process is known by pid and start time.
identity() {
  birth=
  if [ -r "/proc/$1/stat" ]; then
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086 # the fields after the name are split on purpose
    set -- ${line##*) }
    [ "$1" != Z ] && birth=${20}
  else
    birth=$(ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '-')
  fi
  [ -n "$birth" ]
}

# alive FILE: true when the process that FILE names still runs; leaves its pid in $pid.
alive() {
  pid='' known=''
  [ -s "$1" ] && read -r pid known <"$1" && identity "$pid" && [ "$birth" = "$known" ]
}

remember() { identity "$2" && echo "$2 $birth" >"$1"; }

value() { found=''; [ -s "$1" ] && read -r found <"$1"; [ -n "$found" ]; }

# Under a name of this process's own: two sessions may replace one file at once.
replace() { echo "$2" >"$1.$$" && mv -f "$1.$$" "$1"; }

# --- keeper: one event loop over a fifo, so that nothing is polled and nothing races ---------------------------

keeper() {
  rm -f run/control
  mkfifo run/control && exec 3<>run/control || exit 1
  remember run/keeper $$
  trap 'echo quit >&3' TERM INT HUP
  generation=0 quitting='' service='' nap='' restarts=0
  echo 0 >run/restarts
  tell idle
  if [ -s current ] && ! { value run/wanted && [ "$found" = down ]; }; then spawn 0; fi
  while :; do
    read -r event mark detail <&3 || continue
    case $event in
      start) wanted=up; replace run/wanted up; restarts=0; echo 0 >run/restarts; [ -n "$service" ] || spawn 0 ;;
      stop) wanted=down; replace run/wanted down; end_service TERM ;;
      kill) end_service KILL ;;
      quit) quitting=yes; wanted=down; [ -n "$service" ] || break; end_service TERM ;;
      nap) [ "$mark" = "$generation" ] && nap=$detail && { [ "$wanted" = up ] || end_service TERM; } ;;
      pid) [ "$mark" = "$generation" ] && born "$detail" ;;
      exit) [ "$mark" = "$generation" ] && ended "$detail" ;;
    esac
    [ -n "$quitting" ] && [ -z "$service" ] && break
  done
  tell down
  rm -f run/keeper run/service run/control
}

tell() { echo "$1 $restarts" >run/state; }

# The runner between keeper and service naps before a restart, waits for the service and turns its end into an event.
spawn() {
  wanted=up service=starting generation=$((generation + 1))
  tell starting
  (
    trap - TERM INT HUP
    if [ "$1" -gt 0 ]; then
      sleep "$1" 3>&- &
      echo "nap $generation $!" >&3
      # Ended before its time: nobody wants the service any more.
      wait $! || { echo "exit $generation 0" >&3; exit; }
      # A keeper that died during the nap has a successor, which runs the service by now.
      alive run/keeper && [ "$pid" = $$ ] || exit
    fi
    value run/wanted && [ "$found" = down ] && { echo "exit $generation 0" >&3; exit; }
    $detach sh "$root/node.sh" service 3>&- &
    remember run/service $!
    echo "pid $generation $!" >&3
    wait $!
    echo "exit $generation $?" >&3
  ) </dev/null >>log/service.log 2>&1 &
}

born() {
  service=$1 nap=''
  tell running
  [ "$wanted" = up ] || end_service TERM
}

ended() {
  # Children that outlive the service's first process would hold its port against the next start.
  kill -s KILL -- "-$service" 2>/dev/null
  service='' nap=''
  rm -f run/service
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) service ended with $1" >>log/keeper.log
  if [ "$wanted" = up ]; then
    restarts=$((restarts + 1))
    echo "$restarts" >run/restarts
    if [ "$restarts" -lt 5 ]; then spawn 1; else spawn 5; fi
  else
    # The count belongs to the run that ended: the next start must not be judged by it.
    restarts=0
    tell stopped
  fi
}

# The whole process group where the service has one of its own, else the process.
end_service() {
  case $service in
    '') restarts=0; tell stopped ;;
    starting) [ -z "$nap" ] || kill "$nap" 2>/dev/null; tell stopping ;;
    *) kill -s "$1" -- "-$service" 2>/dev/null || kill -s "$1" "$service" 2>/dev/null; tell stopping ;;
  esac
}

# What the keeper starts: the current release, with the node's and the release's settings.
run_service() {
  value current || exit 1
  release=$found
  set -a
  . "$root/node.env"
  . "$root/releases/$release/.surefoot/release.env"
  DRAIN_FILE=$root/drain ACCESS_LOG=$root/log/access.log
  set +a
  cd "$root/releases/$release" && exec sh -c "$START"
}

# --- boot and halt ---------------------------------------------------------------------------------------------

boot() {
  alive run/keeper && return 0
  if alive run/service; then kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid"; fi
  rm -f run/service run/control run/keeper
  $detach sh "$root/node.sh" keeper </dev/null >>log/keeper.log 2>&1 &
  patience=100
  until [ -s run/keeper ] && [ -p run/control ]; do
    patience=$((patience - 1))
    [ "$patience" -gt 0 ] || return 1
    sleep 0.1 2>/dev/null || sleep 1
  done
}

# halt SECONDS: asks, waits, then kills. Returns when nothing of the node runs any more.
halt() {
  patience=$(($1 * 10))
  alive run/keeper && echo quit 1<>run/control
  while alive run/keeper && [ "$patience" -gt 0 ]; do
    patience=$((patience - 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  alive run/service && { kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid"; }
  alive run/keeper && kill -s KILL "$pid"
  return 0
}

# --- session: one line in, one line out ------------------------------------------------------------------------

session() {
  while read -r id verb token one two; do
    case $verb in
      status) status; continue ;;
      held) held "$token"; continue ;;
      drain | undrain | fetch | switch | clear | start | stop | kill | prune) ;;
      *) echo "$id err unknown-verb $verb"; continue ;;
    esac
    if ! fenced; then continue; fi
    if problem=$("on_$verb" 2>&1); then echo "$id ok $problem"; else echo "$id err $verb $(echo "$problem" | tr '\n' ' ')"; fi
  done
}

# A holder that lost its lease may still be talking: only the highest token seen is obeyed. A token is a file of its own,
# written before it is compared: two sessions at once cannot take the fence back.
fenced() {
  case $token in '' | *[!0-9]* | ???????????????????*) echo "$id err bad-token $token"; return 1 ;; esac
  [ -e "fences/$token" ] || : 2>/dev/null >"fences/$token" || { echo "$id err fence-unwritable"; return 1; }
  highest_fence
  if [ "$token" -lt "$fence" ]; then echo "$id err fenced $fence"; return 1; fi
}

highest_fence() {
  fence=0
  for mark in fences/*; do
    mark=${mark#fences/}
    case $mark in *[!0-9]*) continue ;; esac
    if [ "$mark" -gt "$fence" ]; then
      [ "$fence" = 0 ] || rm -f "fences/$fence"
      fence=$mark
    elif [ "$mark" -lt "$fence" ]; then
      rm -f "fences/$mark"
    fi
  done
}

status() {
  state='' restarts=0 release='' fence=0 keeper=no draining=no releases=''
  if alive run/keeper; then keeper=yes; fi
  for _ in 1 2 3; do [ -s run/state ] && read -r state restarts <run/state && break; done
  [ "$keeper" = yes ] || state=down
  value current && release=$found
  highest_fence
  [ -e drain ] && draining=yes
  for folder in releases/*/.surefoot/complete; do
    [ -e "$folder" ] || continue
    folder=${folder#releases/}
    releases="$releases,${folder%%/*}"
  done
  echo "$id ok state=$state restarts=$restarts release=$release fence=$fence draining=$draining releases=${releases#,}"
}

on_drain() { : >drain; }
on_undrain() { rm -f drain; }
on_start() { tell_keeper start; }
on_stop() { tell_keeper stop; }
on_kill() { tell_keeper kill; }
# The control fifo is opened for both ways so that a dead keeper cannot block the session.
tell_keeper() { alive run/keeper || { echo 'the keeper is down'; return 1; }; echo "$1" 1<>run/control; }

# fetch RELEASE SHA256: unpacks incoming/RELEASE.tar with incoming/RELEASE.env, whole or not at all.
on_fetch() {
  [ -e "releases/$one/.surefoot/complete" ] && return 0
  [ -n "$two" ] && [ "$(checksum "incoming/$one.tar")" = "$two" ] || { echo "wrong digest for $one"; return 1; }
  rm -rf "releases/$one.new"
  # What was unpacked so far would keep a full disk full.
  mkdir "releases/$one.new" && tar -xof "incoming/$one.tar" -C "releases/$one.new" || { rm -rf "releases/$one.new"; return 1; }
  mkdir "releases/$one.new/.surefoot" && mv "incoming/$one.env" "releases/$one.new/.surefoot/release.env" || return 1
  : >"releases/$one.new/.surefoot/complete" && rm -rf "releases/$one" && mv "releases/$one.new" "releases/$one" || return 1
  rm -f "incoming/$one.tar"
}

checksum() {
  { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1" 2>/dev/null || openssl dgst -r -sha256 "$1"; } | { read -r sum _ && echo "$sum"; }
}

# --- what arrives over ssh --------------------------------------------------------------------------------------

file_name() { case $1 in '' | .* | *[!A-Za-z0-9._+-]*) return 1 ;; esac; }

bytes() { wc -c <"$1" | tr -d ' '; }

# held FILE: size and digest of what is here of a file, whole or in part, so that only the rest is sent.
held() {
  file_name "$1" || { echo "$id err bad-name"; return; }
  for part in "incoming/$1" "incoming/$1.part"; do
    [ -s "$part" ] && { echo "$id ok $(bytes "$part") $(checksum "$part")"; return; }
  done
  echo "$id ok 0 -"
}

# receive FILE FROM SIZE: appends what stdin gives. A cut keeps what came; a disk that is full keeps nothing.
receive() {
  file_name "$1" && mkdir -p incoming || exit 2
  part=incoming/$1.part
  [ "$2" = 0 ] && { rm -f "incoming/$1"; : >"$part" || exit 1; }
  [ -e "$part" ] && [ "$(bytes "$part")" = "$2" ] || { echo "not $2 bytes of $1 are here" >&2; exit 1; }
  cat >>"$part" || { rm -f "$part"; exit 1; }
  [ "$(bytes "$part")" = "$3" ] || { echo "cut off at $(bytes "$part") of $3 bytes" >&2; exit 3; }
  mv -f "$part" "incoming/$1"
}

on_switch() {
  [ -e "releases/$one/.surefoot/complete" ] || { echo "release $one is not on this node"; return 1; }
  replace current "$one" && touch "releases/$one/.surefoot/complete"
}

# A node whose first release failed goes back to having none.
on_clear() { rm -f current; }

# prune KEEP: the current release and the most recently used ones stay, KEEP in all.
on_prune() {
  case $one in '' | *[!0-9]*) echo "keep how many, not $one?"; return 1 ;; esac
  kept=0
  value current && kept=1
  for mark in $(ls -t releases/*/.surefoot/complete 2>/dev/null); do
    name=${mark#releases/}; name=${name%%/*}
    [ "$name" = "$found" ] && continue
    if [ "$kept" -lt "$one" ]; then kept=$((kept + 1)); else rm -rf "releases/$name"; fi
  done
  rm -rf incoming/*
}

case ${1:-} in
  boot) boot ;;
  halt) halt "${2:-10}" ;;
  session) session ;;
  alive) alive run/keeper ;;
  receive) receive "${2:-}" "${3:-0}" "${4:-0}" ;;
  keeper) keeper ;;
  service) run_service ;;
  *) sed -n '2,4p' "$0"; exit 2 ;;
esac
