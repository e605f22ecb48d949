// What the engine says when it fails, reduced to what is wrong.
import { expect, test } from "vitest";
import { complaintsOf } from "../../../pipelines/drivers/engine-failure.ts";

test("only the complaints stay, each once", () => {
  const text = [
    "Updating (local-prod):",
    "Diagnostics:",
    "  surefoot:local:Node (server-01):",
    "    error: no free port between 20000 and 31999",
    "    error: update failed",
    "    error: no free port between 20000 and 31999",
    "Resources:",
  ].join("\n");
  expect(complaintsOf(text)).toEqual(["no free port between 20000 and 31999", "update failed"]);
});
