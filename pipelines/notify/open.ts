// Opens the chats of an environment; those of a rehearsal stay silent.
import type { Described } from "../environment/describe.ts";
import { openNotifier } from "./notifier.ts";
import type { Notifier, NotifierOptions } from "./notifier.ts";

/** The chats of this environment. A rehearsal tells nobody, whatever is set on this machine. */
export function notifierOf(
  { name, description }: Pick<Described, "name" | "description">,
  options: NotifierOptions,
): Notifier {
  return openNotifier(name.local ? [] : description.notify, options);
}
