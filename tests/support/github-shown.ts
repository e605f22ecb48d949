// How GitHub tells what a repository holds: the JSON of users, issues, comments, deployments and statuses.
import type { Actor, Comment, CommitStatus, Deployment, DeploymentStatus, Issue } from "./github-state.ts";

export interface Place {
  /** The address of the API. */
  api: string;
  /** `acme/game` */
  repository: string;
}

const repoUrl = ({ api, repository }: Place): string => `${api}/repos/${repository}`;
const dates = (at: string) => ({ created_at: at, updated_at: at });

function user(api: string, { login, app }: Actor) {
  const name = encodeURIComponent(login);
  const at = `${api}/users/${name}`;
  const lists = ["followers", "subscriptions", "organizations", "repos", "received_events"];
  return {
    login,
    id: [...login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7),
    node_id: `U_${name}`,
    avatar_url: `${api}/avatars/${name}`,
    gravatar_id: "",
    url: at,
    html_url: `${api}/${name}`,
    ...Object.fromEntries(lists.map((list) => [`${list}_url`, `${at}/${list}`])),
    following_url: `${at}/following{/other_user}`,
    gists_url: `${at}/gists{/gist_id}`,
    starred_url: `${at}/starred{/owner}{/repo}`,
    events_url: `${at}/events{/privacy}`,
    type: app === undefined ? "User" : "Bot",
    site_admin: false,
  };
}

function appOf(api: string, { login, app }: Actor, at: string) {
  if (app === undefined) return null;
  const url = `${api}/apps/${app}`;
  return {
    id: 15368,
    slug: app,
    node_id: `A_${app}`,
    owner: user(api, { login }),
    name: app,
    description: null,
    external_url: url,
    html_url: url,
    ...dates(at),
    permissions: { issues: "write" },
    events: [],
  };
}

/** The authenticated user of a personal token. */
export function viewerShown(api: string, one: Actor, at: string) {
  const unknown = ["company", "blog", "location", "email", "hireable", "bio"];
  const none = ["public_repos", "public_gists", "followers", "following"];
  return {
    ...user(api, one),
    name: one.login,
    ...Object.fromEntries(unknown.map((key) => [key, null])),
    ...Object.fromEntries(none.map((key) => [key, 0])),
    ...dates(at),
  };
}

export function commentShown(place: Place, { id, issue, by, body, at }: Comment) {
  return {
    id,
    node_id: `IC_${id}`,
    url: `${repoUrl(place)}/issues/comments/${id}`,
    html_url: `${place.api}/${place.repository}/issues/${issue}#issuecomment-${id}`,
    issue_url: `${repoUrl(place)}/issues/${issue}`,
    body,
    user: user(place.api, by),
    ...dates(at),
    author_association: "NONE",
    performed_via_github_app: appOf(place.api, by, at),
  };
}

export const labelShown = (
  place: Place,
  name: string,
  color = "ededed",
  description: string | null = null,
) => ({
  id: 1,
  node_id: "L_1",
  url: `${repoUrl(place)}/labels/${encodeURIComponent(name)}`,
  name,
  color,
  description,
  default: false,
});

export function issueShown(place: Place, one: Issue, comments: number) {
  const { number, state, title, body, by, labels, at } = one;
  const url = `${repoUrl(place)}/issues/${number}`;
  const pull = `${repoUrl(place)}/pulls/${number}`;
  return {
    id: 9000 + number,
    node_id: `I_${number}`,
    url,
    repository_url: repoUrl(place),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${place.api}/${place.repository}/issues/${number}`,
    number,
    state,
    state_reason: one.stateReason,
    title,
    body,
    user: user(place.api, by),
    labels: labels.map((name) => labelShown(place, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments,
    closed_at: state === "closed" ? at : null,
    ...dates(at),
    author_association: "NONE",
    performed_via_github_app: appOf(place.api, by, at),
    ...(one.pull
      ? { pull_request: { url: pull, html_url: pull, diff_url: `${pull}.diff`, patch_url: `${pull}.patch` } }
      : {}),
  };
}

export function deploymentShown(place: Place, one: Deployment) {
  const url = `${repoUrl(place)}/deployments/${one.id}`;
  return {
    url,
    id: one.id,
    node_id: `D_${one.id}`,
    sha: one.sha,
    ref: one.ref,
    task: one.task,
    payload: one.payload,
    original_environment: one.environment,
    environment: one.environment,
    description: one.description,
    creator: user(place.api, one.by),
    ...dates(one.at),
    statuses_url: `${url}/statuses`,
    repository_url: repoUrl(place),
    transient_environment: one.transient,
    production_environment: one.production,
  };
}

export function deploymentStatusShown(place: Place, of: Deployment, one: DeploymentStatus) {
  const deployment = `${repoUrl(place)}/deployments/${of.id}`;
  const url = `${deployment}/statuses/${one.id}`;
  return {
    url,
    id: one.id,
    node_id: `DS_${one.id}`,
    state: one.state,
    creator: user(place.api, one.by),
    description: one.description,
    environment: of.environment,
    // GitHub answers "" where none was given, which its own description does not allow.
    target_url: one.logUrl || url,
    log_url: one.logUrl || url,
    ...(one.environmentUrl === "" ? {} : { environment_url: one.environmentUrl }),
    ...dates(one.at),
    deployment_url: deployment,
    repository_url: repoUrl(place),
  };
}

export function commitStatusShown(place: Place, one: CommitStatus) {
  return {
    url: `${repoUrl(place)}/statuses/${one.sha}`,
    id: one.id,
    node_id: `S_${one.id}`,
    avatar_url: null,
    state: one.state,
    description: one.description,
    target_url: one.targetUrl,
    context: one.context,
    ...dates(one.at),
    creator: user(place.api, one.by),
  };
}
