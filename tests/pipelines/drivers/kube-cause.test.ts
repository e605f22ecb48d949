// What the engine's words about a cluster mean, and what is to be done.
import { expect, test } from "vitest";
import { kubeCauseOf } from "../../../pipelines/drivers/kube-cause.ts";

test.each([
  [
    "configured Kubernetes cluster is unreachable: Get https://10.0.0.1:6443/version: dial tcp: connection refused",
    "E_KUBE_UNREACHABLE",
    /cannot be reached/,
    /VPN/,
  ],
  [
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this",
    "E_KUBE_UNREACHABLE",
    /cannot be reached/,
    /server of the kubeconfig/,
  ],
  [
    "configured Kubernetes cluster is unreachable: tls: failed to verify certificate: x509: unknown authority",
    "E_KUBE_UNREACHABLE",
    /certificate is not trusted/,
    /certificate-authority/,
  ],
  [
    "configured Kubernetes cluster is unreachable: the server has asked for the client to provide credentials",
    "E_KUBE_CREDENTIALS",
    /does not know these credentials/,
    /sign in/,
  ],
  [
    'rollouts.argoproj.io "server" is forbidden: User "dev" cannot patch resource "rollouts" in API group "argoproj.io" in the namespace "game-prod"',
    "E_KUBE_DENIED",
    /^dev may not patch rollouts\.argoproj\.io in game-prod$/,
    /doctor/,
  ],
  [
    'no matches for kind "Rollout" in version "argoproj.io/v1alpha1"',
    "E_KUBE_ARGO",
    /knows no Rollout: Argo Rollouts is not installed/,
    /helm upgrade --install argo-rollouts .* --version [\d.]+ --namespace argo-rollouts/,
  ],
  [
    'no matches for kind "ScaledObject" in version "keda.sh/v1alpha1"',
    "E_KUBE_ARGO",
    /KEDA is not installed/,
    /helm upgrade --install keda /,
  ],
  [
    'no matches for kind "PodDisruptionBudget" in version "policy/v1"',
    "E_KUBE_ARGO",
    /too old/,
    /surefoot doctor/,
  ],
  [
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using argoproj.io/v1alpha1: .spec.replicas',
    "E_KUBE",
    /kubectl-client-side-apply owns the field \.spec\.replicas/,
    /put back what the description says/,
  ],
  [
    'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using argoproj.io/v1alpha1: .spec.replicas',
    "E_KUBE",
    /^kubectl owns the field \.spec\.replicas/,
    /have kubectl put back/,
  ],
  [
    'Apply failed with 2 conflicts: conflicts with "helm" using v1:\n- .spec.type\n- .spec.ports',
    "E_KUBE",
    /^helm owns fields of it/,
    /put back what the description says/,
  ],
  ["AlreadyExists: Service game-prod/app is there already", "E_KUBE", /Service game-prod\/app/, /namespace/],
  ['services "app" already exists', "E_KUBE", /services "app" is in the cluster already/, /namespace/],
])("%s", (line, code, what, next) => {
  const cause = kubeCauseOf(line);
  expect(cause?.code).toBe(code);
  expect(cause?.what).toMatch(what);
  expect(cause?.next).toMatch(next);
});

test("what is no word of a cluster's is left to others", () => {
  for (const line of ["no free port between 20000 and 31999", "operation error RDS: ExpiredToken: expired"])
    expect(kubeCauseOf(line)).toBeUndefined();
});
