// As much of a cluster's API as helm asks for when it renders an upgrade: which kinds there are, and one object.
import { createServer } from "node:http";

const kinds = {
  "v1": { configmaps: "ConfigMap", services: "Service", serviceaccounts: "ServiceAccount" },
  "apps/v1": { deployments: "Deployment", statefulsets: "StatefulSet" },
  "autoscaling/v2": { horizontalpodautoscalers: "HorizontalPodAutoscaler" },
  "batch/v1": { jobs: "Job" },
  "networking.k8s.io/v1": { ingresses: "Ingress", networkpolicies: "NetworkPolicy" },
  "policy/v1": { poddisruptionbudgets: "PodDisruptionBudget" },
};
const groups = Object.keys(kinds).filter((group) => group.includes("/"));
const root = (group) => `/${group.includes("/") ? "apis" : "api"}/${group}`;
const names = (group) => ({ kind: "APIResourceList", groupVersion: group, resources: Object.entries(kinds[group]).map(([name, kind]) => ({ name, kind, namespaced: true, verbs: ["get"] })) });

/** Calls with the address of a cluster in which, of a release's objects, there is the given one alone. */
export async function withCluster(object, act) {
  const plural = Object.entries(kinds[object.apiVersion]).find(([, kind]) => kind === object.kind)[0];
  const answers = {
    "/version": { major: "1", minor: "30", gitVersion: "v1.30.0" },
    "/api": { kind: "APIVersions", versions: ["v1"] },
    "/apis": { kind: "APIGroupList", groups: groups.map((group) => ({ name: group.split("/")[0], versions: [{ groupVersion: group, version: group.split("/")[1] }] })) },
    ...Object.fromEntries(Object.keys(kinds).map((group) => [root(group), names(group)])),
    [`${root(object.apiVersion)}/namespaces/${object.metadata.namespace}/${plural}/${object.metadata.name}`]: object,
  };
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url, "http://cluster").pathname];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await act(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
  }
}
