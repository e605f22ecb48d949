// Reads the whole answer to an HTTP request, up to so many bytes.
import type { ClientRequest, IncomingMessage } from "node:http";

export interface Room {
  bytes: number;
  /** What the request ends with where the answer is longer. */
  tooLong: string;
}

export interface Heard {
  resolve: (text: string) => void;
  reject: (error: Error) => void;
}

export function readAnswer(
  asked: ClientRequest,
  answer: IncomingMessage,
  { bytes, tooLong }: Room,
  { resolve, reject }: Heard,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  answer.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > bytes) asked.destroy(new Error(tooLong));
    else chunks.push(chunk);
  });
  answer.once("error", reject);
  answer.once("end", () => resolve(Buffer.concat(chunks).toString()));
}
