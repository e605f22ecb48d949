// One HTTP request over a kept-alive connection, with a time limit over the whole of it.
import { type Agent, type IncomingHttpHeaders, get } from "node:http";

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export const ASK_LIMIT_MS = 5000;

/** GETs a URL; rejects on a network error, a broken body or after five seconds. */
export function ask(url: string, agent: Agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
      response.once("error", reject);
    });
    const limit = setTimeout(
      () => request.destroy(new Error(`no answer in ${ASK_LIMIT_MS} ms`)),
      ASK_LIMIT_MS,
    );
    request.once("error", reject);
    request.once("close", () => clearTimeout(limit));
  });
}
