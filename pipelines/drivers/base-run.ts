// Runs the base's own code in its own tree, with nothing that opens a door; ends it when nobody waits any more.
import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

/** What is run there; its words and its lines on stdout stay as they are, whatever else changes. */
export const baseEntry = "pipelines/preview/stand-in-state.ts";

/** What became of each environment: "" where it was made, else why not. Throws the signal's reason. */
export async function runBase(
  tree: string,
  { folder, passphrase, root }: { folder: string; passphrase: string; root: string },
  environments: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  // A group of its own: Ctrl-C is for us, who end it in order.
  const child = spawn(process.execPath, [baseEntry, folder, ...environments], {
    cwd: tree,
    env: { ...bareEnvironment(root), PULUMI_CONFIG_PASSPHRASE: passphrase },
    stdio: "pipe",
    detached: true,
  });
  child.stdin.on("error", () => {});
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)));
  const killGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  let patience: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill("SIGTERM");
    patience = setTimeout(killGroup, 15_000);
  };
  // Before the folder that it writes into is removed.
  process.prependOnceListener("exit", killGroup);
  signal.addEventListener("abort", end, { once: true });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve()).once("close", () => resolve());
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const news = told(line);
    if (news !== undefined)
      made.set(news.environment, news.ok === true ? "" : (news.what ?? "it said nothing"));
  });
  if (signal.aborted) end();
  await ended;
  clearTimeout(patience);
  process.off("exit", killGroup);
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  const why = /^\w*Error.*$/m.exec(complaint)?.[0] ?? "";
  for (const name of environments)
    if (!made.has(name)) made.set(name, why === "" ? "it ended early" : `it ended early: ${why}`);
  return made;
}

const toldSchema = z.object({
  environment: z.string(),
  ok: z.unknown().optional(),
  what: z.string().optional(),
});

/** A line that is about an environment; anything else that the base prints is passed over. */
function told(line: string): z.infer<typeof toldSchema> | undefined {
  try {
    return toldSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const passedOn =
  /^(PATH|HOME|LANG|LC_ALL|TMPDIR|TEMP|TMP|XDG_CACHE_HOME|SUREFOOT_CACHE|NO_COLOR|SYSTEMROOT)$/i;

/** What a program needs to run and nothing that opens a door: no credential, no token, no way to one. */
export function bareEnvironment(root: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && passedOn.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    KUBECONFIG: devNull,
    PULUMI_CREDENTIALS_PATH: join(root, "credentials"),
  };
}
