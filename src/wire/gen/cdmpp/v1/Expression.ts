// Original file: proto/cdmpp/v1/task.proto

import type { ExpressionKindInput as _cdmpp_v1_ExpressionKindInput, ExpressionKind as _cdmpp_v1_ExpressionKind } from '../../cdmpp/v1/ExpressionKind';
import type { ExpressionInput as _cdmpp_v1_ExpressionInput, Expression as _cdmpp_v1_Expression } from '../../cdmpp/v1/Expression';

export interface ExpressionInput {
  'kind'?: (_cdmpp_v1_ExpressionKindInput);
  'name'?: (string);
  'value'?: (number | string);
  'dtype'?: (string);
  'operands'?: (_cdmpp_v1_ExpressionInput)[];
}

export interface Expression {
  'kind': (_cdmpp_v1_ExpressionKind);
  'name': (string);
  'value': (number);
  'dtype': (string);
  'operands': (_cdmpp_v1_Expression)[];
}
