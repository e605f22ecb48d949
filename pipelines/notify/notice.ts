// What a chat is told: one sentence that stands alone, then the few facts that matter. Plain data.
import type { noticeKinds } from "../../environments/delivery-shape.ts";

export interface Notice {
  kind: (typeof noticeKinds)[number];
  environment: string;
  service?: string;
  /** What it happened to, such as a node, where many may be alike: they are named together in front of one title. */
  subject?: string;
  /** One sentence. */
  title: string;
  lines: string[];
  /** Notices of one cause within a short time become one message. */
  cause: string;
  /** Where more is to be seen. */
  link?: string;
}

/** What became of one message to one chat. */
export interface Delivery {
  chat: "slack" | "discord" | "telegram";
  /** The variable that holds its URL. */
  webhook: string;
  ok: boolean;
  /** How many notices were in it. */
  notices: number;
  /** Requests that it took; 0: there was nowhere to send it. */
  attempts: number;
  /** Why it was not delivered; holds nothing of the URL. */
  problem: string | null;
}
