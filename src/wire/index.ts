export type { CostModelClient as RawCostModelClient } from './gen/cdmpp/v1/CostModel';
export type {
  ExportModelRequest,
  ExportModelRequestInput,
} from './gen/cdmpp/v1/ExportModelRequest';
export type { GetModelRequest, GetModelRequestInput } from './gen/cdmpp/v1/GetModelRequest';
export type {
  ImportModelRequest,
  ImportModelRequestInput,
} from './gen/cdmpp/v1/ImportModelRequest';
export type {
  ImportModelResponse,
  ImportModelResponseInput,
} from './gen/cdmpp/v1/ImportModelResponse';
export type { ListModelsRequest } from './gen/cdmpp/v1/ListModelsRequest';
export type {
  ListModelsResponse,
  ListModelsResponseInput,
} from './gen/cdmpp/v1/ListModelsResponse';
export type {
  ModelArtifact as ModelArtifactMessage,
  ModelArtifactInput,
} from './gen/cdmpp/v1/ModelArtifact';
export type { ModelInfo as ModelInfoMessage, ModelInfoInput } from './gen/cdmpp/v1/ModelInfo';
export type { PredictRequest, PredictRequestInput } from './gen/cdmpp/v1/PredictRequest';
export type { PredictResponse, PredictResponseInput } from './gen/cdmpp/v1/PredictResponse';
export type {
  PredictStreamRequest,
  PredictStreamRequestInput,
} from './gen/cdmpp/v1/PredictStreamRequest';
export type {
  PredictStreamResponse,
  PredictStreamResponseInput,
} from './gen/cdmpp/v1/PredictStreamResponse';
export type {
  RegisterTaskRequest,
  RegisterTaskRequestInput,
} from './gen/cdmpp/v1/RegisterTaskRequest';
export type {
  RegisterTaskResponse,
  RegisterTaskResponseInput,
} from './gen/cdmpp/v1/RegisterTaskResponse';
export type { ReportRequest, ReportRequestInput } from './gen/cdmpp/v1/ReportRequest';
export type { ReportResponse, ReportResponseInput } from './gen/cdmpp/v1/ReportResponse';
export {
  assertItemCount,
  assertTextBytes,
  MAX_EXPRESSION_DEPTH,
  MAX_ITEMS,
  MAX_MESSAGE_BYTES,
  MAX_NAME_BYTES,
  MAX_TEXT_BYTES,
} from './limits';
export {
  decodeModelArtifact,
  decodeModelInfo,
  decodeModelRef,
  encodeModelArtifact,
  encodeModelInfo,
  encodeModelRef,
  type FeatureSetName,
  type ModelInfo,
  type ModelRef,
} from './model-codec';
export {
  assertNoPredictScope,
  type DecodedPrograms,
  decodePredictResponse,
  decodePredictScope,
  decodePrograms,
  encodePredictRequest,
  encodePredictResponse,
  type PredictAnswer,
  type PredictScope,
} from './predict-codec';
export {
  COST_MODEL_SERVICE_NAME,
  loadCostModelClient,
  loadCostModelService,
  MalformedRequest,
} from './proto';
export {
  decodeReportRequest,
  decodeReportResponse,
  encodeReportRequest,
  encodeReportResponse,
  type ReportFields,
  type ReportResult,
} from './report-codec';
export { decodeTaskBytes, encodeTaskBytes } from './task-bytes';
export { decodeTask, encodeTask } from './task-codec';
export type { TaskRef } from './task-ref-codec';
