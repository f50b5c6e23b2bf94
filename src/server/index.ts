export { type CostModelServer, createServer } from './create-server';
export type { ServerOptions, TlsIdentity } from './server-options';
