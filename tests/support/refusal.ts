// Catches the refusal that an action must end in, so that a test can look at its code, words and details.
import { Refusal } from "../../pipelines/errors.ts";

/** The refusal of a synchronous action. */
export function refusalOf(action: () => unknown): Refusal {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

/** The refusal of an asynchronous action. */
export async function refusalFrom(action: Promise<unknown>): Promise<Refusal> {
  const outcome = await action.then(
    () => new Error("it was not refused"),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}
