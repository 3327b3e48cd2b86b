import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { withCluster } from "./cluster.mjs";
import { chart, helm, refusal, render, renderIn, repository, the } from "./helm.mjs";
import { mistakes } from "./kubernetes.mjs";

const image = { image: { repository: "registry.test/web" } };
const postgres = { database: { provider: "PostgreSQL", connectionSecret: { name: "db" } } };
const everything = {
  imagePullSecrets: ["pull"], userId: 1000, priorityClassName: "high", podAnnotations: { a: "b" }, podLabels: { c: "d" },
  nodeSelector: { disk: "fast" }, tolerations: [{ key: "votes", operator: "Exists" }],
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "x", operator: "In", values: ["y"] }] }] } } },
  settings: { BallotBox__QueueLength: "20000" }, secretSettings: { Mail__Password: { name: "mail", key: "password" } },
  service: { annotations: { e: "f" } }, serviceAccount: { annotations: { g: "h" } }, topologySpread: { whenUnsatisfiable: "DoNotSchedule" },
  networkPolicy: { egress: [{ ports: [{ port: 587, protocol: "TCP" }] }], dnsPorts: [5353] },
};
const rendered = {
  minimal: await render(image),
  trial: await render("trial", image),
  production: await render("production"),
  gateway: await render("production", "gateway"),
  silo: await render("silo"),
  silos: await render("production", "silo"),
  everything: await render("production", everything),
};
const all = Object.values(rendered).flat();
const workloads = (objects) => objects.filter((object) => object.spec?.template);
const server = (objects) => workloads(objects).find((object) => object.kind !== "Job");
const container = (workload) => workload.spec.template.spec.containers[0];
const matches = (selector, labels) => Object.entries(selector).every(([name, value]) => labels[name] === value);

