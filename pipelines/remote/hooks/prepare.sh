# Makes the files of one commit ready to run: its own code, with the libraries that its lockfile names. Sourced by the hooks.
if [ -n "${GIT_NAMESPACE:-}" ]; then
  echo "surefoot: refused: GIT_NAMESPACE is set, and what lies in a namespace is not delivered; unset it, and push again" >&2
  exit 1
fi
home=$(cd "$(git rev-parse --git-dir)" && pwd)/surefoot
branch=$(git config surefoot.branch)
mkdir -p "$home/modules" "$home/trees"
# A rollout of ours that pushes its pins has its own way to name paths.
unset GIT_LITERAL_PATHSPECS

# sweep: trees of hooks that were killed go, once nothing runs in them any more. Their names end in the hook's process;
# an index beside a tree has its name, and more after it.
sweep() {
  for tree in "$home"/trees/*; do
    owner=${tree##*-}
    [ -e "$tree" ] && ! kill -0 "${owner%%.*}" 2>/dev/null || continue
    case $(ps -A -o args=) in *"$tree"*) continue ;; esac
    rm -rf "$tree"
  done
  git worktree prune
}

# only_pins OLD NEW: nothing but pins, committed by a rollout of ours; what a person does to them is a change like any other.
only_pins() {
  [ -n "$(echo "$1" | tr -d 0)" ] && ! git diff --quiet "$1" "$2" || return 1
  git diff --quiet "$1" "$2" -- . ':(exclude,glob)environments/releases/*.json' || return 1
  ! git log --format=%ce "$1..$2" | grep -qvxF surefoot@localhost
}

# with_modules FOLDER: libraries are installed once per lockfile and shared by all commits that have it.
with_modules() {
  if [ -e "$1/node_modules" ] || [ -L "$1/node_modules" ]; then
    echo "surefoot: refused: the commit holds node_modules, and only what the lockfile names may run" >&2
    exit 1
  fi
  kept=$home/modules/$(git hash-object --no-filters -- "$1/package-lock.json")
  if [ ! -e "$kept/.surefoot-setup" ]; then
    node=$(git config surefoot.node || echo node)
    [ -x "$node" ] || node=node
    echo "surefoot: installs the libraries of this lockfile, once" >&2
    "$node" "$1/scripts/setup.mjs" >&2
    # Of two pushes at once the first one's are kept; a rename is whole or not at all.
    mv "$1/node_modules" "$1/modules.new"
    if [ -e "$kept/.surefoot-setup" ]; then rm -rf "$1/modules.new"; else mv "$1/modules.new" "$kept"; fi
  fi
  ln -s "$kept" "$1/node_modules"
}

# verb FOLDER WORDS...: runs a verb of the code in that folder, on that folder.
verb() {
  tree=$1
  shift
  SUREFOOT_REPO=$tree "$tree/node_modules/.bin/node" "$tree/scripts/surefoot.mjs" "$@"
}
