// What Kubernetes' published types say of objects.
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Fields that Kubernetes does not know, types that it does not take, fields that are missing: a line for each. */
export function mistakes(objects) {
  const source = objects.map((object, i) => {
    const group = object.apiVersion.includes("/") ? object.apiVersion.replace(".k8s.io", "") : `core/${object.apiVersion}`;
    return `const o${i}: import("kubernetes-types/${group}").${object.kind} = ${JSON.stringify(object, null, 1)};`;
  }).join("\n");
  const name = fileURLToPath(new URL("rendered.ts", import.meta.url));
  const options = { noEmit: true, strict: true, types: [], lib: ["lib.es5.d.ts"], skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, ...rest) => file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const line = diagnostic.file ? source.slice(0, diagnostic.start).split("\n").length : 0;
    return `${source.split("\n")[line - 1] ?? ""} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`.trim();
  });
}