function env(objects) {
  const settings = { ...the(objects, "ConfigMap").data };
  for (const { name, value, valueFrom } of container(server(objects)).env ?? [])
    settings[name] = value ?? (valueFrom.secretKeyRef ? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}` : valueFrom.fieldRef.fieldPath);
  return settings;
}

test("lint finds nothing in the chart with any of its examples", async () => {
  for (const values of [[image], ["trial", image], ["production"], ["production", "gateway"], ["silo"], ["production", "silo"]]) {
    const { stdout } = await helm(["lint", chart, "--strict"], ...values);
    assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/);
  }
});

test("every object has only fields that Kubernetes knows, of the types it knows", () => {
  assert.deepEqual(mistakes(all), []);
  const [deployment] = structuredClone(all.filter((object) => object.kind === "Deployment"));
  container(deployment).livenessProb = {};
  assert.match(mistakes([deployment]).join(), /livenessProb/);
});

test("what is installed is what the values ask for", () => {
  const kinds = (objects) => objects.map((object) => `${object.kind} ${object.metadata.name}`).sort();
  const always = ["ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount"].map((kind) => `${kind} vote-budgeting`);
  const migration = ["Job vote-budgeting-migration", "NetworkPolicy vote-budgeting-migration"];
  const file = ["Deployment vote-budgeting", "PersistentVolumeClaim vote-budgeting"];
  assert.deepEqual(kinds(rendered.minimal), [...always, ...file].sort());
  assert.deepEqual(kinds(rendered.trial), [...always, ...file].sort());
  const scaled = [...always, ...migration, "Deployment vote-budgeting", "HorizontalPodAutoscaler vote-budgeting"];
  assert.deepEqual(kinds(rendered.production), [...scaled, "Ingress vote-budgeting"].sort());
  assert.deepEqual(kinds(rendered.gateway), scaled.sort());
  const silos = ["Service vote-budgeting-silo", "StatefulSet vote-budgeting"];
  assert.deepEqual(kinds(rendered.silo), [...always, ...migration, ...silos].sort());
  assert.deepEqual(kinds(rendered.silos), [...scaled.filter((name) => !name.startsWith("Deployment")), ...silos, "Ingress vote-budgeting"].sort());
});

test("every pod keeps to the restricted standard, writes nowhere but in its volumes, and gets no token", () => {
  const pods = workloads(all);
  assert.equal(pods.length, 12);
  for (const { kind, spec: { template: { spec } } } of pods) {
    assert.equal(spec.automountServiceAccountToken, false, kind);
    assert.equal(spec.enableServiceLinks, false, kind);
    assert.equal(spec.securityContext.runAsNonRoot, true);
    assert.ok(spec.securityContext.runAsUser > 0);
    assert.deepEqual(spec.securityContext.seccompProfile, { type: "RuntimeDefault" });
    for (const field of ["hostNetwork", "hostPID", "hostIPC", "initContainers", "ephemeralContainers"]) assert.equal(spec[field], undefined);
    for (const volume of spec.volumes) assert.ok(volume.emptyDir?.sizeLimit || volume.secret || volume.persistentVolumeClaim, volume.name);
    for (const it of spec.containers) {
      assert.deepEqual(it.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
      assert.equal(it.terminationMessagePolicy, "FallbackToLogsOnError");
      assert.ok(it.resources.requests.cpu && it.resources.requests.memory && it.resources.limits.memory);
      assert.deepEqual(it.volumeMounts.map((mount) => mount.name).sort(), spec.volumes.map((volume) => volume.name).sort());
      assert.ok(it.volumeMounts.some((mount) => mount.mountPath === "/tmp"));
    }
  }
  for (const account of all.filter((object) => object.kind === "ServiceAccount")) assert.equal(account.automountServiceAccountToken, false);
});

test("where the cluster chooses the user, none is asked for", async () => {
  for (const { spec } of workloads(await render(image, postgres, { userId: null })))
    assert.deepEqual(spec.template.spec.securityContext, { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
});

test("services, policies and budgets select the servers and never the migration", () => {
  for (const objects of Object.values(rendered)) {
    const labels = server(objects).spec.template.metadata.labels;
    const migration = the(objects, "Job")?.spec.template.metadata.labels;
    const selectors = [
      ...objects.filter((object) => object.kind === "Service").map((service) => service.spec.selector),
      the(objects, "PodDisruptionBudget").spec.selector.matchLabels,
      the(objects, "NetworkPolicy", "vote-budgeting").spec.podSelector.matchLabels,
      server(objects).spec.selector.matchLabels,
      ...server(objects).spec.template.spec.topologySpreadConstraints.map((spread) => spread.labelSelector.matchLabels),
    ];
    for (const selector of selectors) {
      assert.ok(matches(selector, labels));
      assert.ok(migration === undefined || !matches(selector, migration));
    }
    if (migration) {
      const policy = the(objects, "NetworkPolicy", "vote-budgeting-migration").spec;
      assert.ok(matches(policy.podSelector.matchLabels, migration) && !matches(policy.podSelector.matchLabels, labels));
      assert.deepEqual(policy.policyTypes, ["Ingress", "Egress"]);
      assert.equal(policy.ingress, undefined);
    }
  }
});

test("what objects name of one another is there", () => {
  for (const objects of Object.values(rendered)) {
    const pod = server(objects).spec.template.spec;
    const ports = new Set(container(server(objects)).ports.map((port) => port.name));
    assert.ok(the(objects, "ServiceAccount", pod.serviceAccountName));
    for (const source of container(server(objects)).envFrom) assert.ok(the(objects, "ConfigMap", source.configMapRef.name));
    for (const service of objects.filter((object) => object.kind === "Service"))
      for (const port of service.spec.ports) assert.ok(ports.has(port.targetPort));
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) assert.ok(ports.has(container(server(objects))[probe].httpGet.port));
    const scaler = the(objects, "HorizontalPodAutoscaler")?.spec.scaleTargetRef;
    if (scaler) assert.equal(scaler.name + scaler.kind, server(objects).metadata.name + server(objects).kind);
    for (const rule of the(objects, "Ingress")?.spec.rules ?? []) {
      const { name, port } = rule.http.paths[0].backend.service;
      assert.ok(the(objects, "Service", name).spec.ports.some((it) => it.name === port.name));
    }
    if (server(objects).kind === "StatefulSet") assert.equal(the(objects, "Service", server(objects).spec.serviceName).spec.clusterIP, "None");
    for (const volume of pod.volumes)
      if (volume.persistentVolumeClaim) assert.ok(the(objects, "PersistentVolumeClaim", volume.persistentVolumeClaim.claimName));
  }
});

test("SQLite is one server on a volume that outlives the release, and never two at once", () => {
  const { minimal } = rendered;
  assert.equal(server(minimal).spec.replicas, 1);
  assert.deepEqual(server(minimal).spec.strategy, { type: "Recreate" });
  assert.equal(the(minimal, "PersistentVolumeClaim").metadata.annotations["helm.sh/resource-policy"], "keep");
  const folder = container(server(minimal)).volumeMounts.find((mount) => mount.name === "data").mountPath;
  assert.equal(env(minimal).Database__ConnectionString, `Data Source=${folder}/budgeting.db`);
  assert.equal(env(minimal).Demo__Enabled, "false");
  assert.equal(env(rendered.trial).Demo__Enabled, "true");
  assert.equal(env(rendered.trial).Site__Https, "false");
});

test("a claim that is there already is used", async () => {
  const objects = await render(image, { database: { volume: { existingClaim: "mine" } } });
  assert.equal(the(objects, "PersistentVolumeClaim"), undefined);
  assert.equal(server(objects).spec.template.spec.volumes.find((volume) => volume.name === "data").persistentVolumeClaim.claimName, "mine");
});

test("secrets are named and never written", () => {
  const settings = env(rendered.production);
  assert.equal(settings.Database__ConnectionString, "budgeting-database/connectionString");
  assert.equal(settings.DataProtection__CertificatePassword, "budgeting-certificate/password");
  assert.equal(env(rendered.everything).Mail__Password, "mail/password");
  assert.deepEqual(all.filter((object) => object.kind === "Secret"), []);
  for (const { data } of all.filter((object) => object.kind === "ConfigMap" && object.data.Database__Provider === "PostgreSQL"))
    assert.deepEqual(Object.keys(data).filter((name) => /password|connectionstring/i.test(name)), []);
});

test("a switch is no secret, whatever its name", async () => {
  assert.equal(env(await render(image, { settings: { SignIn__Providers__0__SecretInForm: "true" } })).SignIn__Providers__0__SecretInForm, "true");
});

test("the certificate lies where its setting says, readable by the servers alone", () => {
  const pod = server(rendered.production).spec.template.spec;
  const { secret } = pod.volumes.find((volume) => volume.name === "certificate");
  const mount = container(server(rendered.production)).volumeMounts.find((it) => it.name === "certificate");
  assert.equal(env(rendered.production).DataProtection__CertificateFile, `${mount.mountPath}/${secret.items[0].path}`);
  assert.equal(secret.defaultMode, 0o440);
  assert.equal(mount.readOnly, true);
  assert.equal(pod.securityContext.fsGroup, pod.securityContext.runAsGroup);
});

test("servers and migration trust the authority of PostgreSQL's certificate", async () => {
  const objects = await render("production", { database: { rootCertificateSecret: { name: "db-ca", key: "root.pem" } } });
  assert.deepEqual(mistakes(objects), []);
  for (const workload of workloads(objects)) {
    const { env, volumeMounts } = container(workload);
    assert.equal(env.find((it) => it.name === "PGSSLROOTCERT").value, "/database/root.pem");
    const mount = volumeMounts.find((it) => it.mountPath === "/database");
    assert.equal(mount.readOnly, true);
    const { secret } = workload.spec.template.spec.volumes.find((volume) => volume.name === mount.name);
    assert.deepEqual([secret.secretName, secret.items], ["db-ca", [{ key: "root.pem", path: "root.pem" }]]);
  }
  assert.equal(workloads(objects).length, 2);
  assert.doesNotMatch(JSON.stringify(rendered.production), /PGSSLROOTCERT/);
  assert.doesNotMatch(JSON.stringify(await render(image, { database: { rootCertificateSecret: { name: "db-ca" } } })), /PGSSLROOTCERT|db-ca/);
});

test("a certificate without a password asks for none", async () => {
  const settings = env(await render(image, { dataProtection: { certificateSecret: { name: "cert", passwordKey: "" } } }));
  assert.equal(settings.DataProtection__CertificateFile, "/certificate/certificate.p12");
  assert.equal(settings.DataProtection__CertificatePassword, undefined);
});

test("every setting of the chart is one the servers document", () => {
  const documented = readFileSync(join(repository, "docs/operations.md"), "utf8");
  const own = new Set(all.filter((object) => object.kind === "ConfigMap").flatMap((object) => Object.keys(object.data)).concat(container(server(rendered.production)).env.map((it) => it.name)));
  for (const name of own) {
    if (/^(Orleans__.*|ASPNETCORE_HTTP_PORTS)$/.test(name)) continue;
    const [section, setting] = name.replace(/__\d+$/, "").split("__");
    assert.ok(documented.includes(`\`${section}:${setting}\``) || documented.includes(`\`:${setting}\``) || documented.includes(`\`${name}\``), name);
  }
});

