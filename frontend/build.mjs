// Bundles the front end into build/static/ under content-hashed names. Prints nothing but errors.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "build", "static");
const testOut = join(root, "build", "test");
const manifestName = "manifest.json";

const hashed = (name, bytes) => {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const ext = extname(name);
  return `${basename(name, ext)}-${hash}${ext}`;
};

const bundled = async () => {
  const result = await build({
    entryPoints: ["public.js", "desk.js", "map.js", "sw.js", "tide.css"].map((name) => join(here, name)),
    outdir: out,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    charset: "utf8",
    legalComments: "none",
    loader: { ".svg": "dataurl", ".png": "empty" },
    target: ["chrome80", "safari13"],
    supported: { destructuring: true }, // Safari 13 has it; a fault in how it names default values does not touch us
    logLevel: "error",
  });
  return result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]);
};

const drawn = (names) =>
  Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(here, name), "utf8");
      const small = text.replace(/<!--.*?-->/gs, "").replace(/>\s+</g, "><").replace(/\s+/g, " ").trim();
      return [name, Buffer.from(small)];
    }),
  );

const main = async () => {
  const files = [...(await bundled()), ...(await drawn(["icons.svg", "logo.svg", "favicon.svg"]))];
  await mkdir(out, { recursive: true });
  await mkdir(testOut, { recursive: true });
  const manifest = {};
  for (const [name, bytes] of files) {
    manifest[name] = hashed(name, bytes);
    await writeFile(join(out, manifest[name]), bytes);
  }
  // The manifest changes in one step, and only then do old files go: a running server never points at nothing.
  const draft = join(out, `${manifestName}.new`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(draft, join(out, manifestName));
  const kept = new Set([...Object.values(manifest), manifestName]);
  for (const old of await readdir(out)) if (!kept.has(old)) await rm(join(out, old), { recursive: true });
  await writeFile(join(testOut, "axe.min.js"), await readFile(join(root, "node_modules", "axe-core", "axe.min.js")));
};

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
