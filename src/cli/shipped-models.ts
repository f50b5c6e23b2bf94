import { findModelFolder, SHIPPED_MODELS_DIRECTORY } from '../artifact';
import type { ShippedModelOptions } from '../config';
import { Code, PredictorError } from '../errors';
import type { CostModelServiceOptions } from '../serving';

type ShippedModels = NonNullable<CostModelServiceOptions['shippedModels']>;

/**
 * The folders of the models to start from, those that there are. NOT_FOUND where a folder was named
 * that has none: a mistyped path must not mean "none".
 */
export function shippedModelsOf({ enabled, root, folders }: ShippedModelOptions): ShippedModels {
  if (!enabled) return {};
  const folderOf = (name: string): string | undefined =>
    folders[name] ?? findModelFolder(root ?? SHIPPED_MODELS_DIRECTORY, name);
  const found = { cpu: folderOf('cdmpp-cpu'), gpu: folderOf('cdmpp-gpu') };
  if (root !== undefined && found.cpu === undefined && found.gpu === undefined) {
    throw new PredictorError(
      Code.NotFound,
      `--models ${root} holds neither cdmpp-cpu nor cdmpp-gpu; name the folder that they are in, or give --no-pretrained`,
    );
  }
  return found;
}