test("the migration runs before everything else with nothing of the release, and says when it failed", () => {
  for (const objects of [rendered.production, rendered.silo]) {
    const job = the(objects, "Job");
    const policy = the(objects, "NetworkPolicy", "vote-budgeting-migration");
    for (const { metadata: { annotations } } of [job, policy]) {
      assert.equal(annotations["helm.sh/hook"], "pre-install,pre-upgrade");
      assert.ok(annotations["helm.sh/hook-delete-policy"].includes("before-hook-creation"));
    }
    assert.ok(Number(policy.metadata.annotations["helm.sh/hook-weight"]) < Number(job.metadata.annotations["helm.sh/hook-weight"]));
    const pod = job.spec.template.spec;
    assert.equal(pod.serviceAccountName, undefined);
    assert.equal(container(job).envFrom, undefined);
    assert.deepEqual(container(job).command, ["/cli/budgeting", "migrate"]);
    assert.equal(container(job).image, container(server(objects)).image);
    assert.deepEqual(container(job).env.map(({ name }) => name), ["Database__Provider", "Database__ConnectionString"]);
    assert.ok(job.spec.activeDeadlineSeconds > 0 && pod.restartPolicy === "Never");
  }
});

test("without the migration there is no trace of it", async () => {
  assert.deepEqual((await render("production", { migration: { enabled: false } })).filter((object) => object.metadata.name.endsWith("-migration")), []);
});

