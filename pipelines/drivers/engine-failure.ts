// Turns a failed operation of the engine into one clear refusal: a protected resource, AWS's or the cluster's own refusal, a missing plugin, or the engine's words.
import type { Description } from "../../environments/shape.ts";
import { locateEngine } from "../../infra/engine/locate.ts";
import { nameOf } from "../../infra/engine/urn.ts";
import { Refusal } from "../errors.ts";
import { awsCauseOf } from "./aws-cause.ts";
import { kubeCauseOf } from "./kube-cause.ts";

export interface FailedOperation {
  environment: string;
  platform: Description["platform"];
  /** False for what only looked. */
  changes: boolean;
}

// What the engine says of the whole beside what says why.
const noise =
  /^(update failed|preview failed|Unhandled exception: |Running program .* failed|.* failed to register)/;

/** The lines of the engine's own output that say what is wrong, without its progress. */
export function complaintsOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  const said = lines.flatMap((line, index) =>
    line.startsWith("error:") ? [withCauses(line.replace(/^error:\s*/, ""), lines.slice(index + 1))] : [],
  );
  const causes = said.filter((line) => !noise.test(line));
  return [...new Set(causes.length > 0 ? causes : said)];
}

// Some providers only count in the first line: what went wrong stands below it, up to an empty line.
function withCauses(line: string, below: readonly string[]): string {
  if (!/^\d+ errors? occurred:$/.test(line)) return line;
  const end = below.findIndex((one) => one === "" || /^(error|warning):/.test(one));
  return (
    below
      .slice(0, end === -1 ? undefined : end)
      .join(" ")
      .replace(/^\* /, "") || line
  );
}

/** A Refusal for what the engine complains of; any other error as it is. */
export function engineFailure(error: unknown, { environment, platform, changes }: FailedOperation): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const killed = /Command was killed with (SIG\w+)/.exec(error.message)?.[1];
  if (killed !== undefined) return killedRefusal(killed, environment, error);
  const complaints = complaintsOf(error.message);
  const held = protectedNames(error.message);
  if (held.length > 0) return protectedRefusal(held, environment, error);
  if (complaints.length === 0) return error;
  const details = complaints.slice(0, 20);
  const state = changes
    ? "what it had done stays and is in its state; the rest was not begun"
    : "nothing was changed";
  const cause = causeOf(complaints, platform);
  if (cause !== undefined) {
    const what = `the engine could not finish ${environment}: ${cause.what}`;
    return new Refusal(cause.code, { what, state, next: cause.next, details }, { cause: error });
  }
  const engine = locateEngine()?.path ?? "pulumi";
  const [, plugin, version] =
    /plugin 'pulumi-resource-([\w-]+)'.* version (v[\d.]+)/.exec(complaints.join("\n")) ?? [];
  // What only looked was a preview, or an up that had not begun.
  const again = changes ? `surefoot up ${environment}` : "run the same command again";
  return new Refusal(
    "E_ENGINE",
    {
      what: `the engine could not finish ${environment}`,
      state,
      next:
        plugin === undefined
          ? `mend the cause, then: ${again}`
          : `carry the plugin's archive over from where downloads are allowed and run: ${engine} plugin install resource ${plugin} ${version} --file <archive>; then: ${again}`,
      details,
    },
    { cause: error },
  );
}

function causeOf(complaints: readonly string[], platform: Description["platform"]) {
  const remote = platform === "kubernetes" || platform === "aws";
  const kube = remote ? kubeCauseOf(complaints.join("\n")) : undefined;
  if (kube !== undefined) return kube;
  // On other platforms a lost connection is a machine's; of AWS there is only the state, which says so.
  const ofAws =
    platform === "aws" ? complaints : complaints.filter((line) => /operation error|\bs3:\/\//.test(line));
  return awsCauseOf(ofAws.join("\n"));
}

function killedRefusal(signal: string, environment: string, cause: Error): Refusal {
  const why = signal === "SIGKILL" ? ", by somebody or by a system that is out of memory" : "";
  return new Refusal(
    "E_ENGINE",
    {
      what: `the engine was killed (${signal})${why}`,
      state: "what it had begun may be there; the next run finds it again",
      next: `surefoot up ${environment}`,
    },
    { cause },
  );
}

/** Names of resources that the engine keeps from being deleted or replaced. */
function protectedNames(text: string): string[] {
  const found = text.matchAll(
    /resource "(\S+)" (?:cannot be deleted|as it is currently marked for protection)|unable to (?:delete|replace) resource "(\S+)"/g,
  );
  return [...new Set([...found].map(([, one, other]) => nameOf(one ?? other ?? "")))];
}

function protectedRefusal(names: readonly string[], environment: string, cause: Error): Refusal {
  return new Refusal(
    "E_PROTECTED",
    {
      what: `${names.join(", ")} would be deleted or replaced, and ${names.length === 1 ? "is" : "are"} protected: what ${names.length === 1 ? "it holds" : "they hold"} would be gone`,
      state: "nothing was deleted or replaced",
      next: `put ${names.length === 1 ? "it" : "them"} back into the description; if it is really meant: surefoot up ${environment} ${names.map((name) => `--acknowledge ${name}`).join(" ")}`,
    },
    { cause },
  );
}
