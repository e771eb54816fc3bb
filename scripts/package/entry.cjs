/** The script that the executable runs first: the modules of dist/ are its assets, and are imported from there. */
const { isBuiltin, registerHooks } = require("node:module");
const { getAsset, getAssetKeys } = require("node:sea");

// Below a file nothing can lie: no module on the machine is ever taken for one of these.
const ROOT = "file:///proc/self/exe/";
const assets = new Set(getAssetKeys());

registerHooks({
  resolve(specifier, context, next) {
    if (isBuiltin(specifier)) return next(specifier, context);
    const { href } = new URL(specifier, specifier.startsWith(".") ? context.parentURL : ROOT);
    if (!assets.has(href.slice(ROOT.length))) throw new Error(`there is no module ${specifier} in this executable`);
    return { url: href, format: "module", shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(ROOT)) return next(url, context);
    return { format: "module", source: getAsset(url.slice(ROOT.length), "utf8"), shortCircuit: true };
  },
});

void import(`${ROOT}bpftop.mjs`);