test("a leaving server answers on until proxies know, and has more time than its requests and the ballots it took", async () => {
  for (const [values, preStop, timeout] of [[{}, 10, 60], [{ shutdown: { preStopSeconds: 5, timeoutSeconds: 300 } }, 5, 300]]) {
    const objects = await render("production", values);
    assert.equal(container(server(objects)).lifecycle.preStop.sleep.seconds, preStop);
    assert.equal(env(objects).shutdownTimeoutSeconds, String(timeout));
    assert.ok(server(objects).spec.template.spec.terminationGracePeriodSeconds >= preStop + timeout + 30);
  }
});

test("probes ask for life without the database and for readiness with it, more patiently than the server does", () => {
  const it = container(server(rendered.production));
  assert.deepEqual([it.startupProbe, it.livenessProbe, it.readinessProbe].map((probe) => probe.httpGet.path), ["/health/live", "/health/live", "/health/ready"]);
  assert.ok(it.readinessProbe.timeoutSeconds > 3);
  assert.ok(it.startupProbe.failureThreshold * it.startupProbe.periodSeconds >= 300);
  const routes = readFileSync(join(repository, "src/Budgeting.Web/Shell/Health.cs"), "utf8");
  for (const path of ["/health/live", "/health/ready"]) assert.ok(routes.includes(`"${path}"`));
});

