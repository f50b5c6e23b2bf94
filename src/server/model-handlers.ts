import type { CostModelService } from '../serving';
import {
  assertTextBytes,
  decodeModelArtifact,
  decodeModelRef,
  type ExportModelRequest,
  encodeModelArtifact,
  encodeModelInfo,
  type GetModelRequest,
  type ImportModelRequest,
  type ImportModelResponseInput,
  type ListModelsRequest,
  type ListModelsResponseInput,
  MAX_NAME_BYTES,
  type ModelArtifactInput,
  type ModelInfoInput,
} from '../wire';
import type { UnaryHandler } from './handler';

export function createGetModelHandler(
  service: CostModelService,
): UnaryHandler<GetModelRequest, ModelInfoInput> {
  return async ({ model }) => encodeModelInfo(await service.getModel(decodeModelRef(model)));
}

export function createListModelsHandler(
  service: CostModelService,
): UnaryHandler<ListModelsRequest, ListModelsResponseInput> {
  return async () => ({ models: (await service.listModels()).map(encodeModelInfo) });
}

/** RESOURCE_EXHAUSTED where the artifact is larger than a message of `maxMessageBytes`. */
export function createExportModelHandler(
  service: CostModelService,
  maxMessageBytes: number,
): UnaryHandler<ExportModelRequest, ModelArtifactInput> {
  return async ({ model }) =>
    encodeModelArtifact(await service.exportModel(decodeModelRef(model)), maxMessageBytes);
}

export function createImportModelHandler(
  service: CostModelService,
): UnaryHandler<ImportModelRequest, ImportModelResponseInput> {
  return async ({ artifact, modelName }) => {
    assertTextBytes('model_name', modelName, MAX_NAME_BYTES);
    const info = await service.importModel(decodeModelArtifact(artifact), modelName);
    return { model: encodeModelInfo(info) };
  };
}
