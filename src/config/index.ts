export { type Address, parseAddress } from './address';
export { CLIENT_OPTION_SPECS, type ClientOptions, loadClientOptions } from './client-options';
export { readCredentialFile, readTokenFile } from './credential-files';
export type { Environment, GivenOptions, OptionSpec } from './option-spec';
export { commandLine, processEnvironment } from './process';
export { loadServeOptions, SERVE_OPTION_SPECS, type ServeOptions } from './serve-options';
export { loadStoreLocation, STORE_OPTION_SPECS, type StoreLocation } from './store-options';