test("an upgrade takes no server away before another is ready", () => {
  assert.deepEqual(server(rendered.production).spec.strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
  assert.equal(the(rendered.production, "PodDisruptionBudget").spec.maxUnavailable, 1);
});

test("scaling holds the bounds and leaves the number of servers to the scaler", async () => {
  const { spec } = the(rendered.production, "HorizontalPodAutoscaler");
  assert.deepEqual([spec.minReplicas, spec.maxReplicas, spec.metrics[0].resource.target.averageUtilization], [3, 8, 70]);
  assert.ok(!("replicas" in server(rendered.production).spec));
  assert.equal(server(await render(image, postgres, { replicas: 4 })).spec.replicas, 4);
});

test("scaling turned on for a running release keeps the servers that run", async () => {
  for (const [kind, values] of [["Deployment", ["production"]], ["StatefulSet", ["silo", { autoscaling: { enabled: true } }]]]) {
    const running = { apiVersion: "apps/v1", kind, metadata: { name: "vote-budgeting", namespace: "budgeting" }, spec: { replicas: 7 } };
    assert.equal(server(await withCluster(running, (cluster) => renderIn(cluster, ...values))).spec.replicas, 7);
  }
});

test("the ingress leads every host to the site, with TLS, and its proxies are believed", async () => {
  const { spec } = the(await render("production", { ingress: { hosts: ["osallistu.example.fi", "delta.example.fi"] } }), "Ingress");
  assert.deepEqual(spec.rules.map((rule) => rule.host), ["osallistu.example.fi", "delta.example.fi"]);
  assert.deepEqual(spec.tls, [{ secretName: "budgeting-tls", hosts: ["osallistu.example.fi", "delta.example.fi"] }]);
  assert.equal(spec.ingressClassName, "public");
  assert.equal(env(rendered.production).Site__Proxies__0, "10.244.0.0/16");
  assert.equal(env(rendered.production).Site__Https, "true");
});

test("wherever people come from, the site knows its address and answers to its own names only, to the probes too", async () => {
  const local = await render(image, { site: { address: "http://vote.test:8080", https: false, hosts: ["vote-budgeting.budgeting.svc"] } });
  const anyName = await render("production", { site: { hosts: ["*"] } });
  const twoNames = await render("production", { ingress: { hosts: ["osallistu.example.fi", "delta.example.fi"] }, site: { address: "https://delta.example.fi" } });
  for (const [objects, address, host, hosts] of [
    [rendered.production, "https://osallistu.example.fi", "osallistu.example.fi", "osallistu.example.fi"],
    [rendered.gateway, "https://osallistu.example.fi", "osallistu.example.fi", "osallistu.example.fi"],
    [twoNames, "https://delta.example.fi", "delta.example.fi", "delta.example.fi;osallistu.example.fi"],
    [anyName, "https://osallistu.example.fi", "osallistu.example.fi", "osallistu.example.fi;*"],
    [local, "http://vote.test:8080", "vote.test", "vote.test;vote-budgeting.budgeting.svc"],
  ]) {
    assert.equal(env(objects).Site__Address, address);
    assert.equal(env(objects).AllowedHosts, hosts);
    const asked = container(server(objects));
    for (const probe of [asked.startupProbe, asked.livenessProbe, asked.readinessProbe])
      assert.deepEqual(probe.httpGet.httpHeaders, [{ name: "Host", value: host }]);
  }
  assert.ok(!("AllowedHosts" in env(rendered.minimal) || "Site__Address" in env(rendered.minimal)));
  assert.ok(!("httpHeaders" in container(server(rendered.minimal)).readinessProbe.httpGet));
});

test("without an Ingress of the chart there can be mail, and forms are believed to come by https", () => {
  const settings = env(rendered.gateway);
  assert.equal(the(rendered.gateway, "Ingress"), undefined);
  assert.deepEqual([settings.Mail__Host, settings.Mail__Password], ["mail.example.fi", "budgeting-mail/password"]);
  assert.deepEqual([settings.Site__Https, settings.Site__Proxies__0], ["true", "10.244.0.0/16"]);
});

test("the network policy lets the ingress in and lets out to names, the database and what was added", () => {
  const { spec } = the(rendered.everything, "NetworkPolicy", "vote-budgeting");
  assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
  assert.deepEqual(spec.ingress, [{ ports: [{ protocol: "TCP", port: "http" }], from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }] }]);
  assert.deepEqual(spec.egress.map((rule) => rule.ports.map((port) => port.port)), [[5353, 5353], [5432], [587]]);
  assert.deepEqual(spec.egress[1].to, [{ ipBlock: { cidr: "10.20.0.5/32" } }]);
  assert.deepEqual(spec.egress[0].ports.map((port) => port.protocol), ["UDP", "TCP"]);
  assert.deepEqual(the(rendered.everything, "NetworkPolicy", "vote-budgeting-migration").spec.egress, spec.egress);
});

test("silos have a name each, find one another and talk to nobody else on their ports", () => {
  const set = server(rendered.silo);
  assert.equal(set.kind, "StatefulSet");
  assert.equal(set.spec.podManagementPolicy, "Parallel");
  assert.equal(set.spec.replicas, 3);
  assert.deepEqual(container(set).ports, [{ name: "http", containerPort: 8080 }, { name: "silo", containerPort: 11111 }]);
  const settings = env(rendered.silo);
  // No gateway: the platform has no clients of Orleans, and whoever reached one could act in anybody's name.
  assert.deepEqual([settings.Orleans__Endpoints__SiloPort, settings.Orleans__Endpoints__GatewayPort], ["11111", undefined]);
  assert.deepEqual([settings.Orleans__Name, settings.Orleans__Endpoints__AdvertisedIPAddress], ["metadata.name", "status.podIP"]);
  const headless = the(rendered.silo, "Service", "vote-budgeting-silo").spec;
  assert.deepEqual([headless.clusterIP, headless.publishNotReadyAddresses, headless.ports.map((port) => port.port)], ["None", true, [11111]]);
  const { spec } = the(rendered.silo, "NetworkPolicy", "vote-budgeting");
  const among = [{ podSelector: { matchLabels: set.spec.selector.matchLabels } }];
  assert.deepEqual(spec.ingress[1], { ports: [{ protocol: "TCP", port: 11111 }], from: among });
  assert.deepEqual(spec.egress.at(-1), { ports: spec.ingress[1].ports, to: among });
});

