// Original file: proto/cdmpp/v1/task.proto

import type { HardwareParamsInput as _cdmpp_v1_HardwareParamsInput, HardwareParams as _cdmpp_v1_HardwareParams } from '../../cdmpp/v1/HardwareParams';
import type { TensorInput as _cdmpp_v1_TensorInput, Tensor as _cdmpp_v1_Tensor } from '../../cdmpp/v1/Tensor';
import type { StageInput as _cdmpp_v1_StageInput, Stage as _cdmpp_v1_Stage } from '../../cdmpp/v1/Stage';
import type { DeviceCardInput as _cdmpp_v1_DeviceCardInput, DeviceCard as _cdmpp_v1_DeviceCard } from '../../cdmpp/v1/DeviceCard';
import type { NetworkUseInput as _cdmpp_v1_NetworkUseInput, NetworkUse as _cdmpp_v1_NetworkUse } from '../../cdmpp/v1/NetworkUse';

export interface TaskInput {
  'workloadKey'?: (string);
  'target'?: (string);
  'hardwareParams'?: (_cdmpp_v1_HardwareParamsInput | null);
  'computeDagText'?: (string);
  'initialLoopNest'?: (string);
  'tensors'?: (_cdmpp_v1_TensorInput)[];
  'stages'?: (_cdmpp_v1_StageInput)[];
  'device'?: (_cdmpp_v1_DeviceCardInput | null);
  'networks'?: (_cdmpp_v1_NetworkUseInput)[];
}

export interface Task {
  'workloadKey': (string);
  'target': (string);
  'hardwareParams': (_cdmpp_v1_HardwareParams | null);
  'computeDagText': (string);
  'initialLoopNest': (string);
  'tensors': (_cdmpp_v1_Tensor)[];
  'stages': (_cdmpp_v1_Stage)[];
  'device': (_cdmpp_v1_DeviceCard | null);
  'networks': (_cdmpp_v1_NetworkUse)[];
}
