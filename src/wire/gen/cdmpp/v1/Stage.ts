// Original file: proto/cdmpp/v1/task.proto

import type { StageKindInput as _cdmpp_v1_StageKindInput, StageKind as _cdmpp_v1_StageKind } from '../../cdmpp/v1/StageKind';
import type { AxisInput as _cdmpp_v1_AxisInput, Axis as _cdmpp_v1_Axis } from '../../cdmpp/v1/Axis';
import type { ExpressionInput as _cdmpp_v1_ExpressionInput, Expression as _cdmpp_v1_Expression } from '../../cdmpp/v1/Expression';

export interface StageInput {
  'name'?: (string);
  'kind'?: (_cdmpp_v1_StageKindInput);
  'axes'?: (_cdmpp_v1_AxisInput)[];
  'reduceAxes'?: (_cdmpp_v1_AxisInput)[];
  'bodies'?: (_cdmpp_v1_ExpressionInput)[];
  'attributes'?: ({[key: string]: string});
}

export interface Stage {
  'name': (string);
  'kind': (_cdmpp_v1_StageKind);
  'axes': (_cdmpp_v1_Axis)[];
  'reduceAxes': (_cdmpp_v1_Axis)[];
  'bodies': (_cdmpp_v1_Expression)[];
  'attributes': ({[key: string]: string});
}
