// What chats are told of a look for drift: what differs, that it could not be looked, that it is clean again. Pure.
import type { Notice } from "../notify/notice.ts";
import type { DriftLook } from "./document.ts";
import { headline } from "./report.ts";

/** The notice; undefined where there is no news. `before`: an issue was open until now. */
export function noticeOfDrift(look: DriftLook, before: { open: boolean }, link?: string): Notice | undefined {
  const { environment, verdict } = look;
  if (verdict === "not-up" || (verdict === "clean" && !before.open)) return undefined;
  const about = { kind: "drift" as const, environment, cause: `drift ${environment}` };
  const more = link === undefined ? about : { ...about, link };
  if (verdict === "clean") return { ...more, title: `${environment}: no drift any more`, lines: [] };
  if (verdict === "failed")
    return { ...more, title: `${headline(look)} ${look.error.what}`, lines: [`next: ${look.error.next}`] };
  const lines = look.drifted.map(({ op, name, properties }) =>
    op === "delete"
      ? `${name} is gone`
      : `${name}: ${properties.map(({ path }) => path).join(", ") || "differs"}`,
  );
  return { ...more, title: headline(look), lines };
}
