// A piece of work on something outside, and how what it throws becomes a refusal.

/** What was being done, for the message: `reading the pods of server`; and what is true now that it failed. */
export interface Deed {
  doing: string;
  state: string;
}

/** Runs pieces of work; `failure` says what is thrown for an error. A bug stays what it is. */
export function refusing(failure: (error: unknown, deed: Deed) => unknown) {
  return async <T>(deed: Deed, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw failure(error, deed);
    }
  };
}