test("one value changes the web site into silos", async () => {
  const values = { ...image, silo: { image: { repository: "registry.test/silo", tag: "9" } }, ...postgres, replicas: 2 };
  const [web, silo] = [await render(values), await render(values, { workload: "silo" })];
  assert.deepEqual([server(web).kind, container(server(web)).image], ["Deployment", "registry.test/web:0.1.0"]);
  assert.deepEqual([server(silo).kind, container(server(silo)).image], ["StatefulSet", "registry.test/silo:9"]);
  assert.equal(the(silo, "Job").spec.template.spec.containers[0].image, "registry.test/silo:9");
  assert.match(container(server(rendered.production)).image, /^registry\.example\.org\/budgeting\/web@sha256:0{64}$/);
});

test("a changed setting starts the servers anew, another change of the release does not", async () => {
  const stamp = (objects) => server(objects).spec.template.metadata.annotations["checksum/config"];
  const [before, setting, other] = await Promise.all([render("production"), render("production", { settings: { Jobs__SweepInterval: "00:01:00" } }), render("production", { ingress: { className: "other" } })]);
  assert.notEqual(stamp(before), stamp(setting));
  assert.equal(stamp(before), stamp(other));
});

test("names stay within what Kubernetes takes, however long the release's is", async () => {
  const { stdout } = await helm(["template", "a".repeat(53), chart], "silo");
  for (const [, name] of stdout.matchAll(/^ {2}name: (.+)$/gm)) assert.ok(name.length <= 63, name);
  assert.equal(the(await render("production", { fullnameOverride: "osallistu" }), "Job").metadata.name, "osallistu-migration");
});

