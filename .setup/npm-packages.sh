# node_modules as package-lock.json has it, install scripts off (.npmrc).

ensure_npm_packages() {
  local stamp=node_modules/.cdmpp-packages wanted
  wanted=$(digest package-lock.json .npmrc)
  if ! stamped "$stamp" "$wanted" || ! npm_packages_complete; then
    doing 'installing from package-lock.json'
    npm ci --prefer-offline
    echo "$wanted" >"$stamp"
  fi
  ready
}

# Every package that npm recorded as installed is still there.
npm_packages_complete() {
  node -e '
    const { existsSync, readFileSync } = require("node:fs")
    const installed = JSON.parse(readFileSync("node_modules/.package-lock.json", "utf8")).packages
    process.exit(Object.keys(installed).every((path) => existsSync(path + "/package.json")) ? 0 : 1)
  ' 2>/dev/null
}
