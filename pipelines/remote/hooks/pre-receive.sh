#!/bin/sh
# Refuses a push whose descriptions are broken, with every complaint, before the branch moves.
set -eu
. "$(dirname "$0")/prepare.sh"

folder=$home/trees/check-$(date +%s)-$$
mkdir "$folder"
# Beside it: a commit may hold a file of any name.
trap 'rm -rf "$folder" "$folder.index" "$folder.index.lock"' EXIT
trap 'exit 1' INT TERM HUP

while read -r _old new ref; do
  [ "$ref" = "refs/heads/$branch" ] || continue
  if [ -z "$(echo "$new" | tr -d 0)" ]; then
    echo "surefoot: $branch is what is delivered, it cannot be deleted" >&2
    exit 1
  fi
  # Not git archive: what a commit says of its own export must not hide a file from the check.
  export GIT_INDEX_FILE="$folder.index"
  git read-tree "$new"
  git --work-tree="$folder" checkout-index --all
  unset GIT_INDEX_FILE
  with_modules "$folder"
  if ! verb "$folder" check >&2; then
    echo "surefoot: refused; $branch did not move, nothing was touched" >&2
    exit 1
  fi
done
