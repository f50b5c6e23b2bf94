/**
 * Sets what native libraries read from the environment of this process, before
 * they are loaded. It reaches them from a worker thread too, where the worker
 * shares the environment of its process.
 */
export function setNativeEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    // biome-ignore lint/style/noProcessEnv: written for libraries, never read here.
    process.env[name] = value;
  }
}
