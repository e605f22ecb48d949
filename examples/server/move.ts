// The one message that players send.
import type { RawData } from "ws";

/** Whether the message reads {"type":"move"}, with whatever else in it. */
export function isMove(data: RawData): boolean {
  try {
    const message: unknown = JSON.parse(String(data));
    return typeof message === "object" && message !== null && "type" in message && message.type === "move";
  } catch {
    return false;
  }
}
