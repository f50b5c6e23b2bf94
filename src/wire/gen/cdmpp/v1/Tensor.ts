// Original file: proto/cdmpp/v1/task.proto

import type { Long } from '@grpc/proto-loader';

export interface TensorInput {
  'name'?: (string);
  'shape'?: (number | string | Long)[];
  'dtype'?: (string);
}

export interface Tensor {
  'name': (string);
  'shape': (string)[];
  'dtype': (string);
}
