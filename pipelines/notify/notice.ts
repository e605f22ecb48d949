// What a chat is told: one sentence that stands alone, then the few facts that matter. Plain data.
import type { noticeKinds } from "../../environments/delivery-shape.ts";

export interface Notice {
  kind: (typeof noticeKinds)[number];
  environment: string;
  service?: string;
  /** One sentence. */
  title: string;
  lines: string[];
  /** Notices of one cause within a short time become one message. */
  cause: string;
  /** Where more is to be seen. */
  link?: string;
}
