// The first start of a machine, run for real by a shell: with a stand-in for AWS it becomes a node, and its service answers.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { nodeScript, nodeStart } from "../../../../infra/platforms/aws/node-start.ts";
import { described } from "./mocks.ts";

const run = promisify(execFile);

/** Stands in for AWS: the bucket is a folder, what the group is told goes to a file. */
const aws = `#!/bin/sh
case "$1 $2" in
  's3 cp') for last; do :; done
    for word; do case $word in s3://*) cp "$CLOUD/bucket/\${word#s3://*/}" "$last" ;; esac; done ;;
  's3api get-object')
    [ -e "$CLOUD/denied" ] && { echo 'An error occurred (AccessDenied)' >&2; exit 254; }
    while [ "$1" != --key ]; do shift; done
    [ -e "$CLOUD/bucket/$2" ] || { echo 'An error occurred (NoSuchKey)' >&2; exit 254; }
    cp "$CLOUD/bucket/$2" "$3" ;;
  'autoscaling complete-lifecycle-action') echo "$*" >>"$CLOUD/told" ;;
esac`;
/** Stands in for the metadata service; everything else goes to the real program. */
const curl = `#!/bin/sh
for last; do :; done
case $last in
  */api/token) printf token ;;
  */instance-id) printf i-0abc ;;
  */availability-zone) printf eu-central-1b ;;
  */target-lifecycle-state) cat "$CLOUD/lifecycle" ;;
  *) exec "$CURL" "$@" ;;
esac`;
/** Stands in for systemd: runs what the unit says. */
const systemctl = `#!/bin/sh
unit=$SUREFOOT_PREFIX/etc/systemd/system
echo "$*" >>"$CLOUD/systemctl"
case $1 in
  enable) setsid $(sed -n 's/^ExecStart=//p' "$unit/surefoot-server.service") >>"$CLOUD/keeper.log" 2>&1 </dev/null & ;;
  stop) $(sed -n 's/^ExecStop=//p' "$unit/$2") ;;
esac`;

/** Stands in for what only root can do on a real machine. */
const dnf = "#!/bin/sh\nexit 0";
const runuser = `#!/bin/sh
while [ "$1" != -- ]; do shift; done; shift; exec "$@"`;

interface Machine {
  cloud: string;
  root: string;
  start: () => Promise<string>;
  drain: () => Promise<string>;
  /** Puts a release and its pin into the bucket. */
  pin: (change?: Record<string, unknown>) => void;
  told: () => string;
  url: string;
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

async function machine(startWithin = 30): Promise<Machine> {
  const cloud = mkdtempSync(join(tmpdir(), "surefoot-machine-"));
  const prefix = join(cloud, "disk");
  const root = join(prefix, "opt/surefoot/server");
  for (const folder of ["bin", "bucket/node", "bucket/artifacts/sha256", "bucket/pins", "disk"])
    mkdirSync(join(cloud, folder), { recursive: true });
  for (const [name, text] of Object.entries({
    aws,
    curl,
    systemctl,
    dnf,
    useradd: dnf,
    chown: dnf,
    runuser,
  })) {
    writeFileSync(join(cloud, "bin", name), text);
    chmodSync(join(cloud, "bin", name), 0o755);
  }
  const script = nodeScript();
  writeFileSync(join(cloud, `bucket/node/${script.digest}.sh`), script.text);
  const service = described("prod").services["server"];
  if (service === undefined) throw new Error("no server");
  const port = await freePort();
  const text = nodeStart({
    service: { ...service, startWithin, health: "/healthz", metricsPath: "/metrics" },
    environment: "prod",
    region: "eu-central-1",
    bucket: "releases",
    group: "surefoot-prod-server",
    logGroup: "/surefoot/prod/server",
    secret: "surefoot/prod/server",
    port,
  });
  writeFileSync(join(cloud, "user-data.sh"), text);
  const path = `${join(cloud, "bin")}:${process.env["PATH"]}`;
  const env = {
    ...process.env,
    PATH: path,
    CLOUD: cloud,
    CURL: which("curl"),
    SUREFOOT_PREFIX: prefix,
    SUREFOOT_PAUSE: "1",
  };
  onTestFinished(async () => {
    if (existsSync(join(root, "node.sh"))) await run("sh", [join(root, "node.sh"), "halt", "2"]);
    rmSync(cloud, { recursive: true, force: true });
  });
  const sh = async (file: string) => {
    const { stdout, stderr } = await run("sh", [file], { env, timeout: 60_000 });
    return stdout + stderr;
  };
  return {
    cloud,
    root,
    start: () => sh(join(cloud, "user-data.sh")),
    drain: () => sh(join(prefix, "etc/surefoot/server/drain.sh")),
    pin: (change) => pin(cloud, change),
    told: () => (existsSync(join(cloud, "told")) ? readFileSync(join(cloud, "told"), "utf8") : ""),
    url: `http://127.0.0.1:${port}`,
  };
}

function which(program: string): string {
  return execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
}

// Answers the health check with its own settings, and the metrics with the sessions that the file says.
const server = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        if self.path == "/metrics":
            self.wfile.write(b'# HELP x\\ngame_sessions{room="1"} 1\\ngame_sessions_max 9\\n' if not os.path.exists(os.environ["DRAIN_FILE"] + ".over") else b"game_sessions 0\\n")
        else:
            self.wfile.write("|".join(os.environ[k] for k in ("RELEASE", "NODE_NAME", "NODE_ZONE", "MOTTO", "SECRET_ID")).encode())
            if os.path.exists(os.environ["DRAIN_FILE"]): open(os.environ["DRAIN_FILE"] + ".over", "w").close()
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

function pin(cloud: string, change: Record<string, unknown> = {}): void {
  const dist = join(cloud, "dist");
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, "server.py"), server);
  execFileSync("tar", ["-cf", join(cloud, "r2.tar"), "-C", dist, "."]);
  const bytes = readFileSync(join(cloud, "r2.tar"));
  const hex = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(join(cloud, `bucket/artifacts/sha256/${hex}.tar`), bytes);
  const deployable = {
    id: "r2+3fa9c1d2",
    release: "r2",
    digest: `sha256:${hex}`,
    configHash: "3fa9c1d2",
    config: { MOTTO: `it's $(id) "fine"` },
    start: "exec python3 server.py",
  };
  writeFileSync(join(cloud, "bucket/pins/server.json"), JSON.stringify({ ...deployable, ...change }));
}

