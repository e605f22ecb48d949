// The door of the game server: which WebSocket upgrades become sessions and which are refused, with a reason.
import { STATUS_CODES, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

const RETRY_AFTER_SECONDS = 1;
const MESSAGE_BYTES = 4096;

interface House {
  draining: () => boolean;
  open: (socket: WebSocket, player: string) => void;
}

/** Admits players on /play?player=ID; a draining house answers 503 with retry-after, so the player asks the edge again. */
export function admitPlayers(server: Server, house: House): void {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MESSAGE_BYTES });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://node");
    const player = searchParams.get("player");
    if (pathname !== "/play") return refuse(socket, 404);
    if (!player || player.length > 64) return refuse(socket, 400);
    if (house.draining()) return refuse(socket, 503, `retry-after: ${RETRY_AFTER_SECONDS}\r\n`);
    sockets.handleUpgrade(request, socket, head, (opened) => house.open(opened, player));
  });
}

function refuse(socket: Duplex, status: number, headers = ""): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}connection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
