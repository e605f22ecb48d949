// Retrospective mode: recorded waves through today's judge, to tune a policy or to ask "would it have been caught?".
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { judge } from "./judge.ts";
import type { Judgement, JudgePolicy } from "./judge.ts";
import { nodeSummarySchema } from "./summary.ts";

const recordedWaveSchema = z.object({
  wave: z.number().int().positive(),
  updated: z.array(nodeSummarySchema),
  control: z.array(nodeSummarySchema),
});

/** One wave as it was seen at its verdict. */
export type RecordedWave = z.infer<typeof recordedWaveSchema>;

/** Checks a recording (parsed JSON, an array of waves); throws Refusal E_RECORDING with every complaint. */
export function readRecording(recorded: unknown): RecordedWave[] {
  const checked = z.array(recordedWaveSchema).safeParse(recorded);
  if (checked.success) return checked.data;
  throw new Refusal("E_RECORDING", {
    what: "The recording is not a list of {wave, updated, control}.",
    state: "Nothing was judged.",
    next: "Record it again, or mend the entries below.",
    details: checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
  });
}

/** The judgement of each recorded wave under a policy, which need not be the one it ran with. */
export function retrospective(
  policy: JudgePolicy,
  recorded: readonly RecordedWave[],
): (Judgement & { wave: number })[] {
  return recorded.map(({ wave, updated, control }) => ({ wave, ...judge(policy, updated, control) }));
}