it("is a script that fits, is the same each time, and that a shell can read", async () => {
  const { cloud } = await machine();
  const text = readFileSync(join(cloud, "user-data.sh"), "utf8");
  expect(Buffer.from(text).toString("base64").length).toBeLessThan(16_384);
  for (const shell of ["sh", "bash"]) execFileSync(shell, ["-n", join(cloud, "user-data.sh")]);
});

it("boots on the pin: fetched by digest, settings quoted, healthy before the group is told; then drains and stops", async () => {
  const { start, drain, pin: put, told, url, root, cloud } = await machine();
  put();
  expect(await start()).toContain("r2+3fa9c1d2 runs on i-0abc");
  const answer = await (await fetch(`${url}/healthz`)).text();
  expect(answer).toBe(`r2|i-0abc|eu-central-1b|it's $(id) "fine"|surefoot/prod/server`);
  expect(told()).toMatch(
    /--lifecycle-hook-name start --instance-id i-0abc --lifecycle-action-result CONTINUE\n$/,
  );
  expect(readFileSync(join(cloud, "systemctl"), "utf8")).toContain(
    "enable --now surefoot-server.service surefoot-server-drain.service",
  );
  writeFileSync(join(cloud, "lifecycle"), "InService");
  const drained = drain();
  writeFileSync(join(cloud, "lifecycle"), "Terminated");
  await expect.poll(() => existsSync(join(root, "drain")), { timeout: 10_000 }).toBe(true);
  // One session is open: it ends once somebody asks the node again.
  expect(told()).not.toContain("drain");
  await fetch(`${url}/healthz`);
  await drained;
  expect(told()).toMatch(
    /--lifecycle-hook-name drain --instance-id i-0abc --lifecycle-action-result CONTINUE\n$/,
  );
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
});

it("comes up idle without a pin, and is in service for the group", async () => {
  const { start, told, root } = await machine();
  expect(await start()).toContain("idle until the first release");
  expect(told()).toContain("CONTINUE");
  expect(
    execFileSync("sh", ["-c", `echo '1 status' | sh ${root}/node.sh session`], { encoding: "utf8" }),
  ).toContain("state=idle");
});

it.each([
  ["an artifact with another digest", { digest: `sha256:${"0".repeat(64)}` }, ""],
  ["a pin that is no folder", { id: "../../etc" }, ""],
  ["a config key that is no setting", { config: { "A=1;B": "x" } }, ""],
  ["a release that never gets healthy", { start: "exec sleep 60" }, ""],
  ["a bucket that refuses", {}, "denied"],
])("gives the machine up over %s", async (_, change, trouble) => {
  const { start, pin: put, told, cloud } = await machine(2);
  put(change);
  if (trouble !== "") writeFileSync(join(cloud, trouble), "");
  await expect(start()).rejects.toMatchObject({
    code: expect.any(Number),
    stdout: expect.stringContaining("failed with"),
  });
  expect(told()).toMatch(/ABANDON\n$/);
  expect(told()).not.toContain("CONTINUE");
});
