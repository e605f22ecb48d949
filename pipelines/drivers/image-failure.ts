// What a registry that fails says to the person: the cause and the way out, without credentials. Pure.
import type { ErrorCode } from "../error-codes.ts";
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import { maskText } from "../masking/secrets.ts";

export interface Places {
  /** As it is pushed to, with service and tag. */
  image: string;
  base: string;
}

interface Cause {
  code: ErrorCode;
  what: string;
  next: string;
}

const again = "then run the same command again";
const denied = /\b(UNAUTHORIZED|DENIED)\b|\b(401|403) |unauthorized|no basic auth|error getting credentials/i;
const absent = /\b(MANIFEST|NAME|BLOB)_UNKNOWN\b|\bNOT_FOUND\b|\b404 |no child with platform/;
const unreachable =
  /dial tcp|no such host|connection re(fused|set)|broken pipe|i\/o timeout|timeout:|deadline exceeded|handshake|x509:|tls:|HTTP response to HTTPS|network is unreachable|\bEOF\b|\b(502|503|504) |TOOMANYREQUESTS|\b429 /;

/** Whether a lookup failed because there is no such image (yet). */
export const isAbsent = (said: string): boolean => absent.test(said);
/** Whether credentials are missing or not enough. */
export const isDenied = (said: string): boolean => denied.test(said);

/** The refusal for what crane said about these places. */
export function imageFailure(said: string, { image, base }: Places, cause?: unknown): Refusal {
  const { code, what, next } = /^Error: pulling /m.test(said) ? ofBase(said, base) : ofPush(said, image);
  return new Refusal(
    code,
    { what, state: "no node was changed by this", next, details: detailsOf(said) },
    { cause },
  );
}

function ofBase(said: string, base: string): Cause {
  if (denied.test(said)) return deniedBy(hostOf(base), `read the base image ${base}`);
  if (absent.test(said)) {
    return {
      code: "E_BASE_IMAGE",
      what: `there is no base image ${base} for linux/amd64`,
      next: `mend kubernetes.base in the description (\`crane digest <image>\` tells a digest), ${again}`,
    };
  }
  return unreached(hostOf(base), "did not hand out the base image");
}

function ofPush(said: string, image: string): Cause {
  if (denied.test(said)) return deniedBy(hostOf(image), `push ${image}`);
  if (unreachable.test(said)) return unreached(hostOf(image), "cannot be reached or does not answer");
  return {
    code: "E_IMAGE_PUSH",
    what: `the registry did not take ${image}`,
    next: `see what it said; some registries want the repository to be made first, or forbid to replace a tag; ${again}`,
  };
}

const deniedBy = (host: string, deed: string): Cause => ({
  code: "E_REGISTRY_DENIED",
  what: `the credentials for ${host} are missing or do not allow to ${deed}`,
  next: `\`docker login ${host}\` or \`crane auth login ${host}\`, ${again}`,
});

const unreached = (host: string, what: string): Cause => ({
  code: "E_REGISTRY",
  what: `the registry ${host} ${what}`,
  next: `\`crane digest\` on an image of ${host} shows whether it is the network, its certificate or the registry; ${again}`,
});

/** As crane reads it: without a dot or a port the first part belongs to Docker Hub. */
function hostOf(reference: string): string {
  const [first = ""] = reference.split("/");
  return reference.includes("/") && /[.:]|^localhost$/.test(first) ? first : "index.docker.io";
}

/** The last lines, plain: a registry may put anything into its answer. */
const detailsOf = (said: string): string[] =>
  maskText(said)
    .split(/\r?\n/)
    .slice(-5)
    .map((line) => printable(line).slice(0, 500));
