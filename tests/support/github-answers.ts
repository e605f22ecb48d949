// What the server of the tests does for each operation of GitHub's API: it keeps real state and answers as GitHub does.
import {
  commentShown,
  commitStatusShown,
  deploymentShown,
  deploymentStatusShown,
  issueShown,
  labelShown,
  viewerShown,
} from "./github-shown.ts";
import type { Place } from "./github-shown.ts";
import type { Actor, Comment, Deployment, Issue, State } from "./github-state.ts";

export interface Asked {
  id: string;
  place: Place;
  state: State;
  actor: Actor;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** RFC 3339 */
  at: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  /** A list that is told in pages. */
  list?: unknown[];
}

const docs = "https://docs.github.com/rest";
/** How GitHub says that something went wrong. */
export const refusal = (status: number, message: string, more: object = {}): Answer => ({
  status,
  body: { message, documentation_url: docs, status: String(status), ...more },
});
const notFound = refusal(404, "Not Found");
const invalid = (resource: string, field: string, message: string): Answer =>
  refusal(422, "Validation Failed", { errors: [{ resource, code: "unprocessable", field, message }] });
const mayNot = (app: boolean): Answer =>
  refusal(403, app ? "Resource not accessible by integration" : "Must have admin rights to Repository.");

const MOST_BODY = 65_536;
const MOST_DESCRIPTION = 140;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const tooLong = (body: unknown): boolean => text(body).length > MOST_BODY;
const bodyTooLong = (resource: string): Answer =>
  invalid(resource, "body", "body is too long (maximum is 65536 characters)");

const issueOf = ({ state, params }: Asked): Issue | undefined =>
  state.issues.find(({ number }) => number === Number(params["issue_number"]));
const commentOf = ({ state, params }: Asked): Comment | undefined =>
  state.comments.find(({ id }) => id === Number(params["comment_id"]));
const deploymentOf = ({ state, params }: Asked): Deployment | undefined =>
  state.deployments.find(({ id }) => id === Number(params["deployment_id"]));
const counted = ({ place, state }: Asked, issue: Issue) =>
  issueShown(place, issue, state.comments.filter((one) => one.issue === issue.number).length);
const labelsOf = (body: Asked["body"]): string[] | undefined =>
  (body["labels"] as (string | { name: string })[] | undefined)?.map((one) =>
    typeof one === "string" ? one : one.name,
  );

function createIssue(asked: Asked): Answer {
  const { body, state, actor: by, at } = asked;
  if (tooLong(body["body"])) return bodyTooLong("Issue");
  if (text(body["title"]).length > 256)
    return invalid("Issue", "title", "title is too long (maximum is 256 characters)");
  const issue: Issue = {
    number: state.nextIssue(),
    by,
    title: String(body["title"]),
    body: text(body["body"]),
    // Of those that there are not, GitHub makes some and drops others without a word, by rights that it tells nobody.
    labels: (labelsOf(body) ?? []).filter((name) => state.labels.includes(name)),
    state: "open",
    stateReason: null,
    pull: false,
    at,
  };
  state.issues.push(issue);
  return { status: 201, body: counted(asked, issue) };
}

function createLabel({ state, place, body }: Asked): Answer {
  const name = String(body["name"]);
  const there = { resource: "Label", code: "already_exists", field: "name" };
  if (state.labels.includes(name)) return refusal(422, "Validation Failed", { errors: [there] });
  if (text(body["description"]).length > 100) return invalid("Label", "description", "is too long");
  state.labels.push(name);
  return { status: 201, body: labelShown(place, name, text(body["color"]), text(body["description"])) };
}

function updateIssue(asked: Asked): Answer {
  const { body } = asked;
  const issue = issueOf(asked);
  if (issue === undefined) return notFound;
  if (tooLong(body["body"])) return bodyTooLong("Issue");
  if (body["title"] !== undefined) issue.title = String(body["title"]);
  if (body["body"] !== undefined) issue.body = text(body["body"]);
  issue.labels = labelsOf(body) ?? issue.labels;
  if (body["state"] !== undefined && body["state"] !== issue.state) {
    issue.state = body["state"] as Issue["state"];
    issue.stateReason =
      issue.state === "open" ? "reopened" : ((body["state_reason"] as string | undefined) ?? "completed");
  }
  return { status: 200, body: counted(asked, issue) };
}

function listIssues(asked: Asked): Answer {
  const { state, query } = asked;
  const wanted = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
  const found = state.issues
    .filter((one) => wanted === "all" || one.state === wanted)
    .filter((one) => labels.every((label) => one.labels.includes(label)))
    .filter((one) => query.get("creator") === null || one.by.login === query.get("creator"));
  const ordered = query.get("direction") === "asc" ? found : found.toReversed();
  return { status: 200, list: ordered.map((one) => counted(asked, one)) };
}

function createComment(asked: Asked): Answer {
  const { place, state, actor: by, body, at } = asked;
  const issue = issueOf(asked);
  if (issue === undefined) return notFound;
  if (tooLong(body["body"])) return bodyTooLong("IssueComment");
  if (text(body["body"]).trim() === "") return invalid("IssueComment", "body", "body cannot be blank");
  const comment = { id: state.nextId(), issue: issue.number, by, body: text(body["body"]), at };
  state.comments.push(comment);
  return { status: 201, body: commentShown(place, comment) };
}

