// Original file: proto/cdmpp/v1/service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExportModelRequestInput as _cdmpp_v1_ExportModelRequestInput, ExportModelRequest as _cdmpp_v1_ExportModelRequest } from '../../cdmpp/v1/ExportModelRequest';
import type { GetModelRequestInput as _cdmpp_v1_GetModelRequestInput, GetModelRequest as _cdmpp_v1_GetModelRequest } from '../../cdmpp/v1/GetModelRequest';
import type { ImportModelRequestInput as _cdmpp_v1_ImportModelRequestInput, ImportModelRequest as _cdmpp_v1_ImportModelRequest } from '../../cdmpp/v1/ImportModelRequest';
import type { ImportModelResponseInput as _cdmpp_v1_ImportModelResponseInput, ImportModelResponse as _cdmpp_v1_ImportModelResponse } from '../../cdmpp/v1/ImportModelResponse';
import type { ListModelsRequestInput as _cdmpp_v1_ListModelsRequestInput, ListModelsRequest as _cdmpp_v1_ListModelsRequest } from '../../cdmpp/v1/ListModelsRequest';
import type { ListModelsResponseInput as _cdmpp_v1_ListModelsResponseInput, ListModelsResponse as _cdmpp_v1_ListModelsResponse } from '../../cdmpp/v1/ListModelsResponse';
import type { ModelArtifactInput as _cdmpp_v1_ModelArtifactInput, ModelArtifact as _cdmpp_v1_ModelArtifact } from '../../cdmpp/v1/ModelArtifact';
import type { ModelInfoInput as _cdmpp_v1_ModelInfoInput, ModelInfo as _cdmpp_v1_ModelInfo } from '../../cdmpp/v1/ModelInfo';
import type { PredictRequestInput as _cdmpp_v1_PredictRequestInput, PredictRequest as _cdmpp_v1_PredictRequest } from '../../cdmpp/v1/PredictRequest';
import type { PredictResponseInput as _cdmpp_v1_PredictResponseInput, PredictResponse as _cdmpp_v1_PredictResponse } from '../../cdmpp/v1/PredictResponse';
import type { PredictStreamRequestInput as _cdmpp_v1_PredictStreamRequestInput, PredictStreamRequest as _cdmpp_v1_PredictStreamRequest } from '../../cdmpp/v1/PredictStreamRequest';
import type { PredictStreamResponseInput as _cdmpp_v1_PredictStreamResponseInput, PredictStreamResponse as _cdmpp_v1_PredictStreamResponse } from '../../cdmpp/v1/PredictStreamResponse';
import type { RegisterTaskRequestInput as _cdmpp_v1_RegisterTaskRequestInput, RegisterTaskRequest as _cdmpp_v1_RegisterTaskRequest } from '../../cdmpp/v1/RegisterTaskRequest';
import type { RegisterTaskResponseInput as _cdmpp_v1_RegisterTaskResponseInput, RegisterTaskResponse as _cdmpp_v1_RegisterTaskResponse } from '../../cdmpp/v1/RegisterTaskResponse';
import type { ReportRequestInput as _cdmpp_v1_ReportRequestInput, ReportRequest as _cdmpp_v1_ReportRequest } from '../../cdmpp/v1/ReportRequest';
import type { ReportResponseInput as _cdmpp_v1_ReportResponseInput, ReportResponse as _cdmpp_v1_ReportResponse } from '../../cdmpp/v1/ReportResponse';

