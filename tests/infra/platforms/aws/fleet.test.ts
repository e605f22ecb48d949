// What a group changes by itself is no drift.
import { expect, it } from "vitest";
import { declare, described } from "./mocks.ts";

it("leaves to the clock what floors move: an update on a busy evening closes none", async () => {
  const wanted = described("prod");
  const ignored = async () => (await declare(wanted)).one("autoscaling/group:Group", "app").ignored;
  expect(await ignored()).toEqual(["desiredCapacity", "minSize"]);
  const app = wanted.services["app"];
  if (app?.scaling === undefined) throw new Error("app does not scale");
  app.scaling.floors = [];
  expect(await ignored()).toEqual(["desiredCapacity"]);
  delete app.scaling;
  expect(await ignored()).toEqual([]);
});
