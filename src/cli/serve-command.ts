import { type Log, systemClock } from '../base';
import { readCredentialFile, readTokenFile, type ServeOptions } from '../config';
import { type CostModelServer, createServer, type ServerOptions } from '../server';
import { type CostModelService, createCostModelService } from '../serving';
import { openRecordStore } from '../store';
import type { CommandIo } from './command-io';
import { createPinoLog } from './pino-log';
import { shippedModelsOf } from './shipped-models';

/**
 * Serves until a signal asks it to stop. Prints one line of JSON when it is
 * SERVING, and nothing else. Throws where it cannot start.
 */
export async function serve(options: ServeOptions, io: CommandIo): Promise<void> {
  const log = createPinoLog(options.logLevel);
  const stopRequested = io.stopRequested();
  const credentials = readCredentials(options);
  const service = createCostModelService({
    dataDir: options.dataDir,
    openStore: () => openRecordStore({ location: options.store, clock: systemClock }),
    log,
    clock: systemClock,
    frozen: options.frozen,
    predictor: options.predictor,
    shippedModels: shippedModelsOf(options.shippedModels),
    threads: options.threads,
    maxQueuePrograms: options.maxQueuePrograms,
    scoreCacheBytes: options.scoreCacheBytes,
  });
  const { maxMessageBytes, drainTimeoutMs } = options;
  try {
    const server = createServer({ service, log, maxMessageBytes, drainTimeoutMs, ...credentials });
    await serveUntil(stopRequested, server, service, options, io, log);
  } finally {
    await service.dispose();
    log.info('cli:stopped');
  }
}

async function serveUntil(
  stopRequested: Promise<string>,
  server: CostModelServer,
  service: CostModelService,
  options: ServeOptions,
  io: CommandIo,
  log: Log,
): Promise<void> {
  const address = await server.listen(options.address.text);
  try {
    const { dataDir, store, frozen } = options;
    log.info('cli:listening', { address, dataDir, store: store.name, frozen });
    const stoppedEarly = await Promise.race([
      service.ready.then(() => false),
      stopRequested.then(() => true),
    ]);
    if (stoppedEarly) return;
    const models = await newestVersions(service);
    io.print(JSON.stringify({ event: 'serving', address, models }));
    log.info('cli:stopping', { signal: await stopRequested });
  } finally {
    await server.drain();
  }
}

/** Of each line, as `cdmpp-cpu@3`. */
async function newestVersions(service: CostModelService): Promise<readonly string[]> {
  const newest = new Map<string, number>();
  for (const { model } of await service.listModels()) newest.set(model.name, model.version);
  return [...newest].map(([name, version]) => `${name}@${version}`);
}

function readCredentials({ tls, tokenFile }: ServeOptions): Pick<ServerOptions, 'tls' | 'token'> {
  return {
    tls:
      tls === undefined
        ? undefined
        : {
            certificateChain: readCredentialFile('--tls-cert', tls.certificateFile),
            privateKey: readCredentialFile('--tls-key', tls.keyFile),
          },
    token: tokenFile === undefined ? undefined : readTokenFile('--token-file', tokenFile),
  };
}
