import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AxisInput as _cdmpp_v1_AxisInput, Axis as _cdmpp_v1_Axis } from './cdmpp/v1/Axis';
import type { CostModelClient as _cdmpp_v1_CostModelClient, CostModelDefinition as _cdmpp_v1_CostModelDefinition } from './cdmpp/v1/CostModel';
import type { DeviceCardInput as _cdmpp_v1_DeviceCardInput, DeviceCard as _cdmpp_v1_DeviceCard } from './cdmpp/v1/DeviceCard';
import type { ExportModelRequestInput as _cdmpp_v1_ExportModelRequestInput, ExportModelRequest as _cdmpp_v1_ExportModelRequest } from './cdmpp/v1/ExportModelRequest';
import type { ExpressionInput as _cdmpp_v1_ExpressionInput, Expression as _cdmpp_v1_Expression } from './cdmpp/v1/Expression';
import type { GetModelRequestInput as _cdmpp_v1_GetModelRequestInput, GetModelRequest as _cdmpp_v1_GetModelRequest } from './cdmpp/v1/GetModelRequest';
import type { HardwareParamsInput as _cdmpp_v1_HardwareParamsInput, HardwareParams as _cdmpp_v1_HardwareParams } from './cdmpp/v1/HardwareParams';
import type { ImportModelRequestInput as _cdmpp_v1_ImportModelRequestInput, ImportModelRequest as _cdmpp_v1_ImportModelRequest } from './cdmpp/v1/ImportModelRequest';
import type { ImportModelResponseInput as _cdmpp_v1_ImportModelResponseInput, ImportModelResponse as _cdmpp_v1_ImportModelResponse } from './cdmpp/v1/ImportModelResponse';
import type { ListModelsRequestInput as _cdmpp_v1_ListModelsRequestInput, ListModelsRequest as _cdmpp_v1_ListModelsRequest } from './cdmpp/v1/ListModelsRequest';
import type { ListModelsResponseInput as _cdmpp_v1_ListModelsResponseInput, ListModelsResponse as _cdmpp_v1_ListModelsResponse } from './cdmpp/v1/ListModelsResponse';
import type { MeasuredRecordInput as _cdmpp_v1_MeasuredRecordInput, MeasuredRecord as _cdmpp_v1_MeasuredRecord } from './cdmpp/v1/MeasuredRecord';
import type { ModelArtifactInput as _cdmpp_v1_ModelArtifactInput, ModelArtifact as _cdmpp_v1_ModelArtifact } from './cdmpp/v1/ModelArtifact';
import type { ModelInfoInput as _cdmpp_v1_ModelInfoInput, ModelInfo as _cdmpp_v1_ModelInfo } from './cdmpp/v1/ModelInfo';
import type { ModelRefInput as _cdmpp_v1_ModelRefInput, ModelRef as _cdmpp_v1_ModelRef } from './cdmpp/v1/ModelRef';
import type { NetworkUseInput as _cdmpp_v1_NetworkUseInput, NetworkUse as _cdmpp_v1_NetworkUse } from './cdmpp/v1/NetworkUse';
import type { PredictRequestInput as _cdmpp_v1_PredictRequestInput, PredictRequest as _cdmpp_v1_PredictRequest } from './cdmpp/v1/PredictRequest';
import type { PredictResponseInput as _cdmpp_v1_PredictResponseInput, PredictResponse as _cdmpp_v1_PredictResponse } from './cdmpp/v1/PredictResponse';
import type { PredictStreamRequestInput as _cdmpp_v1_PredictStreamRequestInput, PredictStreamRequest as _cdmpp_v1_PredictStreamRequest } from './cdmpp/v1/PredictStreamRequest';
import type { PredictStreamResponseInput as _cdmpp_v1_PredictStreamResponseInput, PredictStreamResponse as _cdmpp_v1_PredictStreamResponse } from './cdmpp/v1/PredictStreamResponse';
import type { PredictionInput as _cdmpp_v1_PredictionInput, Prediction as _cdmpp_v1_Prediction } from './cdmpp/v1/Prediction';
import type { ProgramInput as _cdmpp_v1_ProgramInput, Program as _cdmpp_v1_Program } from './cdmpp/v1/Program';
import type { RegisterTaskRequestInput as _cdmpp_v1_RegisterTaskRequestInput, RegisterTaskRequest as _cdmpp_v1_RegisterTaskRequest } from './cdmpp/v1/RegisterTaskRequest';
import type { RegisterTaskResponseInput as _cdmpp_v1_RegisterTaskResponseInput, RegisterTaskResponse as _cdmpp_v1_RegisterTaskResponse } from './cdmpp/v1/RegisterTaskResponse';
import type { ReportRequestInput as _cdmpp_v1_ReportRequestInput, ReportRequest as _cdmpp_v1_ReportRequest } from './cdmpp/v1/ReportRequest';
import type { ReportResponseInput as _cdmpp_v1_ReportResponseInput, ReportResponse as _cdmpp_v1_ReportResponse } from './cdmpp/v1/ReportResponse';
import type { StageInput as _cdmpp_v1_StageInput, Stage as _cdmpp_v1_Stage } from './cdmpp/v1/Stage';
import type { TaskInput as _cdmpp_v1_TaskInput, Task as _cdmpp_v1_Task } from './cdmpp/v1/Task';
import type { TensorInput as _cdmpp_v1_TensorInput, Tensor as _cdmpp_v1_Tensor } from './cdmpp/v1/Tensor';
import type { TrainingStateInput as _cdmpp_v1_TrainingStateInput, TrainingState as _cdmpp_v1_TrainingState } from './cdmpp/v1/TrainingState';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  cdmpp: {
    v1: {
      Axis: MessageTypeDefinition<_cdmpp_v1_AxisInput, _cdmpp_v1_Axis>
      CostModel: SubtypeConstructor<typeof grpc.Client, _cdmpp_v1_CostModelClient> & { service: _cdmpp_v1_CostModelDefinition }
      DeviceCard: MessageTypeDefinition<_cdmpp_v1_DeviceCardInput, _cdmpp_v1_DeviceCard>
      DeviceKind: EnumTypeDefinition
      ExportModelRequest: MessageTypeDefinition<_cdmpp_v1_ExportModelRequestInput, _cdmpp_v1_ExportModelRequest>
      Expression: MessageTypeDefinition<_cdmpp_v1_ExpressionInput, _cdmpp_v1_Expression>
      ExpressionKind: EnumTypeDefinition
      FeatureSet: EnumTypeDefinition
      GetModelRequest: MessageTypeDefinition<_cdmpp_v1_GetModelRequestInput, _cdmpp_v1_GetModelRequest>
      HardwareParams: MessageTypeDefinition<_cdmpp_v1_HardwareParamsInput, _cdmpp_v1_HardwareParams>
      ImportModelRequest: MessageTypeDefinition<_cdmpp_v1_ImportModelRequestInput, _cdmpp_v1_ImportModelRequest>
      ImportModelResponse: MessageTypeDefinition<_cdmpp_v1_ImportModelResponseInput, _cdmpp_v1_ImportModelResponse>
      ListModelsRequest: MessageTypeDefinition<_cdmpp_v1_ListModelsRequestInput, _cdmpp_v1_ListModelsRequest>
      ListModelsResponse: MessageTypeDefinition<_cdmpp_v1_ListModelsResponseInput, _cdmpp_v1_ListModelsResponse>
      MeasuredRecord: MessageTypeDefinition<_cdmpp_v1_MeasuredRecordInput, _cdmpp_v1_MeasuredRecord>
      ModelArtifact: MessageTypeDefinition<_cdmpp_v1_ModelArtifactInput, _cdmpp_v1_ModelArtifact>
      ModelInfo: MessageTypeDefinition<_cdmpp_v1_ModelInfoInput, _cdmpp_v1_ModelInfo>
      ModelRef: MessageTypeDefinition<_cdmpp_v1_ModelRefInput, _cdmpp_v1_ModelRef>
      NetworkUse: MessageTypeDefinition<_cdmpp_v1_NetworkUseInput, _cdmpp_v1_NetworkUse>
      PredictRequest: MessageTypeDefinition<_cdmpp_v1_PredictRequestInput, _cdmpp_v1_PredictRequest>
      PredictResponse: MessageTypeDefinition<_cdmpp_v1_PredictResponseInput, _cdmpp_v1_PredictResponse>
      PredictStreamRequest: MessageTypeDefinition<_cdmpp_v1_PredictStreamRequestInput, _cdmpp_v1_PredictStreamRequest>
      PredictStreamResponse: MessageTypeDefinition<_cdmpp_v1_PredictStreamResponseInput, _cdmpp_v1_PredictStreamResponse>
      Prediction: MessageTypeDefinition<_cdmpp_v1_PredictionInput, _cdmpp_v1_Prediction>
      PredictionStatus: EnumTypeDefinition
      Program: MessageTypeDefinition<_cdmpp_v1_ProgramInput, _cdmpp_v1_Program>
      RegisterTaskRequest: MessageTypeDefinition<_cdmpp_v1_RegisterTaskRequestInput, _cdmpp_v1_RegisterTaskRequest>
      RegisterTaskResponse: MessageTypeDefinition<_cdmpp_v1_RegisterTaskResponseInput, _cdmpp_v1_RegisterTaskResponse>
      ReportRequest: MessageTypeDefinition<_cdmpp_v1_ReportRequestInput, _cdmpp_v1_ReportRequest>
      ReportResponse: MessageTypeDefinition<_cdmpp_v1_ReportResponseInput, _cdmpp_v1_ReportResponse>
      Stage: MessageTypeDefinition<_cdmpp_v1_StageInput, _cdmpp_v1_Stage>
      StageKind: EnumTypeDefinition
      Task: MessageTypeDefinition<_cdmpp_v1_TaskInput, _cdmpp_v1_Task>
      Tensor: MessageTypeDefinition<_cdmpp_v1_TensorInput, _cdmpp_v1_Tensor>
      TrainingPhase: EnumTypeDefinition
      TrainingState: MessageTypeDefinition<_cdmpp_v1_TrainingStateInput, _cdmpp_v1_TrainingState>
    }
  }
}

