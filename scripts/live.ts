// Shows a rollout while it runs: lines for what matters and, on a terminal, one dot per node.
import { createLogUpdate } from "log-update";
import pc from "picocolors";
import type { Progress } from "../pipelines/rollout/context.ts";
import { maskText } from "../pipelines/masking/secrets.ts";
import { progressText } from "../pipelines/rollout/report.ts";

type NodeLook = "old" | "moving" | "new" | "failed" | "parked";

const dots: Record<NodeLook, string> = {
  old: pc.dim("·"),
  moving: pc.yellow("◌"),
  new: pc.green("●"),
  failed: pc.red("✗"),
  parked: pc.blue("◍"),
};

export interface Live extends Disposable {
  tell: (progress: Progress) => void;
  /** A line of its own beneath the dots, such as the traffic now. */
  footer: (text: string) => void;
  stop: () => void;
}

/** Draws on stderr; without a terminal, or when `drawn` is false, it prints lines alone. */
export function liveRollout(drawn = true): Live {
  const looks = new Map<string, NodeLook>();
  const update = createLogUpdate(process.stderr);
  const terminal = drawn && process.stderr.isTTY === true;
  let [footer, stopped] = ["", false];
  const draw = (): void => {
    if (!terminal || stopped) return;
    const row = [...looks].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, look]) => dots[look]);
    update([row.join(""), footer].filter(Boolean).join("\n"));
  };
  const stop = (): void => {
    if (terminal && !stopped) update.clear();
    stopped = true;
  };
  return {
    tell: (progress) => {
      paint(looks, progress);
      const line = progressText(progress);
      if (line !== undefined) {
        if (terminal) update.clear();
        process.stderr.write(`  ${maskText(line)}\n`);
      }
      draw();
    },
    footer: (text) => {
      footer = text;
      draw();
    },
    stop,
    [Symbol.dispose]: stop,
  };
}

function paint(looks: Map<string, NodeLook>, progress: Progress): void {
  if (progress.type === "plan") {
    looks.clear();
    const { done, unreachable, waves } = progress.plan;
    for (const { nodes } of waves) for (const node of nodes) looks.set(node, "old");
    for (const node of done) looks.set(node, "new");
    for (const node of unreachable) looks.set(node, "failed");
  }
  if (progress.type === "node") looks.set(progress.node, progress.step === "fetch" ? "old" : "moving");
  if (progress.type === "left" || progress.type === "gone") looks.delete(progress.node);
  if (progress.type === "updated") looks.set(progress.node, "new");
  if (progress.type === "restored") looks.set(progress.node, "old");
  if (progress.type === "failed" || progress.type === "parked") looks.set(progress.node, progress.type);
}
