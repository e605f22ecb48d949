// Asks a person at the terminal what was not given as flags.
import { Refusal } from "../errors.ts";
import type { Given, Shared } from "./given.ts";
import { nextQuestion } from "./questions.ts";
import type { Question } from "./questions.ts";

export type Prompt = (question: Question) => Promise<string>;

/** Everything that is needed; `contexts`: those of the kubeconfig, to choose from. Throws E_INTERRUPTED when the person leaves. */
export async function askMissing(
  given: Given,
  shared: Shared,
  contexts: readonly string[] = [],
  prompt: Prompt = atTerminal,
): Promise<Given> {
  let known = given;
  let question = nextQuestion(known, shared, contexts);
  while (question !== undefined) {
    known = question.take(await prompt(question));
    question = nextQuestion(known, shared, contexts);
  }
  return known;
}

/** A question on stderr, so that stdout stays the result alone. */
async function atTerminal({ message, standard, choices, complain }: Question): Promise<string> {
  const { isCancel, select, text } = await import("@clack/prompts");
  const output = process.stderr;
  const answer = choices
    ? await select({ message, output, options: choices.map((value) => ({ value })) })
    : await text({
        message,
        output,
        ...(standard === undefined ? {} : { defaultValue: standard, placeholder: standard }),
        validate: (typed) => complain(typed || (standard ?? "")),
      });
  if (!isCancel(answer)) return answer;
  throw new Refusal("E_INTERRUPTED", {
    what: "left before every question was answered",
    state: "nothing was written",
    next: "surefoot init, or give the answers as flags: surefoot init --help",
  });
}
