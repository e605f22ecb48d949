// The kubeconfig of a cluster on AWS: one context, no secret in it, a token by the caller's own credentials.
import { expect, it } from "vitest";
import type { AwsOutputs } from "../../../infra/outputs.ts";
import { awsClusterConfig } from "../../../pipelines/drivers/aws-cluster.ts";
import { refusalOf } from "../../support/refusal.ts";

const outputs: AwsOutputs = {
  platform: "aws",
  region: "eu-central-1",
  fleets: [],
  artifacts: { bucket: "artifacts" },
  logs: { bucket: "logs" },
  cluster: {
    name: "surefoot-prod",
    endpoint: "https://cluster.example.com",
    certificate: "Y2E=",
    namespace: "surefoot-prod",
    services: ["server"],
  },
  database: null,
  backups: { vault: "vault" },
  alerts: { topic: "topic" },
  edge: null,
};

it("names the cluster of the outputs, its namespace, and the region where a token is asked for", () => {
  expect(JSON.parse(awsClusterConfig(outputs, "prod").exportConfig())).toMatchObject({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "surefoot-prod",
    clusters: [
      {
        name: "surefoot-prod",
        cluster: { server: "https://cluster.example.com", "certificate-authority-data": "Y2E=" },
      },
    ],
    contexts: [
      {
        name: "surefoot-prod",
        context: { cluster: "surefoot-prod", user: "surefoot-prod", namespace: "surefoot-prod" },
      },
    ],
    users: [
      {
        name: "surefoot-prod",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: "eks get-token --output json --cluster-name surefoot-prod --region eu-central-1".split(" "),
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
});

it("is none where nothing runs as pods, or nothing is up", () => {
  for (const none of [{ ...outputs, cluster: null }, undefined])
    expect(refusalOf(() => awsClusterConfig(none, "prod"))).toMatchObject({ code: "E_NOT_UP" });
});
