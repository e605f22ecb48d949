#!/bin/sh
# Delivers what was pushed and streams the progress to whoever pushes.
set -eu
. "$(dirname "$0")/prepare.sh"

# A connection that is lost must not stop a rollout; Ctrl-C stops it in order: the verb below hears it too.
trap '' HUP PIPE
trap : INT TERM

while read -r _old new ref; do
  [ "$ref" = "refs/heads/$branch" ] || continue
  folder=$(mktemp -d "$home/trees/push.XXXXXX")
  rmdir "$folder"
  git worktree prune
  git worktree add --quiet --detach "$folder" "$new"
  trap 'git worktree remove --force "$folder" 2>/dev/null || :' EXIT
  with_modules "$folder"
  export SUREFOOT_STATE="$(git config surefoot.state)" SUREFOOT_DETACHED=1
  # shellcheck disable=SC2046 -- names of environments hold no spaces
  if ! verb "$folder" deliver $(git config surefoot.environments) --commit-pins "./$branch" >&2; then
    echo "surefoot: $branch moved, the delivery did not end well; push a fix, or push again once the cause is gone" >&2
  fi
  if [ "$(git rev-parse "refs/heads/$branch")" != "$new" ]; then
    echo "surefoot: $branch holds new pins: git pull --rebase before the next push" >&2
  fi
done
