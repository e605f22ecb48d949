// Turns what the API server answers, or that it does not, into one clear refusal: what failed, what is true now, what to do.
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import { refusing } from "./deed.ts";
import type { Deed } from "./deed.ts";
import { again, unknownCredentials, unreachable } from "./kube-cause.ts";
import type { KubeCause } from "./kube-cause.ts";

/** An answer of the API server that is no success, as it came. */
export class KubeAnswer extends Error {
  override name = "KubeAnswer";
  readonly status: number;
  /** The server's own word, such as `AlreadyExists`; empty where there was none. */
  readonly reason: string;

  constructor(status: number, body: string) {
    const said = parsed(body);
    super(said.message ?? `HTTP ${status}`);
    this.status = status;
    this.reason = said.reason ?? "";
  }
}

/** Signing in failed before anything was sent. What a program that signs in printed may hold its token: it is not repeated. */
export class SignInFailure extends Error {
  override name = "SignInFailure";

  /** Without a cause: it is the token itself that cannot be sent. */
  constructor(cause?: unknown) {
    super(
      cause instanceof Error ? signInText(cause) : "the token has a line break, or a sign that no token has",
    );
  }
}

function signInText(cause: Error): string {
  const { code, path, syscall = "", message } = cause as NodeJS.ErrnoException;
  if (code !== undefined) return `${syscall.split(" ")[0] ?? ""} ${path ?? ""}: ${code}`.trim();
  if (cause instanceof SyntaxError) return "the program that signs in did not answer in JSON";
  if (/HTTP protocol is not allowed/.test(message)) return "the server is http: without encryption";
  return "the program that signs in ended with an error";
}

/** Runs one piece of work on the cluster; what it throws becomes a refusal. A bug stays what it is. */
export const onKube = refusing(kubeFailure);

/** E_KUBE, E_KUBE_ARGO, E_KUBE_CREDENTIALS, E_KUBE_DENIED or E_KUBE_UNREACHABLE; an error that is a bug, as it is. */
export function kubeFailure(error: unknown, { doing, state }: Deed): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const cause = error instanceof KubeAnswer ? answered(error) : unanswered(error);
  if (cause === undefined) return error;
  const { code, what, next } = cause;
  const details = [short(innermost(error).message)];
  return new Refusal(code, { what: `${doing}: ${what}`, state, next, details }, { cause: error });
}

/** True while the cluster may only be away for a moment: a restart of the API server, a lost connection. */
export function isPassing(error: unknown): boolean {
  const cause = error instanceof Refusal ? error.cause : error;
  if (cause instanceof KubeAnswer) return cause.status === 429 || cause.status >= 500;
  return cause instanceof Error && unanswered(cause) !== undefined;
}

function answered({ status, message, reason }: KubeAnswer): KubeCause {
  if (status === 401 || (status === 403 && message.includes('User "system:anonymous"')))
    return unknownCredentials;
  if (status === 403) {
    // User "x" cannot patch resource "rollouts" in API group "argoproj.io" in the namespace "prod"
    const [, who, verb, resource] = /User "([^"]*)" cannot (\w+) resource "([\w/]+)"/.exec(message) ?? [];
    const may = verb === undefined ? "may not do this" : `may not ${verb} ${resource}`;
    return {
      code: "E_KUBE_DENIED",
      what: `${who === undefined ? "this user" : printable(who)} ${may}`,
      next: `have it allowed by a Role in the namespace; surefoot doctor names every right that is missing`,
    };
  }
  if (status === 404 && /the server could not find the requested resource|page not found/.test(message))
    return {
      code: "E_KUBE_ARGO",
      what: "the cluster does not know this kind of object: Argo Rollouts, or another part, is not installed",
      next: "surefoot doctor names what is missing and how it is installed",
    };
  if (status === 429 || status >= 500)
    return {
      code: "E_KUBE_UNREACHABLE",
      what: `the API server is not well (HTTP ${status})`,
      next: `wait until it is back, ${again}`,
    };
  return {
    code: "E_KUBE",
    what: `the API server refused${reason === "" ? "" : ` with ${printable(reason)}`}`,
    next: `mend what it names, ${again}`,
  };
}

const network =
  /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+|CERT_\w+|SELF_SIGNED\w*|DEPTH_ZERO\w*|UNABLE_TO_\w+)\b|TimeoutError|terminated|fetch failed|other side closed|socket hang up/;

function unanswered(error: Error): KubeCause | undefined {
  const text = told(error);
  if (error instanceof SignInFailure)
    return {
      code: "E_KUBE_CREDENTIALS",
      what: "signing in to the cluster failed",
      next: `\`kubectl version\` tells more of it; mend the user and cluster of the kubeconfig, ${again}`,
    };
  if (!network.test(text)) return undefined;
  return unreachable(/CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_/.test(text));
}

function told(error: Error): string {
  const { code } = error as { code?: unknown };
  const inner = error.cause instanceof Error ? told(error.cause) : "";
  return [error.name, typeof code === "string" ? code : "", error.message, inner].join(" ");
}

/** "fetch failed" says nothing; what it was caused by does. */
const innermost = (error: Error): Error =>
  error.cause instanceof Error && error.cause.message !== "" ? innermost(error.cause) : error;

const short = (text: string): string => printable(text).slice(0, 300);

function parsed(body: string): { message?: string; reason?: string } {
  try {
    const { message, reason } = JSON.parse(body) as Record<string, unknown>;
    return {
      ...(typeof message === "string" ? { message } : {}),
      ...(typeof reason === "string" ? { reason } : {}),
    };
  } catch {
    return body.trim() === "" ? {} : { message: body.trim().slice(0, 500) };
  }
}
