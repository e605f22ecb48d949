// Tells people through a topic of SNS: chat, mail, whatever listens there.
import { snsClient } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";
import { messageOf } from "./aws-notice.ts";
import type { Notice } from "./aws-notice.ts";

export interface Notification {
  region: string;
  /** ARN of the topic. */
  topic: string;
  notices: readonly Notice[];
  /** Values that must not be told, on top of everything that looks like a secret. */
  secrets?: readonly string[];
}

/** Publishes all notices as one message; nothing where there are none. Refuses what `awsFailure` refuses. */
export async function notify({ region, topic, notices, secrets = [] }: Notification): Promise<void> {
  if (notices.length === 0) return;
  const { PublishCommand } = await import("@aws-sdk/client-sns");
  const client = await snsClient(region);
  const { subject, message } = messageOf(notices, secrets);
  try {
    await onAws(
      { doing: "telling the alerts topic", state: "Nobody was told; what it was about stands." },
      () => client.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: message })),
    );
  } finally {
    client.destroy();
  }
}
