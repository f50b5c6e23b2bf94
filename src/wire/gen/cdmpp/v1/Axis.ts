// Original file: proto/cdmpp/v1/task.proto

import type { Long } from '@grpc/proto-loader';

export interface AxisInput {
  'name'?: (string);
  'extent'?: (number | string | Long);
}

export interface Axis {
  'name': (string);
  'extent': (string);
}
