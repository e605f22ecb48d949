// What runs on a host, run by this machine's own shells: set up, looked at, taken away, with systemd and sudo and without.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lookScript, removeScript, setUpScript } from "../../../../infra/platforms/ssh/script.ts";
import { processesOf } from "../../../support/world.ts";
import { shells } from "../node/rig.ts";

interface Host {
  folder: string;
  root: string;
  run: (script: string) => { code: number | null; said: string; stderr: string };
}

/** A folder that plays a host; `programs` stand in for what is on its PATH. */
function newHost(shell: string, programs: Record<string, string> = {}): Host {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-host-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, text] of Object.entries({ sudo: "exit 1", systemctl: "exit 1", ...programs })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const root = join(folder, "it's", "$(touch harm)", "node");
  const run: Host["run"] = (script) => {
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}`, HOST_FOLDER: folder };
    const words = shell === "busybox" ? ["busybox", "sh", "-s"] : [shell, "-s"];
    const ran = spawnSync(words[0] ?? "sh", words.slice(1), {
      input: script,
      encoding: "utf8",
      env,
      cwd: folder,
    });
    return { code: ran.status, said: ran.stdout.trim(), stderr: ran.stderr };
  };
  onTestFinished(() => {
    if (existsSync(join(root, "node.sh"))) execFileSync("sh", [join(root, "node.sh"), "halt", "2"]);
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, root, run };
}

it.each(shells)(
  "%s: sets a node up, sees it, keeps its keeper, takes it away, whatever the folder is called",
  async (shell) => {
    const { root, run, folder } = newHost(shell);
    const place = { environment: "prod", name: "server-01", root };
    expect(run(lookScript(place)).said).toBe("surefoot-absent");
    const settings = { PORT: "1", VALUE: "it's $(touch harm)\nEND" };
    const made = run(setUpScript(place, settings));
    expect([made.code, made.said], made.stderr).toEqual([0, "surefoot-done"]);
    expect(run(lookScript(place)).said).toBe("surefoot-running");
    const keeper = readFileSync(join(root, "run", "keeper"), "utf8");
    expect(run(setUpScript(place, settings)).code).toBe(0);
    expect(readFileSync(join(root, "run", "keeper"), "utf8")).toBe(keeper);
    expect(statSync(join(root, "node.env")).mode & 0o777).toBe(0o600);
    const told = execFileSync("sh", ["-c", '. "$1"; printf %s "$VALUE"', "sh", join(root, "node.env")], {
      encoding: "utf8",
    });
    expect(told).toBe(settings.VALUE);
    process.kill(Number(keeper.split(" ")[0]), "SIGKILL");
    await expect.poll(() => run(lookScript(place)).said).toBe("surefoot-down");
    expect(run(setUpScript(place, settings)).code).toBe(0);
    expect(run(lookScript(place)).said).toBe("surefoot-running");
    expect(run(removeScript(place)).said).toBe("surefoot-done");
    expect(existsSync(root)).toBe(false);
    expect(run(removeScript(place)).said).toBe("surefoot-done");
    expect(existsSync(join(folder, "harm"))).toBe(false);
  },
);

it("says what to do where the folder cannot be made", () => {
  const { run, folder } = newHost("sh");
  writeFileSync(join(folder, "file"), "");
  const made = run(
    setUpScript({ environment: "prod", name: "server-01", root: join(folder, "file", "node") }, {}),
  );
  expect(made.code).toBe(1);
  expect(made.stderr).toMatch(
    /^surefoot: \S+ cannot make .*\/file\/node: make it and give it to that user, allow sudo/m,
  );
});

it.each(shells)("%s: neither takes nor removes a folder that holds something else", (shell) => {
  const { run, root } = newHost(shell);
  const place = { environment: "prod", name: "server-01", root };
  const precious = join(root, "precious");
  mkdirSync(root, { recursive: true });
  writeFileSync(precious, "");
  const made = run(setUpScript(place, {}));
  expect([made.code, made.stderr]).toEqual([
    1,
    expect.stringMatching(/^surefoot: .* in use by something else/),
  ]);
  expect(run(lookScript(place)).said).toBe("surefoot-absent");
  expect(run(removeScript(place)).said).toBe("surefoot-done");
  expect(readdirSync(root)).toEqual(["precious"]);
  // What a set-up that was cut off left, and what a file system of its own has.
  rmSync(precious);
  for (const name of ["node.sh.new", "lost+found"]) writeFileSync(join(root, name), "");
  expect(run(setUpScript(place, {})).said).toBe("surefoot-done");
});

it.each(shells)(
  "%s: a node whose script was deleted is down, not gone: its keeper is kept, or ended",
  (shell) => {
    const { run, root } = newHost(shell);
    const place = { environment: "prod", name: "server-01", root };
    expect(run(setUpScript(place, {})).said).toBe("surefoot-done");
    const keeper = readFileSync(join(root, "run", "keeper"), "utf8");
    rmSync(join(root, "node.sh"));
    expect(run(lookScript(place)).said).toBe("surefoot-down");
    expect(run(setUpScript(place, {})).said).toBe("surefoot-done");
    expect(readFileSync(join(root, "run", "keeper"), "utf8")).toBe(keeper);
    rmSync(join(root, "node.sh"));
    expect(run(removeScript(place)).said).toBe("surefoot-done");
    expect(existsSync(root)).toBe(false);
    expect(processesOf(root)).toEqual([]);
  },
);

// Stand-ins for a machine with systemd whose user may use sudo: what they are told is on record, the unit's command is run.
const withSystemd = {
  id: "case $1 in -un) echo deploy ;; *) echo 1000 ;; esac",
  sudo: '[ "$1" = -n ] || exit 1; shift; echo "sudo $*" >>"$HOST_FOLDER/calls"; exec "$@"',
  systemctl: `case $* in
  is-system-running) echo running ;;
  "restart surefoot-prod-server-01.service") setsid sh -c "$(sed -n 's/^ExecStart=//p' "$HOST_FOLDER/units/surefoot-prod-server-01.service")" </dev/null >/dev/null 2>&1 & ;;
  disable*) sh "$HOST_FOLDER/node/node.sh" halt 5 ;;
