# Makes the files of one commit ready to run: its own code, with the libraries that its lockfile names. Sourced by the hooks.
home=$(cd "$(git rev-parse --git-dir)" && pwd)/surefoot
branch=$(git config surefoot.branch)
mkdir -p "$home/modules" "$home/trees"

# with_modules FOLDER: libraries are installed once per lockfile and shared by all commits that have it.
with_modules() {
  kept=$home/modules/$(git hash-object --no-filters -- "$1/package-lock.json")
  if [ ! -e "$kept/.surefoot-setup" ]; then
    node=$(git config surefoot.node || echo node)
    [ -x "$node" ] || node=node
    echo "surefoot: installs the libraries of this lockfile, once" >&2
    "$node" "$1/scripts/setup.mjs" >&2
    # Of two pushes at once the first one's are kept; a rename is whole or not at all.
    mv "$1/node_modules" "$1/modules.new"
    mv "$1/modules.new" "$kept" 2>/dev/null || rm -rf "$1/modules.new"
  fi
  ln -s "$kept" "$1/node_modules"
}

# verb FOLDER WORDS...: runs a verb of the code in that folder, on that folder.
verb() {
  tree=$1
  shift
  SUREFOOT_REPO=$tree "$tree/node_modules/.bin/node" "$tree/scripts/surefoot.mjs" "$@"
}