const wrong = {
  "no image": [[{}], "image.repository must name the image"],
  "no image of the silo": [[image, postgres, { workload: "silo" }], "silo.image.repository must name the image: build it with src/Budgeting.Silo/Containerfile"],
  "SQLite with two servers": [[image, { replicas: 2 }], "replicas is 2, but SQLite is a file for one server"],
  "SQLite scaled": [[image, { autoscaling: { enabled: true } }], "autoscaling.enabled is true, but SQLite is a file for one server"],
  "SQLite under silos": [["silo", { database: { provider: "Sqlite" }, replicas: 1 }], "workload is silo, but SQLite is a file for one server"],
  "PostgreSQL without a Secret": [[image, { database: { provider: "PostgreSQL" } }], "database.connectionSecret.name must name the Secret"],
  "the demonstration on two servers": [[image, postgres, { demo: { enabled: true }, replicas: 2 }], "demo.enabled is true"],
  "bounds the wrong way round": [["production", { autoscaling: { minReplicas: 9 } }], "autoscaling.minReplicas is 9, above autoscaling.maxReplicas, 8"],
  "scaling without a measure": [["production", { resources: { requests: { cpu: null } } }], "resources.requests.cpu, which is not set"],
  "an ingress without a host": [["production", { ingress: { hosts: [] } }], "ingress.hosts names no host"],
  "an ingress that nobody believes": [["production", { site: { proxies: [] } }], "site.proxies names no network"],
  "https that nobody ends": [["production", "gateway", { site: { proxies: [] } }], "people come to https://osallistu.example.fi by https, but site.proxies names no network"],
  "an address by another scheme": [["production", "gateway", { site: { https: false } }], "site.address is https://osallistu.example.fi, but site.https is false"],
  "an address past the ingress": [["production", { site: { address: "https://delta.example.fi" } }], "site.address is https://delta.example.fi, to which the ingress does not lead"],
  "an address with a path": [["production", { site: { address: "https://osallistu.example.fi/vote" } }], "/site/address"],
  "names without an address": [[image, { site: { hosts: ["a.example.fi"] } }], "site.address is empty"],
  "an address past its value": [[image, { settings: { Site__Address: "https://a.example.fi" } }], "settings and secretSettings may not hold Site__Address"],
  "names past their value": [["production", { settings: { allowedhosts: "a.example.fi" } }], "settings and secretSettings may not hold allowedhosts"],
  "a name that stands for many": [["production", { ingress: { hosts: ["*.example.fi"] } }], "/ingress/hosts"],
  "mail without an address": [[image, { settings: { Mail__Host: "mail.example.fi" } }], "Mail__Host needs the site's own address: set site.address"],
  "mail that is kept in": [["production", { networkPolicy: { egress: [] } }], "Mail__Host names somebody whom the servers could not reach"],
  "text messages and e-identification that are kept in": [
    [image, { site: { address: "https://a.example.fi", proxies: ["10.0.0.0/8"] }, settings: { Sms__Address: "https://sms.example.fi" }, secretSettings: { SIGNIN__PROVIDERS__0__AUTHORITY: { name: "a", key: "b" } } }],
    "SIGNIN__PROVIDERS__0__AUTHORITY Sms__Address names somebody whom the servers could not reach"],
  "a store of results that is kept in": [
    [image, { site: { address: "https://a.example.fi", proxies: ["10.0.0.0/8"] }, secretSettings: { Orleans__ResultStore__ConnectionString: { name: "a", key: "b" } } }],
    "Orleans__ResultStore__ConnectionString names somebody whom the servers could not reach"],
  "no name servers": [[image, { networkPolicy: { dnsPorts: [] } }], "/networkPolicy/dnsPorts"],
  "a password in the open": [[image, { settings: { Mail__Password: "x" } }], "name the Secret that holds Mail__Password under secretSettings"],
  "a connection string in the open": [[image, { settings: { DATABASE__CONNECTIONSTRING: "x" } }], "the chart sets it from a value of its own"],
  "a certificate past its value": [[image, { secretSettings: { DataProtection__CertificateFile: { name: "a", key: "b" } } }], "the chart sets it from a value of its own"],
  "a setting that stands twice": [[image, { settings: { A__B: "x" }, secretSettings: { A__B: { name: "a", key: "b" } } }], "stands in settings and in secretSettings"],
  "a workload that is none": [[image, { workload: "cron" }], "/workload"],
  "a misspelt value": [[image, { replica: 2 }], "replica"],
  "a misspelt value further in": [[image, { ingress: { host: "a.example.fi" } }], "/ingress"],
  "no server": [[image, { replicas: 0 }], "/replicas"],
  "a half server": [[image, { replicas: 1.5 }], "/replicas"],
  "a number as a setting": [[image, { settings: { BallotBox__QueueLength: 20000 } }], "/settings"],
  "an address instead of a network": [[image, { site: { proxies: ["10.0.0.1"] } }], "/site/proxies"],
  "a tag in the repository's place": [[image, { image: { repository: "a@sha256:1" } }], "/image/repository"],
  "a digest that is none": [[image, { image: { digest: "sha256:1" } }], "/image/digest"],
  "a host with a path": [["production", { ingress: { hosts: ["a.example.fi/vote"] } }], "/ingress/hosts"],
  "no grace": [[image, { shutdown: { timeoutSeconds: 0 } }], "/shutdown/timeoutSeconds"],
  "all servers away at once": [["production", { podDisruptionBudget: { maxUnavailable: "100%" } }], "/podDisruptionBudget/maxUnavailable"],
  "root": [[image, { userId: 0 }], "/userId"],
  "a port that is none": [["production", { database: { port: 70000 } }], "/database/port"],
  "memory without a unit that is one": [[image, { resources: { limits: { memory: "1GB" } } }], "/resources/limits/memory"],
};
for (const [name, [values, message]] of Object.entries(wrong)) {
  test(`refused: ${name}`, async () => {
    const said = (await refusal(...values)).replaceAll(/\s+/g, " ");
    assert.ok(said.includes(message) || said.includes(message.replaceAll("/", ".")), said);
  });
}

const schema = JSON.parse(readFileSync(join(chart, "values.schema.json")));
const defaults = parse(readFileSync(join(chart, "values.yaml"), "utf8"));

/** Every value by its path, with its schema and its default; free maps and lists are one value. */
function* leaves(node = schema, value = defaults, path = []) {
  if (!node.properties) yield [path.join("."), node, value];
  else for (const [name, inner] of Object.entries(node.properties)) if (name !== "global") yield* leaves(inner, value?.[name], [...path, name]);
}

