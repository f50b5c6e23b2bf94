// Original file: proto/cdmpp/v1/predict.proto

import type { Long } from '@grpc/proto-loader';

export interface ModelRefInput {
  'name'?: (string);
  'version'?: (number | string | Long);
}

export interface ModelRef {
  'name': (string);
  'version': (string);
}
