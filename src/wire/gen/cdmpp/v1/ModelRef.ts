// Original file: proto/cdmpp/v1/predict.proto

import type { Long } from '@grpc/proto-loader';

export interface ModelRefInput {
  'name'?: (string);
  'version'?: (number | string | Long);
  'pinned'?: (boolean);
}

export interface ModelRef {
  'name': (string);
  'version': (string);
  'pinned': (boolean);
}
