/**
 * The one door to TensorFlow. Nothing is loaded before it is opened: a process
 * that only parses, stores or estimates never maps the native library.
 *
 * The native library reads its settings from the environment of the process,
 * once, when it is first opened. Whoever starts the process sets them
 * (`nativeEnvironment`); this room reads no environment.
 */
import { createRequire } from 'node:module';
import * as util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs-node-gpu';
import { Code, PredictorError } from '../errors';
import { missingAddonError } from './tf-error';

/** The operators; handed to everything that computes with tensors. */
export type Tf = typeof tfjs;
export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs-node-gpu';

/** `native`: TensorFlow's C library; `js`: the pure JavaScript kernels, slow, for tests and comparison. */
export type BackendKind = 'native' | 'js';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
let opened: { readonly kind: BackendKind; readonly tf: Tf } | undefined;

/**
 * Opens the door, or returns what stands behind it already.
 *
 * FAILED_PRECONDITION where the native addon was not built, and where the other
 * kind was opened before: the two share one engine, and a switch would strand
 * the tensors that live.
 */
export function openBackend(kind: BackendKind): Tf {
  if (opened !== undefined) {
    if (opened.kind === kind) return opened.tf;
    throw new PredictorError(
      Code.FailedPrecondition,
      `backend "${kind}" cannot be opened: "${opened.kind}" is in use in this thread`,
    );
  }
  const tf = kind === 'native' ? loadNative() : loadJavaScript();
  // Production mode: no banner on the console and no debug bookkeeping.
  tf.enableProdMode();
  const name = kind === 'native' ? 'tensorflow' : 'cpu';
  if (!tf.setBackend(name) || tf.getBackend() !== name) {
    throw new PredictorError(Code.Internal, `internal: backend is ${tf.getBackend()}, not ${name}`);
  }
  opened = { kind, tf };
  return tf;
}

/**
 * What the native library is to find in the environment of the process, before
 * the process (not merely a worker thread of it) starts.
 *
 * @param threads cores that one operator may use, at least 1; all threads of a
 *   process share them.
 */
export function nativeEnvironment(threads: number): Readonly<Record<string, string>> {
  return Object.freeze({
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    // Warnings and notices about the CPU say nothing that a user could act on.
    TF_CPP_MIN_LOG_LEVEL: '2',
  });
}

function loadNative(): Tf {
  restoreRemovedNodeFunctions();
  try {
    return require(PACKAGE) as Tf;
  } catch (thrown) {
    throw missingAddonError(thrown);
  }
}

function loadJavaScript(): Tf {
  // Resolved from the native package, so that both kinds are the same release.
  return createRequire(require.resolve(PACKAGE))('@tensorflow/tfjs') as Tf;
}

/** Node 23 removed `util.isNullOrUndefined`, which tfjs-node 4.22 calls in its kernels. */
function restoreRemovedNodeFunctions(): void {
  const target = util as unknown as { default?: Record<string, unknown> } & Record<string, unknown>;
  const holder = target.default ?? target;
  holder.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}
