// What an error of AWS means, told from its text alone: that of a client, or of the engine's own output. Pure.
import { printable } from "../ledger/printable.ts";

export interface AwsCause {
  code: "E_AWS" | "E_AWS_CREDENTIALS" | "E_AWS_DENIED" | "E_AWS_THROTTLED" | "E_AWS_UNREACHABLE";
  what: string;
  next: string;
}

const signIn = "Sign in again (`aws sso login`, or set AWS_PROFILE), then run the same command again.";
const credentials = (what: string, next = signIn): AwsCause => ({ code: "E_AWS_CREDENTIALS", what, next });
const throttled: AwsCause = {
  code: "E_AWS_THROTTLED",
  what: "AWS asks for fewer calls: it was still throttling after several tries",
  next: "Wait a minute, then run the same command again; if it stays so, ask AWS for a higher quota.",
};
const unreachable: AwsCause = {
  code: "E_AWS_UNREACHABLE",
  what: "AWS cannot be reached from here",
  next: "Check network, proxy and the name of the region, then run the same command again.",
};

const failing: AwsCause = {
  code: "E_AWS_UNREACHABLE",
  what: "AWS itself is failing: it could not answer after several tries",
  next: "Look at AWS's own health page, then run the same command again.",
};

type Rule = [RegExp, (found: RegExpExecArray, text: string) => AwsCause];

// The first that fits counts: a lost network inside a refresh of credentials is a lost network.
const rules: Rule[] = [
  [
    /AWS account ID not allowed: (\d{12})/i,
    ([, account]) => credentials(`these credentials are for another account: ${account}`),
  ],
  [
    /RequestTimeTooSkewed|Signature (?:not yet current|expired)|RequestExpired/i,
    () =>
      credentials(
        "AWS does not accept the time of this machine",
        "Set this machine's clock (NTP), then run the same command again.",
      ),
  ],
  [
    /Expired ?Token|TokenRefreshRequired|token included in the request is expired|(?:SSO|token)[^\n]*\b(?:has )?expired/i,
    () => credentials("the credentials for AWS have expired"),
  ],
  [
    /InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|AuthFailure|InvalidIdentityToken|IncompleteSignature|InvalidSignature|InvalidGrantException/,
    () => credentials("AWS does not know these credentials"),
  ],
  [
    /no EC2 IMDS role found|Could not load credentials|CredentialsProviderError|CredentialsSignatureError|No valid credential sources|NoCredentialProviders|MissingAuthenticationToken|could not resolve the profile|failed to get shared config profile/i,
    () => credentials("there are no credentials for AWS"),
  ],
  [/is not authorized to perform:? |not authorized to perform/i, (_, text) => denied(text)],
  [
    /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|\bForbidden\b|StatusCode: 403|HTTP 403/,
    (_, text) => denied(text),
  ],
  [
    /Throttl|Rate exceeded|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|LimitExceededException: Rate/i,
    () => throttled,
  ],
  [
    /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|TimeoutError)\b|socket hang up|no such host|connection refused|connection reset|i\/o timeout|TLS handshake timeout|network is unreachable|request send failed/,
    () => unreachable,
  ],
  [/ServiceUnavailable|InternalError|InternalFailure|HTTP 5\d\d/, () => failing],
  [
    /failed to refresh cached credentials|failed to retrieve credentials/i,
    () => credentials("the credentials for AWS could not be had"),
  ],
  [
    /api error (\w+): ([^\n]*)/,
    ([, code, said]) => ({
      code: "E_AWS",
      what: `AWS refused with ${code}: ${short(said ?? "")}`,
      next: "Mend what it names, then run the same command again.",
    }),
  ],
];

/** What this text says of AWS (an error's name and message, or lines of the engine); undefined where it says nothing. */
export function awsCauseOf(text: string): AwsCause | undefined {
  for (const [pattern, cause] of rules) {
    const found = pattern.exec(text);
    if (found) return cause(found, text);
  }
  return undefined;
}

function denied(text: string): AwsCause {
  const who =
    /\b(arn:aws[\w-]*:(?:sts|iam)::\d{12}:(?:assumed-role|user|federated-user|role)\/[\w+=,.@/-]+|arn:aws[\w-]*:iam::\d{12}:root)/.exec(
      text,
    )?.[1];
  const action = /to perform:? ([\w-]+:\w+)/.exec(text)?.[1];
  const resource = /on resource:? "?(arn:[^\s"]+|[^\s"]+)"?/.exec(text)?.[1];
  const why =
    /(explicit deny in an? [\w -]+?policy|no [\w-]+ policy allows|no permissions boundary allows)/.exec(
      text,
    )?.[1];
  const deed =
    action === undefined
      ? "do this"
      : `${action}${resource === undefined ? "" : ` on ${printable(resource)}`}`;
  return {
    code: "E_AWS_DENIED",
    what: `${who === undefined ? "the role in use" : printable(who)} may not ${deed}${why === undefined ? "" : ` (${why})`}`,
    next: `Have ${action ?? "the action"} allowed for that role, or use another (AWS_PROFILE), then run the same command again.`,
  };
}

/** One line, without the long encoded message that EC2 adds. */
export const short = (said: string): string =>
  printable(said.replace(/\s*Encoded authorization failure message: \S+/, "")).slice(0, 300);
