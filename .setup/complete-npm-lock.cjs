// Adds to package-lock.json the packages of other platforms that npm left out.
//
// A registry mirror may not carry them; npm then drops them from the lock file as optional, and
// `npm ci` refuses that lock file. An entry with the platform, taken from the package's name, is
// enough: npm skips it everywhere else. Run it after every change of dependencies (`make lock`).
const { readFileSync, writeFileSync } = require('node:fs');

const PLATFORMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
const ABIS = { eabi: {}, gnu: { libc: ['glibc'] }, gnueabihf: {}, msvc: {} };
ABIS.musl = { libc: ['musl'] };
ABIS.musleabihf = ABIS.musl;

/** The `os`, `cpu` and `libc` of a package named like `@scope/core-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split('/').pop().split('-');
  const os = words.find((word) => PLATFORMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (os === undefined || cpu === undefined) {
    throw new Error(`cannot tell the platform of ${name}, which is missing from package-lock.json`);
  }
  return { os: [os], cpu: [cpu], ...ABIS[words.at(-1)] };
}

/** Whether `name` is found from the package at `path`, in its own node_modules or one further up. */
function isLocked(packages, path, name) {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')
  ) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(lock.packages, path, name)) continue;
    const { os, cpu, libc } = platformOf(name);
    // The keys in npm's order, so that it leaves the file as it is.
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu,
      dev: entry.dev,
      libc,
      optional: true,
      os,
    };
    console.log(`added ${name} ${version}`);
  }
}
const byPath = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(byPath);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
