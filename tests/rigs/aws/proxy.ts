// A proxy in front of the rig that fails as AWS and networks do: answers of its own, answers lost, connections cut.
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** lose: carried out, the answer never arrives; cut: not carried out, the connection breaks. */
export type Fate = "pass" | "lose" | "cut" | { status: number; type: string; body: string };

export interface Proxy {
  endpoint: string;
  /** What becomes of each request from here on; `count` is 1 for the first one it is asked about. */
  fate: (decide: (method: string, path: string, count: number) => Fate) => void;
  /** Requests since the last `fate`, as `PUT /bucket/key`. */
  seen: () => string[];
  stop: () => Promise<void>;
}

export async function startProxy(target: string): Promise<Proxy> {
  let decide: (method: string, path: string, count: number) => Fate = () => "pass";
  let seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    const path = decodeURIComponent(url.split("?")[0] ?? "");
    seen.push(`${method} ${path}`);
    const fate = decide(method, path, seen.length);
    if (fate === "cut") incoming.socket.destroy();
    else if (typeof fate === "object") {
      incoming.resume();
      outgoing.writeHead(fate.status, { "content-type": fate.type }).end(fate.body);
    } else forward(target, incoming, outgoing, fate === "lose");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: (next) => {
      decide = next;
      seen = [];
    },
    seen: () => seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, lose: boolean): void {
  const { method, headers, url } = incoming;
  const inner = request(`${target}${url}`, { method: method ?? "GET", headers }, (answer) => {
    if (lose) {
      answer.resume();
      answer.once("end", () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  inner.once("error", () => incoming.socket.destroy());
  incoming.pipe(inner);
}

const denied = (action: string, resource: string) =>
  `User: arn:aws:sts::123456789012:assumed-role/surefoot-prod-preview/ann is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`;

const s3Error = (status: number, code: string, message: string): Fate => ({
  status,
  type: "application/xml",
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message.replaceAll('"', "&quot;")}</Message><RequestId>4442587FB7D0A2F9</RequestId><HostId>aGk=</HostId></Error>`,
});
const queryError = (status: number, code: string, message: string): Fate => ({
  status,
  type: "text/xml",
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.replaceAll('"', "&quot;")}</Message></Error><RequestId>9c3f</RequestId></ErrorResponse>`,
});

/** Answers as AWS writes them: S3 in its own XML, RDS and SNS in that of the query protocol. */
export const answers = {
  slowDown: s3Error(503, "SlowDown", "Please reduce your request rate."),
  deniedPut: s3Error(403, "AccessDenied", denied("s3:PutObject", "arn:aws:s3:::team/entry/a")),
  expired: s3Error(400, "ExpiredToken", "The provided token has expired."),
  unknownKey: s3Error(
    403,
    "InvalidAccessKeyId",
    "The AWS Access Key Id you provided does not exist in our records.",
  ),
  conflict: s3Error(
    409,
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
  ),
  throttled: queryError(400, "Throttling", "Rate exceeded"),
  deniedSnapshot: queryError(
    403,
    "AccessDenied",
    denied("rds:CreateDBSnapshot", "arn:aws:rds:eu-central-1:123456789012:snapshot:one"),
  ),
};
