// The simulated cluster's network: a proxy that leads names and addresses inside it to ports of this machine.
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface Network {
  /** Of the proxy: programs of the cluster get it as `HTTP_PROXY`. */
  url: string;
  /** The same for the API server, which takes a proxy without TLS only on a socket of the file system. */
  socket: string;
  /** `where` is `<name or address>:<port>` as programs in the cluster say it; `port` is one of 127.0.0.1. */
  route: (where: string, port: number) => void;
  close: () => Promise<void>;
}

/** A proxy that ends with this process. `socket` is a path to listen on as well. */
export async function openNetwork(socket: string): Promise<Network> {
  const routes = new Map<string, number>();
  const open = new Set<Socket>();
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) {
    server.on("request", (asked, answer) => forward(routes, asked, answer));
    server.on("connect", (asked: IncomingMessage, near: Socket, head: Buffer) =>
      tunnel(routes.get(asked.url ?? ""), near, head),
    );
    server.on("connection", (one) => {
      open.add(one);
      one.once("close", () => open.delete(one));
    });
  }
  servers[0].listen(0, "127.0.0.1");
  servers[1].listen(socket);
  await Promise.all(servers.map((server) => once(server, "listening")));
  return {
    url: `http://127.0.0.1:${(servers[0].address() as AddressInfo).port}`,
    socket,
    route: (where, port) => void routes.set(where, port),
    close: async () => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const one of open) one.destroy();
      await Promise.all(closed);
    },
  };
}

function tunnel(port: number | undefined, near: Socket, head: Buffer): void {
  const refuse = (): void => void near.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  near.on("error", () => {});
  if (port === undefined) return refuse();
  const far = connect(port, "127.0.0.1", () => {
    near.write("HTTP/1.1 200 Connection established\r\n\r\n");
    far.write(head);
    far.pipe(near).pipe(far);
  });
  far.on("error", refuse);
  near.on("close", () => far.destroy());
}

function forward(routes: Map<string, number>, asked: IncomingMessage, answer: ServerResponse): void {
  const { host, pathname, search } = new URL(asked.url ?? "/", "http://nowhere");
  const port = routes.get(host);
  if (port === undefined) return void answer.writeHead(502).end(`no such host: ${host}`);
  const { method, headers } = asked;
  const options = { host: "127.0.0.1", port, method, headers, path: pathname + search };
  const onward = request(options, (found) => {
    answer.writeHead(found.statusCode ?? 502, found.headers);
    found.pipe(answer);
  });
  onward.on("error", (error) => {
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(502).end(`no route to ${host}: ${error.message}`);
  });
  asked.pipe(onward);
}