export interface CostModelClient extends grpc.Client {
  ExportModel(argument: _cdmpp_v1_ExportModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  ExportModel(argument: _cdmpp_v1_ExportModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  ExportModel(argument: _cdmpp_v1_ExportModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  ExportModel(argument: _cdmpp_v1_ExportModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  exportModel(argument: _cdmpp_v1_ExportModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  exportModel(argument: _cdmpp_v1_ExportModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  exportModel(argument: _cdmpp_v1_ExportModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  exportModel(argument: _cdmpp_v1_ExportModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ModelArtifact>): grpc.ClientUnaryCall;
  
  GetModel(argument: _cdmpp_v1_GetModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  GetModel(argument: _cdmpp_v1_GetModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  GetModel(argument: _cdmpp_v1_GetModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  GetModel(argument: _cdmpp_v1_GetModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  getModel(argument: _cdmpp_v1_GetModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  getModel(argument: _cdmpp_v1_GetModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  getModel(argument: _cdmpp_v1_GetModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  getModel(argument: _cdmpp_v1_GetModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ModelInfo>): grpc.ClientUnaryCall;
  
  ImportModel(argument: _cdmpp_v1_ImportModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  ImportModel(argument: _cdmpp_v1_ImportModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  ImportModel(argument: _cdmpp_v1_ImportModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  ImportModel(argument: _cdmpp_v1_ImportModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  importModel(argument: _cdmpp_v1_ImportModelRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  importModel(argument: _cdmpp_v1_ImportModelRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  importModel(argument: _cdmpp_v1_ImportModelRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  importModel(argument: _cdmpp_v1_ImportModelRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ImportModelResponse>): grpc.ClientUnaryCall;
  
  ListModels(argument: _cdmpp_v1_ListModelsRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  ListModels(argument: _cdmpp_v1_ListModelsRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  ListModels(argument: _cdmpp_v1_ListModelsRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  ListModels(argument: _cdmpp_v1_ListModelsRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  listModels(argument: _cdmpp_v1_ListModelsRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  listModels(argument: _cdmpp_v1_ListModelsRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  listModels(argument: _cdmpp_v1_ListModelsRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  listModels(argument: _cdmpp_v1_ListModelsRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ListModelsResponse>): grpc.ClientUnaryCall;
  
  Predict(argument: _cdmpp_v1_PredictRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  Predict(argument: _cdmpp_v1_PredictRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  Predict(argument: _cdmpp_v1_PredictRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  Predict(argument: _cdmpp_v1_PredictRequestInput, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  predict(argument: _cdmpp_v1_PredictRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  predict(argument: _cdmpp_v1_PredictRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  predict(argument: _cdmpp_v1_PredictRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  predict(argument: _cdmpp_v1_PredictRequestInput, callback: grpc.requestCallback<_cdmpp_v1_PredictResponse>): grpc.ClientUnaryCall;
  
  PredictStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamResponse>;
  PredictStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamResponse>;
  predictStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamResponse>;
  predictStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamResponse>;
  
  RegisterTask(argument: _cdmpp_v1_RegisterTaskRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  RegisterTask(argument: _cdmpp_v1_RegisterTaskRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  RegisterTask(argument: _cdmpp_v1_RegisterTaskRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  RegisterTask(argument: _cdmpp_v1_RegisterTaskRequestInput, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  registerTask(argument: _cdmpp_v1_RegisterTaskRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  registerTask(argument: _cdmpp_v1_RegisterTaskRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  registerTask(argument: _cdmpp_v1_RegisterTaskRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  registerTask(argument: _cdmpp_v1_RegisterTaskRequestInput, callback: grpc.requestCallback<_cdmpp_v1_RegisterTaskResponse>): grpc.ClientUnaryCall;
  
  Report(argument: _cdmpp_v1_ReportRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  Report(argument: _cdmpp_v1_ReportRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  Report(argument: _cdmpp_v1_ReportRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  Report(argument: _cdmpp_v1_ReportRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  report(argument: _cdmpp_v1_ReportRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  report(argument: _cdmpp_v1_ReportRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  report(argument: _cdmpp_v1_ReportRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  report(argument: _cdmpp_v1_ReportRequestInput, callback: grpc.requestCallback<_cdmpp_v1_ReportResponse>): grpc.ClientUnaryCall;
  
}

export interface CostModelHandlers extends grpc.UntypedServiceImplementation {
  ExportModel: grpc.handleUnaryCall<_cdmpp_v1_ExportModelRequest, _cdmpp_v1_ModelArtifactInput>;
  
  GetModel: grpc.handleUnaryCall<_cdmpp_v1_GetModelRequest, _cdmpp_v1_ModelInfoInput>;
  
  ImportModel: grpc.handleUnaryCall<_cdmpp_v1_ImportModelRequest, _cdmpp_v1_ImportModelResponseInput>;
  
  ListModels: grpc.handleUnaryCall<_cdmpp_v1_ListModelsRequest, _cdmpp_v1_ListModelsResponseInput>;
  
  Predict: grpc.handleUnaryCall<_cdmpp_v1_PredictRequest, _cdmpp_v1_PredictResponseInput>;
  
  PredictStream: grpc.handleBidiStreamingCall<_cdmpp_v1_PredictStreamRequest, _cdmpp_v1_PredictStreamResponseInput>;
  
  RegisterTask: grpc.handleUnaryCall<_cdmpp_v1_RegisterTaskRequest, _cdmpp_v1_RegisterTaskResponseInput>;
  
  Report: grpc.handleUnaryCall<_cdmpp_v1_ReportRequest, _cdmpp_v1_ReportResponseInput>;
  
}

export interface CostModelDefinition extends grpc.ServiceDefinition {
  ExportModel: MethodDefinition<_cdmpp_v1_ExportModelRequestInput, _cdmpp_v1_ModelArtifactInput, _cdmpp_v1_ExportModelRequest, _cdmpp_v1_ModelArtifact>
  GetModel: MethodDefinition<_cdmpp_v1_GetModelRequestInput, _cdmpp_v1_ModelInfoInput, _cdmpp_v1_GetModelRequest, _cdmpp_v1_ModelInfo>
  ImportModel: MethodDefinition<_cdmpp_v1_ImportModelRequestInput, _cdmpp_v1_ImportModelResponseInput, _cdmpp_v1_ImportModelRequest, _cdmpp_v1_ImportModelResponse>
  ListModels: MethodDefinition<_cdmpp_v1_ListModelsRequestInput, _cdmpp_v1_ListModelsResponseInput, _cdmpp_v1_ListModelsRequest, _cdmpp_v1_ListModelsResponse>
  Predict: MethodDefinition<_cdmpp_v1_PredictRequestInput, _cdmpp_v1_PredictResponseInput, _cdmpp_v1_PredictRequest, _cdmpp_v1_PredictResponse>
  PredictStream: MethodDefinition<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamResponseInput, _cdmpp_v1_PredictStreamRequest, _cdmpp_v1_PredictStreamResponse>
  RegisterTask: MethodDefinition<_cdmpp_v1_RegisterTaskRequestInput, _cdmpp_v1_RegisterTaskResponseInput, _cdmpp_v1_RegisterTaskRequest, _cdmpp_v1_RegisterTaskResponse>
  Report: MethodDefinition<_cdmpp_v1_ReportRequestInput, _cdmpp_v1_ReportResponseInput, _cdmpp_v1_ReportRequest, _cdmpp_v1_ReportResponse>
}
