// The HTTP side of the GitHub for tests: tokens, headers, pages, faults, and both checks against the description.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerTo, refusal } from "./github-answers.ts";
import type { Answer } from "./github-answers.ts";
import { failAs } from "./github-faults.ts";
import type { Fault, Faults } from "./github-faults.ts";
import { operationOf } from "./github-schema.ts";
import type { Operation } from "./github-schema.ts";
import type { Actor, State } from "./github-state.ts";

export interface Request {
  /** `issues/create-comment`; `?` where GitHub has no such operation among the ones we use. */
  operation: string;
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
}

export interface Serving {
  repository: string;
  state: State;
  tokens: Map<string, Actor>;
  requests: Request[];
  complaints: string[];
  faults: Faults;
}

const versions = new Set(["2022-11-28", "2026-03-10"]);

export function listener(serving: Serving): RequestListener {
  return (request, response) => {
    serve(serving, request, response).catch((error: unknown) => {
      serving.complaints.push(`the server failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  };
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state, repository, complaints, requests, faults } = serving;
  const { method = "", headers } = request;
  const url = new URL(request.url ?? "", `http://${headers.host}`);
  const sent = await text(request);
  if (url.pathname === "/_state") {
    const { issues, comments, deployments, statuses } = state;
    return send(response, {
      status: 200,
      body: { issues, comments, deployments, statuses, complaints, requests },
    });
  }
  const operation = operationOf(method, url.pathname);
  const body = sent === "" ? undefined : (parsed(sent) as Record<string, unknown>);
  const id = operation?.id ?? "?";
  requests.push({
    operation: id,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body,
  });
  await faults.arrived(id);
  const wrong = complaintsOf(operation, request, url, body);
  complaints.push(...wrong.map((complaint) => `${method} ${url.pathname}: ${complaint}`));
  const fault = faults.next(id);
  if (fault !== undefined && failAs(fault, response)) return;
  const actor = serving.tokens.get(/^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
  const answer =
    actor === undefined
      ? refusal(401, "Bad credentials")
      : operation === undefined || !ours(operation, repository)
        ? refusal(404, "Not Found")
        : wrong.length > 0
          ? refusal(422, "Validation Failed", {
              errors: wrong.map((message) => ({ code: "custom", message })),
            })
          : answerTo(
              {
                id,
                place: { api: url.origin, repository },
                state,
                actor,
                params: operation.params,
                query: url.searchParams,
                body: body ?? {},
                at: new Date().toISOString(),
              },
              method,
            );
  const page = answer.list === undefined ? answer : paged(answer, url, response);
  if (operation !== undefined)
    complaints.push(...operation.checkAnswer(page.status, page.body).map((one) => `our answer: ${one}`));
  send(response, page, fault);
}

function complaintsOf(
  operation: Operation | undefined,
  request: IncomingMessage,
  url: URL,
  body: unknown,
): string[] {
  if (operation === undefined) return ["GitHub has no such operation among those that we use"];
  const { headers } = request;
  const version = headers["x-github-api-version"];
  const typed = body === undefined || /^application\/json\b/.test(headers["content-type"] ?? "");
  return [
    ...(versions.has(String(version)) ? [] : [`X-GitHub-Api-Version is ${version ?? "not sent"}`]),
    ...(/^application\/(vnd\.github[\w.]*\+)?json/.test(headers.accept ?? "")
      ? []
      : [`Accept is ${headers.accept}`]),
    ...(headers["user-agent"] === undefined ? ["there is no User-Agent"] : []),
    ...(typed ? [] : [`Content-Type is ${headers["content-type"]}`]),
    ...operation.checkQuery(url.searchParams),
    ...operation.checkBody(body),
  ];
}

const ours = ({ params }: Operation, repository: string): boolean =>
  params["owner"] === undefined || `${params["owner"]}/${params["repo"]}` === repository;

/** One page of a list, and the addresses of its neighbours as GitHub writes them. */
function paged({ status, list = [] }: Answer, url: URL, response: ServerResponse): Answer {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const link = (to: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set("page", String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
  ];
  if (links.length > 0) response.setHeader("link", links.join(", "));
  return { status, body: list.slice((page - 1) * size, page * size) };
}

function send(response: ServerResponse, { status, body }: Answer, fault?: Fault): void {
  if (fault?.as === "lost") {
    response.destroy();
    return;
  }
  const answer = body === undefined ? "" : JSON.stringify(body);
  const type = { "content-type": "application/json; charset=utf-8" };
  const size = { "content-length": String(Buffer.byteLength(answer)) };
  response.writeHead(status, answer === "" ? {} : { ...type, ...size });
  if (fault?.as !== "cut") {
    response.end(answer);
    return;
  }
  response.write(answer.slice(0, Math.floor(answer.length / 2)), () => response.destroy());
}

function parsed(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}
