// What the app answers to a request: method and path in, status and JSON out.
import type { Config } from "../config.ts";

export interface Answer {
  status: number;
  body: unknown;
}

const IMAGE = /^\/images\/([\w.-]+)$/;

/** Answers one request; anything unknown is 404, any method that writes is 405. */
export function route(method: string, url: string, config: Config<"IMAGE_HOST">): Answer {
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: { error: "only GET is answered" } };
  const path = url.split("?", 1)[0] ?? "/";
  const { node, zone, release, version } = config;
  if (path === "/") {
    const images = ["logo.png", "hero.jpg"].map((name) => imageUrl(config, name));
    return { status: 200, body: { service: "app", node, zone, release, version, images } };
  }
  const name = IMAGE.exec(path)?.[1];
  if (name) return { status: 200, body: { name, url: imageUrl(config, name), release } };
  return { status: 404, body: { error: `nothing is at ${path}` } };
}

const imageUrl = (config: Config<"IMAGE_HOST">, name: string): string =>
  `${config.own.IMAGE_HOST.replace(/\/+$/, "")}/${name}`;
