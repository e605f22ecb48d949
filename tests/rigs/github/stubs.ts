// What stands in for the actions of others, which need GitHub's own machines: each does the part of its work that ours rely on.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { actions } from "./workflows.ts";

interface Stub {
  inputs: Record<string, string>;
  script: string;
}

const token = "${{ github.token }}";

/**
 * Told by the rig's environment: RIG_MODULES (a node_modules that is set up), RIG_ARTIFACTS (a folder), RIG_SESSIONS (a file: a line
 * for each session that is asked for).
 */
const stubs: Record<string, Stub> = {
  // Fetches with the token, leaves none behind; another branch than the event's is taken as it is now.
  "actions/checkout": {
    inputs: { ref: "", "fetch-depth": "1", "persist-credentials": "true", token },
    script: `
      export GIT_TERMINAL_PROMPT=0
      test "$PERSIST_CREDENTIALS" = false
      git init --quiet --initial-branch=none
      git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
      login="http.$GITHUB_SERVER_URL/.extraheader=AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w0)"
      if [ "$FETCH_DEPTH" = 0 ]; then
        git -c "$login" fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*' "$GITHUB_SHA"
      else
        git -c "$login" fetch --quiet --no-tags --depth "$FETCH_DEPTH" origin "\${REF:-$GITHUB_SHA}"
      fi
      if [ -n "$REF" ]; then git checkout --quiet -B "$REF" "refs/remotes/origin/$REF"
      else git checkout --quiet --detach "$GITHUB_SHA"; fi
      ln -s "$RIG_MODULES" node_modules
      echo node_modules >> .git/info/exclude`,
  },
  "actions/setup-node": {
    inputs: { "node-version": "", "package-manager-cache": "true" },
    script: `
      dirname "$(readlink -f "$RIG_MODULES/.bin/node")" >> "$GITHUB_PATH"
      test "$("$RIG_MODULES/.bin/node" --version)" = "v$NODE_VERSION"`,
  },
  "actions/cache": {
    inputs: { path: "", key: "" },
    script: `
      echo "cache: $KEY"
      test -n "$PATH_INPUT"`,
  },
  "actions/upload-artifact": {
    inputs: { name: "", path: "", "retention-days": "" },
    script: `
      mkdir -p "$RIG_ARTIFACTS/$NAME"
      if [ -e "$PATH_INPUT" ]; then cp "$PATH_INPUT" "$RIG_ARTIFACTS/$NAME/"
      else rmdir "$RIG_ARTIFACTS/$NAME"; echo "no files were found: $PATH_INPUT"; fi`,
  },
  // One that fits is laid into the folder itself, several into a folder each; none is no mistake.
  "actions/download-artifact": {
    inputs: { pattern: "", path: "" },
    script: `
      cd "$RIG_ARTIFACTS"
      shopt -s nullglob
      found=($PATTERN)
      echo "\${#found[@]} artifact(s) downloaded"
      mkdir -p "$PATH_INPUT"
      if [ "\${#found[@]}" = 1 ]; then cp "\${found[0]}"/* "$PATH_INPUT/"
      elif [ "\${#found[@]}" -gt 1 ]; then cp -r "\${found[@]}" "$PATH_INPUT/"; fi`,
  },
  "aws-actions/configure-aws-credentials": {
    inputs: {
      "role-to-assume": "",
      "aws-region": "",
      "role-session-name": "",
      "role-duration-seconds": "3600",
    },
    script: `
      echo "$GITHUB_JOB $ROLE_TO_ASSUME $AWS_REGION $ROLE_DURATION_SECONDS" >> "$RIG_SESSIONS"
      test -n "$ROLE_TO_ASSUME" && test -n "$AWS_REGION"`,
  },
};

// PATH is everybody's.
const variable = (input: string): string =>
  input === "path" ? "PATH_INPUT" : input.toUpperCase().replaceAll("-", "_");

/** Writes the stubs below `home`; what act must be told so that it takes them, for every action that our workflows name. */
export function writeStubs(home: string): string[] {
  for (const [action, { inputs, script }] of Object.entries(stubs)) {
    const env = Object.keys(inputs).map((input) => [variable(input), `\${{ inputs.${input} }}`]);
    const shown = Object.entries(inputs).map(([input, value]) => [input, { default: value }]);
    const run = script.replaceAll(/^ {6}/gm, "").trim();
    const steps = [{ shell: "bash", env: Object.fromEntries(env), run }];
    const text = { name: action, inputs: Object.fromEntries(shown), runs: { using: "composite", steps } };
    mkdirSync(join(home, action), { recursive: true });
    writeFileSync(join(home, action, "action.yml"), stringify(text));
  }
  return actions.flatMap((uses) => {
    const name = uses.split("@")[0] ?? "";
    if (stubs[name] === undefined) throw new Error(`nothing stands in for ${uses}`);
    return ["--local-repository", `${uses}=${join(home, name)}`];
  });
}
