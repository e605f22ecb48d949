// A GitHub of its own for each test of a file: empty when the test begins, and nothing to complain of when it ends.
import { afterEach, beforeEach, expect } from "vitest";
import { openGithub } from "../../pipelines/drivers/github.ts";
import type { Github, GithubOptions } from "../../pipelines/drivers/github.ts";
import { startGithub } from "./github.ts";
import type { FakeGithub } from "./github.ts";

/** Opens the driver on the GitHub of the test that runs; `settings` go over those that this one gives. */
export type OpenGithub = (settings?: Record<string, string>, options?: GithubOptions) => Github;

/** Once, at the top of a file. `take` gets each new one. */
export function githubForEach(take: (server: FakeGithub) => void): OpenGithub {
  let server: FakeGithub;
  beforeEach(async () => {
    server = await startGithub();
    take(server);
  });
  afterEach(async () => {
    const { complaints } = server;
    await server[Symbol.asyncDispose]();
    expect(complaints).toEqual([]);
  });
  return (settings = {}, options = {}) =>
    openGithub({ ...server.env, ...settings }, { unpaced: true, ...options });
}