function updateComment(asked: Asked): Answer {
  const comment = commentOf(asked);
  if (comment === undefined) return notFound;
  if (comment.by.login !== asked.actor.login) return mayNot(asked.actor.app !== undefined);
  if (tooLong(asked.body["body"])) return bodyTooLong("IssueComment");
  comment.body = text(asked.body["body"]);
  return { status: 200, body: commentShown(asked.place, comment) };
}

function createDeployment({ place, state, actor: by, body, at }: Asked): Answer {
  const required = body["required_contexts"] as string[] | undefined;
  const ref = String(body["ref"]);
  // Without a list every status of the commit must have passed.
  const waiting = state.statuses.some((one) => one.sha === ref && one.state !== "success");
  if (waiting && (required === undefined || required.length > 0)) return { status: 409 };
  const environment = text(body["environment"]) || "production";
  const deployment: Deployment = {
    id: state.nextId(),
    by,
    sha: ref,
    ref,
    task: text(body["task"]) || "deploy",
    environment,
    description: (body["description"] as string | null | undefined) ?? null,
    payload: body["payload"] ?? {},
    production: (body["production_environment"] as boolean | undefined) ?? environment === "production",
    transient: body["transient_environment"] === true,
    statuses: [],
    at,
  };
  state.deployments.push(deployment);
  return { status: 201, body: deploymentShown(place, deployment) };
}

function createDeploymentStatus(asked: Asked): Answer {
  const { place, state, actor: by, body, at } = asked;
  const deployment = deploymentOf(asked);
  if (deployment === undefined) return notFound;
  const description = text(body["description"]);
  if (description.length > MOST_DESCRIPTION) return invalid("DeploymentStatus", "description", "is too long");
  const logUrl = text(body["log_url"]) || text(body["target_url"]);
  const environmentUrl = text(body["environment_url"]);
  const status = {
    id: state.nextId(),
    state: String(body["state"]),
    description,
    logUrl,
    environmentUrl,
    by,
    at,
  };
  deployment.statuses.unshift(status);
  return { status: 201, body: deploymentStatusShown(place, deployment, status) };
}

function createStatus({ place, state, actor: by, params, body, at }: Asked): Answer {
  if (text(body["description"]).length > MOST_DESCRIPTION)
    return invalid("Status", "description", "description is too long (maximum is 140 characters)");
  const status = {
    id: state.nextId(),
    sha: params["sha"] ?? "",
    state: String(body["state"]),
    context: text(body["context"]) || "default",
    description: (body["description"] as string | null | undefined) ?? null,
    targetUrl: (body["target_url"] as string | null | undefined) ?? null,
    by,
    at,
  };
  state.statuses.unshift(status);
  return { status: 201, body: commitStatusShown(place, status) };
}

const answers: Record<string, (asked: Asked) => Answer> = {
  "users/get-authenticated": ({ place, actor, at }) =>
    actor.app === undefined ? { status: 200, body: viewerShown(place.api, actor, at) } : mayNot(true),
  "issues/list-for-repo": listIssues,
  "issues/create": createIssue,
  "issues/create-label": createLabel,
  "issues/get": (asked) => {
    const issue = issueOf(asked);
    return issue === undefined ? notFound : { status: 200, body: counted(asked, issue) };
  },
  "issues/update": updateIssue,
  "issues/list-comments": (asked) =>
    issueOf(asked) === undefined
      ? notFound
      : {
          status: 200,
          list: asked.state.comments
            .filter(({ issue }) => issue === Number(asked.params["issue_number"]))
            .map((one) => commentShown(asked.place, one)),
        },
  "issues/create-comment": createComment,
  "issues/update-comment": updateComment,
  "issues/delete-comment": (asked) => {
    const comment = commentOf(asked);
    if (comment === undefined) return notFound;
    asked.state.comments.splice(asked.state.comments.indexOf(comment), 1);
    return { status: 204 };
  },
  "repos/list-deployments": ({ place, state, query }) => ({
    status: 200,
    list: state.deployments
      .filter((one) => ["sha", "ref", "environment"].every((key) => fits(query.get(key), one[key as "sha"])))
      .toReversed()
      .map((one) => deploymentShown(place, one)),
  }),
  "repos/create-deployment": createDeployment,
  "repos/list-deployment-statuses": (asked) => {
    const deployment = deploymentOf(asked);
    if (deployment === undefined) return notFound;
    return {
      status: 200,
      list: deployment.statuses.map((one) => deploymentStatusShown(asked.place, deployment, one)),
    };
  },
  "repos/create-deployment-status": createDeploymentStatus,
  "repos/create-commit-status": createStatus,
};

const fits = (wanted: string | null, value: string): boolean => wanted === null || wanted === value;

/** Does what was asked. A token that may only read is refused as GitHub does it. */
export function answerTo(asked: Asked, method: string): Answer {
  if (method !== "GET" && asked.actor.readOnly === true) return mayNot(asked.actor.app !== undefined);
  return answers[asked.id]?.(asked) ?? notFound;
}
