// Original file: proto/cdmpp/v1/report.proto

import type { Long } from '@grpc/proto-loader';

export interface ReportResponseInput {
  'accepted'?: (number | string | Long);
  'duplicates'?: (number | string | Long);
  'lastSequence'?: (number | string | Long);
  'totalRecords'?: (number | string | Long);
}

export interface ReportResponse {
  'accepted': (string);
  'duplicates': (string);
  'lastSequence': (string);
  'totalRecords': (string);
}
