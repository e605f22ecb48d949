// Which headers may cross the edge, and which ones the edge adds (RFC 9110 section 7.6).
import type { IncomingHttpHeaders } from "node:http";

// `expect` is answered by the edge's own server, so it must not be asked a second time upstream.
const hopByHop = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

interface Arrival {
  /** Address of the client, as the socket says. */
  client: string;
  port: number;
  httpVersion: string;
  host: string | undefined;
}

/**
 * The headers for the node: hop-by-hop ones gone, `host` as the client said it, `x-forwarded-for` and `via` continued.
 * Host, port and scheme are overwritten, as nobody before the edge is known to tell the truth.
 */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  hasBody: boolean,
  arrival: Arrival,
): IncomingHttpHeaders {
  const { client, port, httpVersion, host } = arrival;
  const kept = endToEnd(headers);
  if (!hasBody && kept["content-length"] !== "0") delete kept["content-length"];
  const before = (name: string): string => (headers[name] === undefined ? "" : `${String(headers[name])}, `);
  return {
    ...kept,
    ...(host === undefined ? {} : { host, "x-forwarded-host": host }),
    "x-forwarded-for": `${before("x-forwarded-for")}${client}`,
    "x-forwarded-port": String(port),
    "x-forwarded-proto": "http",
    via: `${before("via")}${httpVersion} surefoot-edge`,
  };
}

/** The headers without those that belong to one connection, the ones named in `connection` included. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set(
    String(headers.connection ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()),
    ),
  );
}
