// What is published to a topic reaches whoever listens, without secrets: a real HTTP listener at moto's SNS.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { snsClient } from "../../../pipelines/drivers/aws-clients.ts";
import { notify } from "../../../pipelines/drivers/aws-notify.ts";
import { startMoto } from "./moto.ts";

const region = "eu-central-1";
const moto = await startMoto();
Object.assign(process.env, moto.env);
afterAll(moto.stop);

/** A listener; `heard` resolves with the first notification that is posted to it. */
async function listener() {
  const { promise: heard, resolve } = Promise.withResolvers<{ Subject: string; Message: string }>();
  const server = createServer(async (incoming, outgoing) => {
    const parts = await incoming.toArray();
    outgoing.end();
    const told = JSON.parse(Buffer.concat(parts).toString()) as {
      Type: string;
      Subject: string;
      Message: string;
    };
    if (told.Type === "Notification") resolve(told);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  return { heard, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test("one message for all notices arrives, and no secret with it", async () => {
  const { heard, address } = await listener();
  const sns = await snsClient(region);
  onTestFinished(() => sns.destroy());
  const { TopicArn: topic = "" } = await sns.send(new CreateTopicCommand({ Name: "surefoot-prod-alerts" }));
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: address }));
  const notices = [
    { environment: "prod", what: "server r2 was rolled back: wave 1 failed", next: "surefoot status prod" },
    { environment: "prod", what: "the database says: password=hunter2hunter2 is wrong; also s3cr3t-value" },
  ];
  await notify({ region, topic, notices, secrets: ["s3cr3t-value"] });
  const { Subject, Message } = await heard;
  expect(Subject).toBe("Surefoot prod: server r2 was rolled back: wave 1 failed (and 1 more)");
  expect(Message).toBe(
    [
      "prod:",
      "  - server r2 was rolled back: wave 1 failed Next: surefoot status prod",
      "  - the database says: password=[secret] is wrong; also [secret]",
    ].join("\n"),
  );
});

test("a topic that is not there is a refusal; nothing to tell is nothing sent", async () => {
  const gone = { region, topic: `arn:aws:sns:${region}:123456789012:gone` };
  await expect(notify({ ...gone, notices: [{ environment: "prod", what: "x" }] })).rejects.toMatchObject({
    code: "E_AWS",
    message: expect.stringContaining("NotFound"),
  });
  await notify({ ...gone, notices: [] });
});