test("the schema describes every value and knows no others", () => {
  (function walk(node, value, path) {
    assert.ok(path === "" || node.description?.length > 3, `${path} has no description`);
    if (!node.properties) return;
    assert.equal(node.additionalProperties, false, path);
    assert.deepEqual(Object.keys(node.properties).filter((name) => name !== "global").sort(), Object.keys(value).sort(), path);
    for (const [name, inner] of Object.entries(node.properties)) walk(inner, value[name], `${path}.${name}`);
  })(schema, defaults, "");
});

test("the chart's README lists every value with its default and what the schema says of it", () => {
  const readme = readFileSync(join(chart, "README.md"), "utf8");
  const shown = (value) => value === "" ? "" : `\`${typeof value === "object" ? JSON.stringify(value) : value}\``;
  const rows = [...leaves()].map(([path, node, value]) => `| \`${path}\` | ${shown(value)} | ${node.description} |`);
  assert.deepEqual(readme.split("\n").filter((line) => /^\| `[a-z]/.test(line)), rows);
});

test("the notes say where the site is and warn of what is open", async () => {
  const notes = async (...values) => (await helm(["install", "vote", chart, "--namespace", "budgeting", "--dry-run=client"], ...values)).stdout.split("NOTES:")[1];
  const [trial, production, gateway, open, twoNames] = await Promise.all([
    notes("trial", image), notes("production"), notes("production", "gateway"), notes("silo", { networkPolicy: { enabled: false } }),
    notes("production", { ingress: { hosts: ["osallistu.example.fi", "delta.example.fi"] } })]);
  assert.match(trial, /port-forward service\/vote-budgeting 8080:80/);
  assert.match(trial, /WARNING: anybody can enter the demonstration's accounts/);
  assert.match(trial, /WARNING: no certificate/);
  assert.match(production, /The site: https:\/\/osallistu\.example\.fi\n\n/);
  assert.match(gateway, /The site: https:\/\/osallistu\.example\.fi\nWhat leads people there has to pass their requests on to port 80 of the service vote-budgeting/);
  for (const safe of [production, gateway]) assert.doesNotMatch(safe, /WARNING/);
  assert.match(open, /WARNING: networkPolicy.enabled is false: .* act as a silo/);
  assert.match(twoNames, /WARNING: passkeys .* belong to osallistu\.example\.fi alone/);
});

test("the chart installs the version of this repository, from the image its container file makes", () => {
  const { appVersion, version } = parse(readFileSync(join(chart, "Chart.yaml"), "utf8"));
  const [, built] = readFileSync(join(repository, "Directory.Build.props"), "utf8").match(/<Version>(.+)<\/Version>/);
  assert.deepEqual([appVersion, version], [built, built]);
  for (const host of ["Budgeting.Web", "Budgeting.Silo"]) {
    const containerfile = readFileSync(join(repository, `src/${host}/Containerfile`), "utf8");
    assert.match(containerfile, /^COPY --from=build \/out\/cli \/cli$/m);
    assert.match(containerfile, new RegExp(`^USER ${parse(readFileSync(join(chart, "values.yaml"), "utf8")).userId}$`, "m"));
    assert.match(containerfile, /^ENV ASPNETCORE_HTTP_PORTS=8080$/m);
    assert.match(containerfile, new RegExp(`^ENTRYPOINT \\["/app/${host}"\\]$`, "m"));
    for (const [, from] of containerfile.matchAll(/^FROM (\S+)/gm)) assert.match(from, /:\d+\.\d+\.\d+/, `${from} is not pinned`);
  }
});

test("both images are built in the same way, from what is in the repository and nothing else that lies about", () => {
  const read = (path) => readFileSync(join(repository, "src", path), "utf8");
  const steps = (host) => read(`Budgeting.${host}/Containerfile`).replaceAll(/^#.*\n/gm, "").replaceAll(`Budgeting.${host}`, "HOST").replaceAll(`/out/${host.toLowerCase()}`, "/out/host").replace(" 11111", "");
  assert.equal(steps("Silo"), steps("Web"));
  const ignored = read("Budgeting.Web/Containerfile.dockerignore");
  assert.equal(read("Budgeting.Silo/Containerfile.dockerignore"), ignored);
  assert.match(ignored, /^\*$/m);
  for (const path of ["**/bin", "**/obj", "**/node_modules", "**/*.db*"]) assert.ok(ignored.split("\n").includes(path), path);
});

test("every example is rendered here", () => {
  assert.deepEqual(readdirSync(join(chart, "examples")).sort(), ["gateway.yaml", "production.yaml", "silo.yaml", "trial.yaml"]);
});
