// Every client of AWS is made alike: bounded tries, bounded time, the endpoint of the environment.
import { expect, test, vi } from "vitest";
import * as clients from "../../../pipelines/drivers/aws-clients.ts";

const { behindEndpoint, ...makers } = clients;

test.each(Object.entries(makers))(
  "%s tries a bounded number of times, in the region given",
  async (_, make) => {
    const client = await make("eu-central-1");
    expect(await client.config.region()).toBe("eu-central-1");
    expect(await client.config.maxAttempts()).toBe(4);
    client.destroy();
  },
);

test("an endpoint of one's own has no name for each bucket", async () => {
  expect(behindEndpoint({})).toBe(false);
  expect(behindEndpoint({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" })).toBe(true);
  expect(behindEndpoint({ AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" })).toBe(true);
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  const client = await clients.s3Client("eu-central-1");
  expect(client.config.forcePathStyle).toBe(true);
  client.destroy();
  vi.unstubAllEnvs();
});
