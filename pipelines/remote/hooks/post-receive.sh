#!/bin/sh
# Delivers what was pushed and streams the progress to whoever pushes.
set -eu
. "$(dirname "$0")/prepare.sh"

# A connection that is lost must not stop a rollout; Ctrl-C stops it in order: the verb below hears it too.
trap '' HUP PIPE
trap : INT TERM
remote=$(git config surefoot.remote || echo '<this remote>')

# Whatever ends this before the verb: the branch has moved, and a push of the same is none.
leave() {
  git worktree remove --force "$folder" 2>/dev/null || :
  [ -n "$begun" ] || echo "surefoot: $branch moved and nothing was delivered; once the cause is gone: git commit --allow-empty -m 'go on', and push that" >&2
}

while read -r old new ref; do
  [ "$ref" = "refs/heads/$branch" ] || continue
  # Whoever pushes them may be a delivery itself, and would wait for this one.
  if only_pins "$old" "$new"; then continue; fi
  folder=$home/trees/push-$(date +%s)-$$
  begun=
  trap leave EXIT
  sweep
  git worktree add --quiet --detach "$folder" "$new"
  with_modules "$folder"
  export SUREFOOT_STATE="$(git config surefoot.state)" SUREFOOT_DETACHED=1
  begun=1
  # shellcheck disable=SC2046 -- names of environments hold no spaces
  if ! verb "$folder" deliver $(git config surefoot.environments) --commit-pins "./$branch" >&2; then
    echo "surefoot: $branch moved, the delivery did not end well; push a fix, or once the cause is gone: git commit --allow-empty, and push that" >&2
  fi
  if [ "$(git rev-parse "refs/heads/$branch")" != "$new" ]; then
    echo "surefoot: $branch holds new pins: git pull --rebase $remote $branch before you approve or push again" >&2
  fi
done
