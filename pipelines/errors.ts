// The one shape of a message to the user: permanent code, what happened, state now, next command.
import type { ErrorCode } from "./error-codes.ts";

export interface Message {
  /** What happened, one sentence. */
  what: string;
  /** What is true now: what was changed, what was not. */
  state: string;
  /** The command or edit that comes next. */
  next: string;
  /** Gathered complaints or evidence, one line each. */
  details?: string[];
}

/** Something the user can mend. Anything else that is thrown is a bug and is reported as one. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly state: string;
  readonly next: string;
  readonly details: string[];

  constructor(code: ErrorCode, message: Message, options?: ErrorOptions) {
    super(message.what, options);
    this.name = "Refusal";
    this.code = code;
    this.state = message.state;
    this.next = message.next;
    this.details = message.details ?? [];
  }
}
