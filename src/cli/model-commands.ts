import { stat } from 'node:fs/promises';
import { loadModelFolder } from '../artifact';
import {
  type CostModelClient,
  createCostModelClient,
  readArtifactFile,
  writeArtifactFile,
} from '../client';
import { type ClientOptions, readCredentialFile, readTokenFile } from '../config';
import { invalidArgument } from '../errors';
import type { ModelInfo, ModelRef } from '../wire';
import type { CommandIo } from './command-io';

/** `name@version`, `name` for its newest, or nothing, which is what learned last. */
export function parseModelRef(text: string | undefined): ModelRef {
  if (text === undefined) return { name: '', version: 0 };
  const [, name = '', version] = /^([^@]+)(?:@(\d{1,15}))?$/.exec(text) ?? [];
  if (name === '') throw invalidArgument(`model is "${text}"; it must be name or name@version`);
  return version === undefined
    ? { name, version: 0 }
    : { name, version: Number(version), pinned: true };
}

export async function printModel(
  options: ClientOptions,
  io: CommandIo,
  ref: string | undefined,
): Promise<void> {
  const model = parseModelRef(ref);
  await withClient(options, async (client) => printInfo(io, await client.getModel(model)));
}

export async function printModels(options: ClientOptions, io: CommandIo): Promise<void> {
  await withClient(options, async (client) => {
    for (const info of await client.listModels()) printInfo(io, info);
  });
}

/** Writes a version to a file that `importModel`, or the shim, reads. */
export async function exportModel(
  options: ClientOptions,
  io: CommandIo,
  file: string,
  ref: string | undefined,
): Promise<void> {
  const model = parseModelRef(ref);
  await withClient(options, async (client) => {
    const artifact = await client.exportModel(model);
    await writeArtifactFile(file, artifact);
    io.print(JSON.stringify({ event: 'exported', file, weightsBytes: artifact.weights.length }));
  });
}

/**
 * Makes the version in a file, or in a model folder, the newest of a model of the server: of the
 * one that is named, or else of the one that its card says.
 */
export async function importModel(
  options: ClientOptions,
  io: CommandIo,
  path: string,
  name: string | undefined,
): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const artifact = isFolder ? await loadModelFolder(path) : await readArtifactFile(path);
  await withClient(options, async (client) =>
    printInfo(io, await client.importModel(artifact, name)),
  );
}

/** One line of JSON: for people short enough, for programs exact. */
function printInfo(io: CommandIo, info: ModelInfo): void {
  const { model, description, ...rest } = info;
  io.print(JSON.stringify({ model: `${model.name}@${model.version}`, ...description, ...rest }));
}

async function withClient(
  options: ClientOptions,
  action: (client: CostModelClient) => Promise<void>,
): Promise<void> {
  const { tlsCaFile, tokenFile } = options;
  const client = createCostModelClient({
    address: options.server.text,
    deadlineMs: options.timeoutMs,
    tls: options.tls
      ? {
          rootCertificates:
            tlsCaFile === undefined ? undefined : readCredentialFile('--tls-ca', tlsCaFile),
        }
      : undefined,
    token: tokenFile === undefined ? undefined : readTokenFile('--token-file', tokenFile),
  });
  try {
    await action(client);
  } finally {
    client.dispose();
  }
}
