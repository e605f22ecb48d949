// Where GitHub is and with which token: what is missing or would give the token away is refused before anything is sent.
import { expect, it } from "vitest";
import { githubPlace } from "../../../pipelines/drivers/github-place.ts";
import { refusalOf } from "../../support/refusal.ts";

const env = { GITHUB_REPOSITORY: "acme/game.js", GITHUB_TOKEN: "ghs_token" };

it("takes GitHub's own address where none is given, and one of an own server", () => {
  const given = { owner: "acme", repo: "game.js", token: "ghs_token" };
  expect(githubPlace(env)).toEqual({ api: "https://api.github.com", ...given });
  expect(githubPlace({ ...env, GITHUB_API_URL: "https://git.example/api/v3/" })).toEqual({
    api: "https://git.example/api/v3",
    ...given,
  });
  expect(githubPlace({ ...env, GITHUB_API_URL: "http://127.0.0.1:81" }).api).toBe("http://127.0.0.1:81");
});

it.each([
  [{ GITHUB_REPOSITORY: undefined }, "E_GITHUB", "GITHUB_REPOSITORY is not set"],
  [{ GITHUB_REPOSITORY: "acme/../x" }, "E_GITHUB", "GITHUB_REPOSITORY is wrong: acme/../x"],
  [{ GITHUB_API_URL: "http://api.example" }, "E_GITHUB", "GITHUB_API_URL is wrong: http://api.example"],
  [{ GITHUB_API_URL: "https://u:p@api.example" }, "E_GITHUB", /GITHUB_API_URL is wrong/],
  [{ GITHUB_API_URL: "api" }, "E_GITHUB", "GITHUB_API_URL is wrong: api"],
  [{ GITHUB_TOKEN: undefined }, "E_GITHUB_TOKEN", "GITHUB_TOKEN is not set"],
  [{ GITHUB_TOKEN: "a\nb" }, "E_GITHUB_TOKEN", "GITHUB_TOKEN holds a sign that no token has"],
])("refuses %o", (more, code, what) => {
  const refusal = refusalOf(() => githubPlace({ ...env, ...more }));
  expect([refusal.code, refusal.message]).toEqual([
    code,
    typeof what === "string" ? what : expect.stringMatching(what),
  ]);
});