esac`,
};

it("writes a system unit where there are systemd and sudo without a password, and takes it away again", () => {
  const { run, folder } = newHost("sh", withSystemd);
  const units = join(folder, "units");
  mkdirSync(units);
  const place = { environment: "prod", name: "server-01", root: join(folder, "node") };
  const here = (script: string): string => script.replaceAll("/etc/systemd/system", units);
  const made = run(here(setUpScript(place, { PORT: "1" })));
  expect([made.code, made.said], made.stderr).toEqual([0, "surefoot-done"]);
  const unit = readFileSync(join(units, "surefoot-prod-server-01.service"), "utf8");
  expect(unit).toContain(`User=deploy\nExecStart=/bin/sh ${place.root}/node.sh keeper\n`);
  expect(run(here(lookScript(place))).said).toBe("surefoot-running");
  const calls = readFileSync(join(folder, "calls"), "utf8");
  for (const call of [
    "daemon-reload",
    "enable --quiet surefoot-prod-server-01.service",
    "restart surefoot-prod-server-01.service",
  ])
    expect(calls).toContain(`sudo systemctl ${call}\n`);
  // Its keeper runs: a second time nothing is restarted.
  expect(run(here(setUpScript(place, { PORT: "1" }))).code).toBe(0);
  expect(readFileSync(join(folder, "calls"), "utf8").match(/restart/g)?.length).toBe(1);
  expect(run(here(removeScript(place))).said).toBe("surefoot-done");
  expect([existsSync(place.root), existsSync(join(units, "surefoot-prod-server-01.service"))]).toEqual([
    false,
    false,
  ]);
});

it("neither takes over nor takes away what another environment has there", () => {
  const { run, root } = newHost("sh");
  const [ours, theirs] = ["prod", "dev"].map((environment) => ({ environment, name: "server-01", root })) as [
    any,
    any,
  ];
  expect(run(setUpScript(theirs, { PORT: "1" })).code).toBe(0);
  const refused = run(setUpScript(ours, { PORT: "2" }));
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("is a node of dev: set another root"),
  ]);
  expect(run(lookScript(ours)).said).toBe("surefoot-absent");
  expect(run(removeScript(ours)).said).toBe("surefoot-done");
  expect(run(lookScript(theirs)).said).toBe("surefoot-running");
  expect(run(removeScript(theirs)).said).toBe("surefoot-done");
  expect(existsSync(root)).toBe(false);
});
