import { z } from 'zod';
import { invalidArgument } from '../errors';
import { type Address, parseAddress } from './address';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  integerOption,
  type OptionSpec,
  parseOptions,
  switchOption,
  textOption,
} from './option-spec';

/** How a command finds the server that it talks to, validated. */
export interface ClientOptions {
  readonly server: Address;
  readonly tls: boolean;
  /** PEM; undefined: the authorities that Node knows. */
  readonly tlsCaFile: string | undefined;
  readonly tokenFile: string | undefined;
  readonly timeoutMs: number;
}

export const CLIENT_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'server',
    flag: '--server <address>',
    environment: 'CDMPP_SERVER',
    description: 'host:port or unix:/path; default 127.0.0.1:50051, as serve has it',
  },
  {
    name: 'tls',
    flag: '--tls',
    environment: 'CDMPP_TLS',
    description: 'speak TLS, trusting the authorities that Node knows',
  },
  {
    name: 'tlsCa',
    flag: '--tls-ca <file>',
    environment: 'CDMPP_TLS_CA',
    description: 'speak TLS, trusting these authorities, PEM',
  },
  {
    name: 'tokenFile',
    flag: '--token-file <file>',
    environment: 'CDMPP_TOKEN_FILE',
    description: 'file with the token of the server; default none',
  },
  {
    name: 'timeoutSeconds',
    flag: '--timeout-seconds <seconds>',
    environment: 'CDMPP_TIMEOUT_SECONDS',
    description: 'how long to wait for an answer, retries included, 1 to 3600; default 30',
  },
]);

const schema = z.strictObject({
  server: textOption().default('127.0.0.1:50051'),
  tls: switchOption(),
  tlsCa: textOption().optional(),
  tokenFile: textOption().optional(),
  timeoutSeconds: integerOption(1, 3600, 30),
});

/** Fills defaults and freezes. INVALID_ARGUMENT also where a token would leave this machine in the clear. */
export function loadClientOptions(flags: GivenOptions, environment: Environment): ClientOptions {
  const given = gatherOptions(CLIENT_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(schema, CLIENT_OPTION_SPECS, given);
  const server = parseAddress('--server', parsed.server);
  const tls = parsed.tls || parsed.tlsCa !== undefined;
  if (parsed.tokenFile !== undefined && !tls && !server.isLocal) {
    throw invalidArgument(
      `--server ${server.text} would be sent the token in the clear: give --tls or --tls-ca too`,
    );
  }
  return Object.freeze({
    server,
    tls,
    tlsCaFile: parsed.tlsCa,
    tokenFile: parsed.tokenFile,
    timeoutMs: parsed.timeoutSeconds * 1000,
  });
}
